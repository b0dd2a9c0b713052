"""What calls answer that explain where time went, described for the OpenAPI document."""

from __future__ import annotations

from marshmallow import fields

from servicedesk.api.answers import maybe, moment, number, text
from servicedesk.api.fields import Shape


class Stretch(Shape):
    from_ = fields.DateTime(data_key="from")
    to = fields.DateTime()
    seconds = number()
    counted = fields.Boolean()
    why = text("open, moved (a day off that is worked), night, lunch, weekend, holiday, shortened, paused or resolved.")
    holiday = fields.Dict(allow_none=True, metadata={"description": "The same as name."})
    name = fields.Dict(allow_none=True, metadata={"description": "What that day is called, by language."})
    by = maybe("E-mail of the person who paused it.")
    by_name = maybe()
    reason = maybe("Why it was paused, as of a hold.")
    note = maybe("What the requester was told of the pause.")


class AgreementName(Shape):
    id = fields.Integer()
    version = fields.Integer()
    supplier = fields.Dict()
    customer = fields.Dict()


class Retarget(Shape):
    at = fields.DateTime()
    cause = maybe("priority, request_type, reopening, term or rollout; null where it was not recorded.")
    before = maybe("Null: no promise.")
    after = maybe()
    due_before = moment("As known at that moment; null without a promise, and while paused.")
    due_after = moment()
    hours_changed = fields.Boolean(metadata={"description": "Whether other working hours came with it."})


class Explanation(Shape):
    items = fields.List(fields.Nested(Stretch))
    next = maybe("Always null: all stretches are here.")
    target = maybe("Null: no promise any more.")
    policy = maybe("Null where only a date was agreed.")
    policy_version = fields.Integer(allow_none=True)
    agreement = fields.Nested(AgreementName, allow_none=True)
    retargets = fields.List(fields.Nested(Retarget))
    elapsed_seconds = number("What the counted stretches add up to.")
    due_at = moment()


class LedgerLine(Shape):
    from_ = fields.DateTime(data_key="from")
    to = fields.DateTime()
    seconds = number()
    holder = text("supplier, requester, approver, third_party, closed (outside working hours) or resolved (nobody).")
    department = maybe("Who has the ticket; null while it is resolved.")


class Held(Shape):
    holder = text()
    department = maybe("Of a supplier.")
    seconds = number()


class Ledger(Shape):
    items = fields.List(fields.Nested(LedgerLine))
    next = maybe("Always null: all lines are here.")
    sums = fields.List(fields.Nested(Held))
    seconds = number("From the requester's first word to the end, or to now: what the lines add up to.")


class LinkPromise(Shape):
    own = fields.Boolean(
        metadata={"description": "False for a stay that shares its ticket's resolution, and without a promise."}
    )
    metric = maybe("stay or resolution.")
    target = maybe()
    due_at = moment()
    broken_at = moment()
    stopped_at = moment()
    paused = fields.Boolean(metadata={"description": "Nothing runs down now."})


class EndToEnd(LinkPromise):
    state = text("on_track, at_risk, broken, kept or no_promise.")


class Link(Shape):
    kind = text(
        "stay (a department has the ticket), approval, child (a request to another department) or wait (on hold)."
    )
    ticket = fields.Integer(
        allow_none=True, metadata={"description": "Null where you may not see it, and while it is planned."}
    )
    department = maybe("Whose turn it was; of a wait or an approval, who had the ticket.")
    person = maybe("E-mail of the approver, or of who has the ticket now, where it is one person.")
    people = fields.List(fields.String())
    begin = moment("Null: planned, not asked yet.")
    end = moment("Null: not over yet.")
    promise = fields.Nested(LinkPromise)
    state = text("on_track, at_risk, broken, kept or no_promise.")
    seconds = number("Own working time: a stay without its holds, a child with everything inside it.")
    late_seconds = number("Working time after its promise broke.")
    parent = fields.Integer(allow_none=True, metadata={"description": "Position of the link inside which it lies."})
    depth = fields.Integer()
    waited_for = fields.Boolean(
        metadata={"description": "False: a child, or part of one, that its parent does not wait for."}
    )
    reason = maybe("Of a wait: waiting_for_requester, third_party, scheduled or rework; an approver's word; withdrawn.")
    round = fields.Integer(allow_none=True, metadata={"description": "Of an approval."})
    subject = maybe("Of a planned child.")


class Chain(Shape):
    ticket = fields.Integer(metadata={"description": "The topmost ticket, whose promise is the one of the whole."})
    end_to_end = fields.Nested(EndToEnd)
    links = fields.List(fields.Nested(Link))
    culprit = fields.Integer(
        allow_none=True, metadata={"description": "Position of the link that broke the whole, or is about to."}
    )
    culprit_how = maybe("late (it had broken its own promise), at_risk (it is about to) or held (the ball was there).")
    more = fields.Boolean(metadata={"description": "Longer than what is told."})


# Those that others hold stand before them.
SHAPES: tuple[type[Shape], ...] = (
    Stretch, AgreementName, Retarget, Explanation, LedgerLine, Held, Ledger, LinkPromise, EndToEnd, Link, Chain,
)  # fmt: skip
