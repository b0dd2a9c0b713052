"""Where links to a merged request lead."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from servicedesk.tickets import access
from servicedesk.web.session import me


def onward(ticket: Any) -> Any:
    """To the request in which this one goes on, for who sees that. None: it stays here, as with `own` in the address."""
    if ticket.merged_into_id is None or request.args.keys() & {"own", "before", "show"}:
        return None
    if not access.visible_ids(me(), [ticket.merged_into_id]):
        return None
    where = url_for("tickets.ticket", ticket_id=ticket.merged_into_id, came=ticket.id, _anchor=f"merged-{ticket.id}")
    return redirect(where, 302)
