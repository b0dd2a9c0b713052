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


class Calendar(Shape):
    key = text()
    of_company = fields.Boolean(metadata={"description": "Departments without a calendar of their own work by it."})
    departments = fields.List(text(), metadata={"description": "Keys of those that work by it."})
    version = fields.Integer()
    changed_at = moment()
    timezone = text("IANA name.")
    week = fields.Dict(metadata={"description": "Weekday (mon … sun) to pairs of begin and end."})
    holidays = maybe("Country whose holidays are in it.")
    exceptions = fields.Dict(
        metadata={"description": "Date to the pairs that replace its hours, without the holidays."}
    )
    names = fields.Dict(metadata={"description": "Date to the name of an exception in ru and en."})


class Threshold(Shape):
    field = text("Key of a number or money of the form.")
    amount = text("A decimal number: the step is asked where the answer is more.")


class ApprovalStep(Shape):
    who = one_of(("lead", "people"))
    people = fields.List(fields.String(), metadata={"description": "E-mail addresses, where people approve."})
    need = maybe("any or all of the people; null for the lead.")
    over = fields.Nested(Threshold, allow_none=True, metadata={"description": "Null: the step is always asked."})


class RequestType(Shape):
    key = text()
    department = text()
    name = text("In the language of the caller.")
    names = fields.Dict(keys=fields.String(), values=fields.String())
    description = text()
    keywords = fields.List(fields.String(), metadata={"description": "Other words by which it is found."})
    provides = text("What the customer must provide.")
    confidential = fields.Boolean()
    approval = fields.List(
        fields.Nested(ApprovalStep), metadata={"description": "Who must say yes before work begins, step after step."}
    )
    fields_ = fields.List(
        fields.Dict(),
        data_key="fields",
        metadata={
            "description": "The form: key, type, label, help, required, when, options, unit, currency, least, most, pattern, pattern_message."
        },
    )
    promise = fields.Dict(keys=one_of(METRICS), values=fields.Nested(Promise))


class Clock(Shape):
    id = fields.Integer()
    metric = one_of(METRICS)
    state = one_of(STATES)
    started_at = moment()
    due_at = moment("Null while the clock is paused, unless a date was agreed.")
    stopped_at = moment()
    breached_at = moment("The true moment at which the promise broke.")
    elapsed_seconds = number("Business time used as of now, pauses excluded.")
    paused_seconds = number()
    target_seconds = number()
    policy = maybe("Null where only a date was agreed.")
    policy_version = fields.Integer(allow_none=True)
    target = text("As in the organisation file: 4h, 3bd, 24h wall; at 2026-12-01T15:00:00Z for an agreed date.")
    department = maybe("The department that answers for it.")


class Hold(Shape):
    reason = one_of(("waiting_for_requester", "third_party", "scheduled"))
    note = text()
    began_at = moment()
    until = moment()
    missing = fields.List(
        fields.String(), metadata={"description": "Keys of the form's fields that the requester is asked to fill."}
    )


class NewFile(Shape):
    key = text("What a field of type `file` takes.")
    name = text("As it is kept: without folders and hidden signs.")
    size = fields.Integer(metadata={"description": "Bytes."})
    kind = text("The media type found in the content.")


class File(NewFile):
    id = fields.Integer()
    field = maybe("Key of the form's field that it answers.")
    message = fields.Integer(allow_none=True, metadata={"description": "Number of the message that it is part of."})
    sent_at = moment()


class Answered(Shape):
    key = text()
    type = text()
    label = fields.Dict()
    value = fields.Raw(allow_none=True, metadata={"description": "Null where it was not given.", "nullable": True})
    shown = fields.Raw(
        allow_none=True,
        metadata={"description": "Name of a colleague, names of a department, or name, size, kind of a file."},
    )
    unit = fields.Dict()
    currency = text()
    options = fields.List(fields.Dict())


