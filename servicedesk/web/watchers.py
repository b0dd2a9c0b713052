"""Following a request: oneself, and others whom both sides may add."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _

from servicedesk.tickets import actions
from servicedesk.web.forms import tickets as forms
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import me
from servicedesk.web.ticket_changes import Act, change
from servicedesk.web.tickets import tickets


@tickets.post("/tickets/<int:ticket_id>/watch")
@signed_in_or_kept
def watch(ticket_id: int) -> Any:
    """`watch` is 1 to follow the ticket, 0 to stop. Changes no version: followers do not disturb each other."""
    follow = request.form.get("watch") != "0"
    act: Act = lambda _at, ticket: (actions.watch if follow else actions.unwatch)(ticket, me())  # noqa: E731
    told = _("You follow this request now.") if follow else _("You do not follow this request any more.")
    return change(ticket_id, "watch", forms.TicketForm(formdata=None), act, told)
