"""The requester fills in what the department found missing."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from servicedesk.kernel.errors import Conflict, NotAllowed
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.tickets import access, actions, queries, rules
from servicedesk.web.filed import filed, missing_form
from servicedesk.web.forms.tickets import MissingForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import me
from servicedesk.web.ticket_changes import back, change
from servicedesk.web.tickets import tickets
from servicedesk.web.uploads import takes_files


@tickets.post("/tickets/<int:ticket_id>/answers")
@takes_files
@signed_in_or_kept
def answer_fields(ticket_id: int) -> Any:
    ticket = access.ticket_for(me(), ticket_id)
    if not rules.may(me(), ticket, "answer"):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    hold = queries.hold_in_force(ticket.id) if ticket.status in rules.HELD else None
    form = missing_form(ticket, filed(ticket, hold, with_notes=False))
    if form is None:
        return back(ticket_id, MissingForm(), Conflict(N_("Nothing is missing in this request any more.")))

    def act(at: Stamp, row: Any) -> None:
        actions.answer_fields(at, row, me(), form.answers(), form.text.data or "")

    return change(ticket_id, "answer", form, act, _("Thank you. The request goes on."))
