"""The history of a ticket, as far as the reader's side may know it."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, auth, bodies
from servicedesk.api.auth import me
from servicedesk.api.doors import lists, new_door
from servicedesk.api.events import SHOWN_TO_ALL, SHOWN_TO_STAFF, event_as_json, people_in
from servicedesk.api.gathering import names
from servicedesk.api.reading import query
from servicedesk.api.replying import listed
from servicedesk.audit import queries as audit
from servicedesk.tickets import access

door = new_door("history", "History")


@door.get("/tickets/<int:ticket_id>/events")
@lists(door, answers.Event)
@auth.needs("tickets:read")
@query(door, bodies.Page)
def events(ticket_id: int, asked: dict[str, Any]) -> Response:
    """What happened to a ticket, oldest first

    Notes, warnings and the reasons of breaches are there for people of departments that hold or held it.
    """
    ticket = access.ticket_for(me(), ticket_id)
    staff = access.reads_notes(me(), ticket)
    page = audit.history(
        "ticket", ticket.id, only=SHOWN_TO_STAFF if staff else SHOWN_TO_ALL,
        unless=None if staff else {"visibility": "internal"}, **asked,
    )  # fmt: skip
    known = names(people_ids=people_in(page.items))
    return listed([event_as_json(entry, known) for entry in page.items], page.next)
