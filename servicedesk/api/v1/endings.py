"""Resolving, reopening, confirming."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, auth, bodies
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import new_door, says
from servicedesk.api.reading import body
from servicedesk.api.ticket_changes import change_ticket
from servicedesk.tickets import actions

door = new_door("endings", "Work on a ticket")


@door.put("/tickets/<int:ticket_id>/resolution")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
@body(door, bodies.Solution, {"text": "The cable was loose; it prints again.", "despite_children": False})
def resolve(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Say publicly what was done; the clocks stop

    Refused with 409 while requests asked from here are open or planned, unless `despite_children`.
    """
    return change_ticket(ticket_id, "resolve", lambda ticket: actions.resolve(stamp(), ticket, me(), **sent))


@door.delete("/tickets/<int:ticket_id>/resolution")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
@body(door, bodies.WithText, {"text": "It is silent again."})
def reopen(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Reopen and say why; the clocks go on"""
    return change_ticket(ticket_id, "reopen", lambda ticket: actions.reopen(stamp(), ticket, me(), sent["text"]))


@door.put("/tickets/<int:ticket_id>/closure")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
def close(ticket_id: int) -> Response:
    """The requester confirms that it is done; once more changes nothing"""

    def confirm(ticket: Any) -> None:
        if ticket.status != "closed":
            actions.close(stamp(), ticket, confirmed=True)

    return change_ticket(ticket_id, "close", confirm)
