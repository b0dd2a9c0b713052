"""Approvals over the API: what calls answer, described for the OpenAPI document, and rows as JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from servicedesk.api.answers import maybe, moment, one_of, text
from servicedesk.api.fields import Shape
from servicedesk.api.shapes import Json
from servicedesk.api.shapes import moment as written


class Approval(Shape):
    id = fields.Integer(metadata={"description": "The address ends with it."})
    round = fields.Integer(metadata={"description": "1; a refused request that is sent again begins the next one."})
    step = fields.Integer()
    need = one_of(("any", "all"), metadata={"description": "Of its step: one word is enough, or all are needed."})
    approver = text("E-mail.")
    approver_name = text()
    cover = maybe("E-mail of who may decide instead while the approver is away.")
    asked_at = moment("Null until the steps before are granted.")
    decision = fields.String(
        allow_none=True,
        validate=validate.OneOf(("approved", "refused", "void")),
        metadata={"description": "void: not needed any more."},
    )
    decided_at = moment()
    decided_by = maybe("E-mail of who said it: the approver, or who stood in.")
    decided_by_name = maybe()
    reason = maybe("Null for who may not read it.")


class ToApprove(Shape):
    id = fields.Integer()
    subject = text()
    department = text("Key of the department that will have it.")
    request_type = maybe()
    requester = text("E-mail.")
    requester_name = text()
    created_at = moment()


class WaitingApproval(Approval):
    ticket = fields.Nested(ToApprove)


def approval(row: Any, *, with_reason: bool) -> Json:
    """Somebody who is asked to approve a ticket, and what they said."""
    return {
        "id": row.id,
        "round": row.round,
        "step": row.step,
        "need": row.need,
        "approver": row.approver.email,
        "approver_name": row.approver.name,
        "cover": None if row.cover is None else row.cover.email,
        "asked_at": written(row.asked_at),
        "decision": row.decision,
        "decided_at": written(row.decided_at),
        "decided_by": None if row.decided_by is None else row.decided_by.email,
        "decided_by_name": None if row.decided_by is None else row.decided_by.name,
        "reason": row.reason if with_reason else None,
    }


def waiting_approval(row: Any) -> Json:
    """The same with the ticket it is about, for who is to decide."""
    ticket = row.ticket
    return approval(row, with_reason=True) | {
        "ticket": {
            "id": ticket.id,
            "subject": ticket.subject,
            "department": ticket.department.key,
            "request_type": None if ticket.request_type is None else ticket.request_type.key,
            "requester": ticket.requester.email,
            "requester_name": ticket.requester.name,
            "created_at": written(ticket.created_at),
        }
    }


# Those that others hold stand before them.
SHAPES: tuple[type[Shape], ...] = (Approval, ToApprove, WaitingApproval)
LISTED: tuple[type[Shape], ...] = (Approval, WaitingApproval)