class TicketNumber(Shape):
    id = fields.Integer()


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
    cover = maybe("E-mail of who stands in while the assignee is away.")
    ball = one_of(BALLS)
    created_at = moment()
    updated_at = moment()
    resolved_at = moment()
    closed_at = moment()
    approved_at = moment("When the last approver agreed; null where nobody had to, or somebody still has to.")
    version = fields.Integer(metadata={"description": "What ETag carries."})
    external_id = maybe()
    clocks = fields.List(fields.Nested(Clock))
    fields_ = fields.Dict(data_key="fields", metadata={"description": "The answers of the form it was filed with."})
    answers = fields.List(
        fields.Nested(Answered),
        metadata={"description": "The same with their labels, and what was asked and not given."},
    )
    confidential = fields.Boolean()
    requester_name = text()
    registrar = maybe("E-mail of who filed it.")
    customer_department = maybe()
    hold = fields.Nested(Hold, allow_none=True)
    rating_url = maybe("Where the requester says what they think, while the question is open.")
    rating_token = maybe("For POST /ratings/{token}.")
    parent = fields.Nested(
        TicketNumber, allow_none=True, metadata={"description": "From which it was asked, if you may see that one."}
    )
    merged_into = fields.Integer(
        allow_none=True, metadata={"description": "The ticket in which it goes on, if you may see that one."}
    )
    children = fields.Integer(metadata={"description": "How many were asked from it, as far as you may know."})


class ChildRequest(Shape):
    id = fields.Integer()
    ticket = fields.Integer(
        allow_none=True, metadata={"description": "Null while planned, or where you may not see it."}
    )
    department = maybe("Key of the department that is asked.")
    request_type = maybe()
    subject = maybe("Null where you may not see it.")
    status = one_of((*STATUSES, "planned", "dropped"))
    waits = fields.Boolean(metadata={"description": "Whether the parent waits for it."})
    batch = fields.Integer(metadata={"description": "Which use of a template asked it; 0 for one asked singly."})
    step = fields.Integer(metadata={"description": "Its turn in the batch: a step opens when those before have ended."})
    opened_at = moment()


class Term(Shape):
    number = fields.Integer(metadata={"description": "Counts the proposals of a ticket; the address ends with it."})
    state = one_of(("proposed", "accepted", "declined", "withdrawn", "countered", "lapsed"))
    due_at = fields.DateTime()
    reason = text()
    side = one_of(("supplier", "requester"))
    proposed_by = text("E-mail.")
    proposed_by_name = text()
    proposed_at = fields.DateTime()
    answered_by = maybe("E-mail.")
    answered_by_name = maybe()
    answered_at = moment()
    in_force = fields.Boolean(metadata={"description": "Accepted, and no later one was: the resolution is due then."})


class Message(Shape):
    id = fields.Integer()
    author = text("E-mail.")
    author_name = text()
    visibility = one_of(("public", "internal"))
    side = one_of(("supplier", "requester"))
    text = fields.String()
    filled = fields.Dict(metadata={"description": "Answers that the requester filled in with it, by key."})
    thanks = fields.Boolean(metadata={"description": "It only says thank you, so nothing was reopened."})
    by_mail = fields.Boolean(metadata={"description": "It came as a letter."})
    created_at = moment()


class Event(Shape):
    id = fields.Integer()
    at = fields.DateTime()
    what = text()
    actor = maybe("E-mail; null where the desk itself acted.")
    door = text()
    data = fields.Dict()


class Saved(Shape):
    saved = fields.Boolean()


# Those that others hold stand before them.
SHAPES: tuple[type[Shape], ...] = (
    Grant, Person, Me, Promise, Policy, Department, Calendar, RequestType, Clock, Hold, NewFile, File, Answered, TicketNumber, Ticket, ChildRequest, Term, Message, Event,
    Saved,
)  # fmt: skip
LISTED: tuple[type[Shape], ...] = (
    Department,
    Calendar,
    RequestType,
    Ticket,
    ChildRequest,
    Clock,
    Term,
    Message,
    File,
    Event,
)
