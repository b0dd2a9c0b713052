"""Messages of a ticket: public replies and internal notes."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import answers, auth, bodies, shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import lists, new_door, says
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed
from servicedesk.api.ticket_changes import ticket_to_change
from servicedesk.letters.queries import messages_by_mail
from servicedesk.tickets import access, actions, queries

door = new_door("messages", "Messages")


@door.get("/tickets/<int:ticket_id>/messages")
@lists(door, answers.Message)
@auth.needs("tickets:read")
@query(door, bodies.Page)
def messages(ticket_id: int, asked: dict[str, Any]) -> Response:
    """Messages, oldest first

    Internal notes are there for people of departments that hold or held the ticket.
    """
    ticket = access.ticket_for(me(), ticket_id)
    page = queries.messages(ticket.id, with_notes=access.reads_notes(me(), ticket), **asked)
    by_mail = messages_by_mail([row.id for row in page.items])
    return listed([shapes.message(row, by_mail=row.id in by_mail) for row in page.items], page.next)


@door.post("/tickets/<int:ticket_id>/messages")
@says(door, answers.Message, 201)
@auth.needs("tickets:write")
@body(door, bodies.NewMessage, {"text": "Which floor are you on?", "visibility": "public"})
def write_message(ticket_id: int, sent: dict[str, Any]) -> Response:
    """Reply, or write an internal note

    A reply of the requester ends a hold and reopens a resolved ticket.
    """
    write, to = (actions.reply, "reply") if sent["visibility"] == "public" else (actions.note, "note")

    def make() -> Answer:
        message = write(stamp(), ticket_to_change(ticket_id, to), me(), sent["text"])
        finished()
        return Answer(shapes.message(message), 201)

    return change(make)
