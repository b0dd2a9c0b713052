"""What calls answer, described for the OpenAPI document. Answers themselves are made in shapes.py."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from servicedesk.api.bodies import PRIORITIES, STATUSES
from servicedesk.api.fields import Shape

METRICS = ("first_reply", "reply", "resolution", "stay")
STATES = ("running", "paused", "met", "breached", "cancelled")
BALLS = ("supplier", "requester", "approver", "third_party", "none")


def text(about: str = "", **more: Any) -> fields.String:
    return fields.String(metadata={"description": about} if about else {}, **more)


def maybe(about: str = "") -> fields.String:
    return text(about, allow_none=True)


def one_of(known: tuple[str, ...], **more: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(known), **more)


def moment(about: str = "") -> fields.DateTime:
    return fields.DateTime(allow_none=True, metadata={"description": about} if about else {})


def number(about: str = "") -> fields.Float:
    return fields.Float(metadata={"description": about} if about else {})


class Grant(Shape):
    role = one_of(("agent", "lead", "admin", "report_reader"))
    department = maybe("Key, where the role is of a department.")


class Person(Shape):
    email = text()
    name = text()
    department = maybe("Key of the person's own department.")
    language = text()
    timezone = maybe()


class Me(Person):
    person = fields.Nested(Person, metadata={"description": "The same together."})
    roles = fields.List(text())
    grants = fields.List(fields.Nested(Grant))
    token = text("The name of the token.")
    scopes = fields.List(text(), metadata={"description": "Empty: the token may do what its person may."})
    expires_at = moment()


class Promise(Shape):
    target = text("As in the organisation file: 4h, 3bd, 24h wall.")
    due_at = moment("When a request made now would be due.")
    policy = text()


class Policy(Shape):
    policy = text()
    department = maybe()
    request_type = maybe()
    priority = maybe()
    customer_department = maybe()
    targets = fields.Dict(keys=fields.String(), values=fields.String())


class Department(Shape):
    key = text()
    name = text("In the language of the caller.")
    names = fields.Dict(keys=fields.String(), values=fields.String())
    mission = text()
    email = maybe()
    promises = fields.List(fields.Nested(Policy))
    figures = fields.Dict(
        allow_none=True,
        metadata={"description": "Of the last closed month; null where the token may not read reports."},
    )


class RequestType(Shape):
    key = text()
    department = text()
    name = text("In the language of the caller.")
    names = fields.Dict(keys=fields.String(), values=fields.String())
    description = text()
    confidential = fields.Boolean()
    fields_ = fields.List(
        fields.Dict(), data_key="fields", metadata={"description": "The form: key, type, label, required, options."}
    )
    promise = fields.Dict(keys=one_of(METRICS), values=fields.Nested(Promise))


class Clock(Shape):
    id = fields.Integer()
    metric = one_of(METRICS)
    state = one_of(STATES)
    started_at = moment()
    due_at = moment("Null while the clock is paused.")
    stopped_at = moment()
    breached_at = moment("The true moment at which the promise broke.")
    elapsed_seconds = number("Business time used as of now, pauses excluded.")
    paused_seconds = number()
    target_seconds = number()
    policy = maybe()
    policy_version = fields.Integer(allow_none=True)
    target = text()
    department = maybe("The department that answers for it.")


class Hold(Shape):
    reason = one_of(("waiting_for_requester", "third_party", "scheduled"))
    note = text()
    began_at = moment()
    until = moment()


class Ticket(Shape):
    id = fields.Integer()
    subject = text()
    description = text()
    status = one_of(STATUSES)
    priority = one_of(PRIORITIES)
    department = text("Key of the department that holds it.")
    request_type = maybe()
    requester = text("E-mail.")
    assignee = maybe("E-mail.")
    ball = one_of(BALLS)
    created_at = moment()
    updated_at = moment()
    resolved_at = moment()
    closed_at = moment()
    version = fields.Integer(metadata={"description": "What ETag carries."})
    external_id = maybe()
    clocks = fields.List(fields.Nested(Clock))
    fields_ = fields.Dict(data_key="fields", metadata={"description": "The answers of the form it was filed with."})
    confidential = fields.Boolean()
    requester_name = text()
    registrar = maybe("E-mail of who filed it.")
    customer_department = maybe()
    hold = fields.Nested(Hold, allow_none=True)
    rating_url = maybe("Where the requester says what they think, while the question is open.")
    rating_token = maybe("For POST /ratings/{token}.")


class Message(Shape):
    id = fields.Integer()
    author = text("E-mail.")
    author_name = text()
    visibility = one_of(("public", "internal"))
    side = one_of(("supplier", "requester"))
    text = fields.String()
    created_at = moment()


class Stretch(Shape):
    from_ = fields.DateTime(data_key="from")
    to = fields.DateTime()
    seconds = number()
    counted = fields.Boolean()
    why = text("open, night, lunch, weekend, holiday, shortened, paused or resolved.")
    holiday = fields.Dict(allow_none=True)
    reason = maybe()


class Event(Shape):
    id = fields.Integer()
    at = fields.DateTime()
    what = text()
    actor = maybe("E-mail; null where the desk itself acted.")
    door = text()
    data = fields.Dict()


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
    policy = maybe()
    reason = fields.Nested(Reason, allow_none=True)


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


class Saved(Shape):
    saved = fields.Boolean()


# Those that others hold stand before them.
SHAPES: tuple[type[Shape], ...] = (
    Grant, Person, Me, Promise, Policy, Department, RequestType, Clock, Hold, Ticket, Message, Stretch, Event, Reason, Breach,
    Issue, Report, DepartmentReport, Saved,
)  # fmt: skip
LISTED: tuple[type[Shape], ...] = (Department, RequestType, Ticket, Clock, Message, Stretch, Event, Breach, Issue)
