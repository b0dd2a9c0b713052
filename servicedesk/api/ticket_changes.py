"""The common way of a change to one ticket: lock the row, compare versions, act, answer with the ticket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from servicedesk.api.auth import me
from servicedesk.api.gathering import ticket_as_json
from servicedesk.api.replying import Answer, change, finished, must_match
from servicedesk.tickets import access


def change_ticket(ticket_id: int, to: str, act: Callable[[Any], object], status: int = 200) -> Response:
    """`to` is what tickets/rules.py calls the change; `act` gets the locked row."""

    def make() -> Answer:
        ticket = ticket_to_change(ticket_id, to)
        act(ticket)
        finished()
        found = ticket_as_json(ticket)
        return Answer(found, status, ticket.version)

    return change(make)


def ticket_to_change(ticket_id: int, to: str) -> Any:
    """The locked row, in the version the caller has in mind. Call inside the transaction."""
    ticket = access.ticket_for(me(), ticket_id, to=to)
    must_match(ticket.version)
    return ticket
