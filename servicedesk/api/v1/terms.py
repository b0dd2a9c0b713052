"""Dates agreed for one ticket: proposing, accepting, declining, withdrawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from servicedesk.api import answers, auth, bodies, shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import PREFIX, lists, new_door, says
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed, reply
from servicedesk.api.shapes import Json
from servicedesk.api.ticket_changes import ticket_to_change
from servicedesk.sla import access, actions, queries
from servicedesk.tickets import access as tickets
from servicedesk.tickets import rules

door = new_door("terms", "Agreed dates")


@door.get("/tickets/<int:ticket_id>/terms")
@lists(door, answers.Term)
@auth.needs("tickets:read")
@query(door, bodies.Page)
def terms(ticket_id: int, asked: dict[str, Any]) -> Response:
    """All dates ever proposed for a ticket, oldest first"""
    ticket = tickets.ticket_for(me(), ticket_id)
    page, in_force = queries.terms(ticket.id, **asked), queries.standing_of(ticket.id).in_force
    return listed([shapes.term(row, in_force=row is in_force) for row in page.items], page.next)


@door.post("/tickets/<int:ticket_id>/terms")
@says(door, answers.Term, 201)
@auth.needs("tickets:write")
@body(door, bodies.NewTerm, {"due_at": "2027-03-01T15:00:00Z", "reason": "The part is delivered on that day."})
def propose(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Propose a date

    The other side accepts or declines it, or proposes another one, which takes its place. Your own side's earlier
    proposal is withdrawn. After the promise is broken there is nothing to agree on.
    """

    def make() -> Answer:
        ticket = ticket_to_change(ticket_id, "agree")
        term = actions.propose_term(stamp(), ticket, me(), **sent)
        finished()
        where = f"{PREFIX}/tickets/{ticket.id}/terms/{term.number}"
        return Answer(_as_json(ticket, term), 201, ticket.version, where)

    return change(make)


@door.get("/tickets/<int:ticket_id>/terms/<int:number>")
@says(door, answers.Term)
@auth.needs("tickets:read")
def term(ticket_id: int, number: int) -> Response:
    """One proposal and what became of it"""
    ticket = tickets.ticket_for(me(), ticket_id)
    return reply(Answer(_as_json(ticket, access.term_of(ticket, number))))


@door.put("/tickets/<int:ticket_id>/terms/<int:number>/acceptance")
@says(door, answers.Term)
@auth.needs("tickets:write")
def accept(ticket_id: int, number: int) -> Response:
    """Accept what the other side proposes

    The resolution is due exactly then, whatever is paused. Once more by the same person changes nothing.
    """

    def act(ticket: Any, found: Any) -> None:
        if (found.state, found.answered_by_id) != ("accepted", me().id):
            actions.accept_term(stamp(), ticket, found, me())

    return _change_term(ticket_id, number, act)


@door.delete("/tickets/<int:ticket_id>/terms/<int:number>")
@says(door, answers.Term)
@auth.needs("tickets:write")
def refuse(ticket_id: int, number: int) -> Response:
    """Decline what the other side proposes, or withdraw what your own side did"""

    def act(ticket: Any, found: Any) -> None:
        own = rules.side_of(me(), ticket) == found.side
        (actions.withdraw_term if own else actions.decline_term)(stamp(), ticket, found, me())

    return _change_term(ticket_id, number, act)


def _change_term(ticket_id: int, number: int, act: Callable[[Any, Any], None]) -> Response:
    def make() -> Answer:
        ticket = ticket_to_change(ticket_id, "agree")
        found = access.term_of(ticket, number)
        act(ticket, found)
        finished()
        return Answer(_as_json(ticket, found), version=ticket.version)

    return change(make)


def _as_json(ticket: Any, found: Any) -> Json:
    return shapes.term(found, in_force=found is queries.standing_of(ticket.id).in_force)
