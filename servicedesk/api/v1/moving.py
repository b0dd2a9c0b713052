"""Who works on a ticket and whether it waits: assignment, hold, hand-over."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, auth, bodies, lookup
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import new_door, says
from servicedesk.api.reading import body
from servicedesk.api.ticket_changes import change_ticket
from servicedesk.tickets import actions

door = new_door("moving", "Work on a ticket")


@door.put("/tickets/<int:ticket_id>/assignment")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
@body(door, bodies.Assignment, {"assignee": "agent.it@example.com"})
def assign(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Give it to somebody of the department, or to nobody

    Somebody who is away gets it only by their own hand: else the one who stands in does, where there is one. The answer
    says who has it.
    """

    def act(ticket: Any) -> None:
        email = sent["assignee"]
        actions.assign(stamp(), ticket, lookup.person(email, "assignee") if email is not None else None)

    return change_ticket(ticket_id, "assign", act)


@door.put("/tickets/<int:ticket_id>/hold")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
@body(
    door, bodies.NewHold, {"reason": "waiting_for_requester", "note": "Which floor?", "until": "2027-03-01T09:00:00Z"}
)
def hold(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Put it on hold, for a reason the requester sees"""
    return change_ticket(ticket_id, "hold", lambda ticket: actions.put_on_hold(stamp(), ticket, me(), **sent))


@door.put("/tickets/<int:ticket_id>/answers")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
@body(door, bodies.MissingAnswers, {"fields": {"device": "HP-7"}, "text": "It stands on its back."})
def answer_fields(ticket_id: int, sent: dict[str, Any]) -> Response:
    """The requester fills in what the hold says is missing; the request goes on"""

    def act(ticket: Any) -> None:
        actions.answer_fields(stamp(), ticket, me(), sent["fields_"], sent["text"])

    return change_ticket(ticket_id, "answer", act)


@door.delete("/tickets/<int:ticket_id>/hold")
@says(door, answers.Ticket)
@auth.needs("tickets:write")
def resume(ticket_id: int) -> Response:
    """Go on before the hold ends by itself"""
    return change_ticket(ticket_id, "resume", lambda ticket: actions.resume(stamp(), ticket))


@door.post("/tickets/<int:ticket_id>/handovers")
@says(door, answers.Ticket, 201)
@auth.needs("tickets:write")
@body(door, bodies.HandOver, {"department": "hr", "note": "This is about a contract."})
def hand_over(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Hand it over to another department; the note becomes an internal one"""

    def act(ticket: Any) -> None:
        department = lookup.department(sent["department"], "department")
        actions.hand_over(stamp(), ticket, me(), department, sent["note"], sent["because"])

    return change_ticket(ticket_id, "hand_over", act, status=201)
