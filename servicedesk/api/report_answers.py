"""What calls about broken promises and reports answer, described for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields, validate

from servicedesk.api.answers import BALLS, METRICS, maybe, moment, number, one_of, text
from servicedesk.api.fields import Shape


class Reason(Shape):
    code = text()
    text = fields.String()
    excused = fields.Boolean()
    by = maybe("E-mail.")
    given_at = fields.DateTime()


class Breach(Shape):
    id = fields.Integer()
    ticket = fields.Integer()
    subject = text()
    department = text()
    metric = one_of(METRICS)
    started_at = fields.DateTime()
    breached_at = fields.DateTime()
    stopped_at = moment()
    target_seconds = number()
    elapsed_seconds = number()
    late_seconds = number("Business time from the moment it broke until it was done, or until now.")
    target = text("As in the organisation file: 4h, 3bd, 24h wall; at 2026-12-01T15:00:00Z for an agreed date.")
    policy = maybe("Null where only a date was agreed.")
    ball_at_breach = fields.String(
        allow_none=True, validate=validate.OneOf(BALLS), metadata={"description": "Who had to act when it broke."}
    )
    reason = fields.Nested(Reason, allow_none=True)


class Explained(Shape):
    id = fields.Integer()
    saved = fields.Boolean()
    breach = fields.Nested(Breach, allow_none=True)
    status = fields.Integer(allow_none=True, metadata={"description": "As of a problem, where it is not saved."})
    detail = maybe("Why it is not saved.")


class Issue(Shape):
    month = text()
    number = fields.Integer(metadata={"description": "1 for the first issue; a correction is one up."})
    closed_at = fields.DateTime()
    reason = text("Why this issue corrects the one before.")


class Report(Shape):
    month = text()
    method = fields.Integer()
    number = fields.Integer()
    reason = text("Why this issue corrects the one before.")
    closed_at = fields.DateTime()
    company = fields.Dict()


class DepartmentReport(Report):
    department = fields.Dict()


class StoredBreach(Shape):
    ticket_id = fields.Integer(allow_none=True)
    clock_id = fields.Integer(allow_none=True)
    confidential = fields.Boolean()
    metric = one_of(METRICS)
    breached_at = moment()
    target_seconds = number()
    elapsed_seconds = number()
    running = fields.Boolean(metadata={"description": "Not done when the month was closed."})
    ball = fields.String(allow_none=True, validate=validate.OneOf(BALLS))
    excused = fields.Boolean()
    reason_code = maybe("Null where nobody explained it.")
    reason_text = maybe("Null where nobody explained it.")


class Comment(Shape):
    text = text()


class Thanks(Shape):
    to = maybe("Null where it is for the department.")
    text = fields.String()


class AtRisk(Shape):
    ticket = fields.Integer(
        allow_none=True,
        metadata={"description": "Null where it is confidential, or where the token may not read tickets."},
    )
    department = text()
    metric = one_of(METRICS)
    due_at = fields.DateTime()
    ball = one_of(BALLS)


class AtRiskPage(Shape):
    items = fields.List(fields.Nested(AtRisk), metadata={"description": "The soonest first."})
    next = maybe("The cursor of the next page.")


class Break(Shape):
    metric = one_of(METRICS)
    reason = maybe("Null: nobody has said it yet.")
    ball = fields.String(
        allow_none=True, validate=validate.OneOf(BALLS), metadata={"description": "Who had to act when they broke."}
    )
    count = fields.Integer()


class Age(Shape):
    up_to_days = fields.Integer(allow_none=True, metadata={"description": "Null: older than all the others."})
    tickets = fields.Integer()


class Load(Shape):
    customer = maybe("Key; null for requesters without a department.")
    tickets = fields.Integer()
    before = fields.Integer(metadata={"description": "Of the month before, up to `same_day`."})


class Live(Shape):
    month = text()
    same_day = fields.DateTime(metadata={"description": "Up to when the month before is counted."})
    at_risk_count = fields.Integer()
    at_risk = fields.Nested(AtRiskPage)
    broken = fields.List(fields.Nested(Break))
    broken_before = fields.Integer(metadata={"description": "Of the month before, up to `same_day`."})
    backlog = fields.List(fields.Nested(Age))
    load_by_customer = fields.List(fields.Nested(Load))


# Those that others hold stand before them.
SHAPES: tuple[type[Shape], ...] = (
    Reason, Breach, Explained, Issue, Report, DepartmentReport, StoredBreach, Comment, Thanks,
    AtRisk, AtRiskPage, Break, Age, Load, Live,
)  # fmt: skip
LISTED: tuple[type[Shape], ...] = (Breach, Explained, Issue, StoredBreach, Comment, Thanks)
