"""Links between requests as JSON, and their description for the OpenAPI document. Pure."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from servicedesk.api.answers import STATUSES, moment, one_of, text
from servicedesk.api.fields import Body, Shape, Text, Whole, Word
from servicedesk.api.shapes import Json
from servicedesk.api.shapes import moment as as_moment
from servicedesk.tickets.rules import LINKS, READ_FROM_OTHER

KINDS = tuple(dict.fromkeys((*READ_FROM_OTHER, *READ_FROM_OTHER.values())))


class TicketLink(Shape):
    n = fields.Integer(metadata={"description": "The address of the link ends with it."})
    kind = one_of(KINDS, metadata={"description": "Read from this ticket to the other one."})
    ticket = fields.Integer(metadata={"description": "Number of the other one, which you see."})
    subject = text()
    status = one_of(STATUSES)
    linked_by = text("E-mail.")
    linked_at = moment()


class NewLink(Body):
    kind = Word(LINKS, required=True, metadata={"description": "Read from this ticket to the other one."})
    to = Whole(required=True, metadata={"description": "Number of another ticket that you see."})


class Merging(Body):
    into = Whole(required=True, metadata={"description": "Number of the ticket in which this one goes on."})


class Contest(Body):
    text = Text(load_default="", metadata={"description": "Needed of the requester: what is different."})


SHAPES: tuple[type[Shape], ...] = (TicketLink,)
LISTED: tuple[type[Shape], ...] = (TicketLink,)


def link(linked: Any) -> Json:
    return {
        "n": linked.id,
        "kind": linked.kind,
        "ticket": linked.ticket.id,
        "subject": linked.ticket.subject,
        "status": linked.ticket.status,
        "linked_by": linked.row.by.email,
        "linked_at": as_moment(linked.row.linked_at),
    }
