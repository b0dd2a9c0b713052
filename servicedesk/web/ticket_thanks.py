"""Messages that were taken for thanks alone, and are none."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from servicedesk.kernel.stamp import Stamp
from servicedesk.tickets import access, actions
from servicedesk.web.forms import tickets as forms
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import me
from servicedesk.web.ticket_changes import change
from servicedesk.web.tickets import tickets


@tickets.post("/tickets/<int:ticket_id>/messages/<int:message_id>/reopen")
@signed_in_or_kept
def reopen_after_thanks(ticket_id: int, message_id: int) -> Any:
    """The request is not done after all, and the message waits for an answer."""

    def act(at: Stamp, ticket: Any) -> None:
        actions.reopen_after_thanks(at, ticket, me(), access.message_of(ticket, message_id))

    return change(ticket_id, "reopen", forms.TicketForm(), act, _("The request is open again."))
