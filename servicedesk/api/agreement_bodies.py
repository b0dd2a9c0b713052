"""What calls about agreements take. Shape only; what can be agreed is said by the slice."""

from __future__ import annotations

from marshmallow import fields

from servicedesk.api.bodies import NAME, PRIORITIES, Page
from servicedesk.api.fields import Body, Day, Fits, Text, Whole, Word
from servicedesk.kernel.text import N_
from servicedesk.sla.agreement_rules import LONGEST_NOTE, LONGEST_TEXT, STATES

_TEXT, _TARGET = Fits(max=LONGEST_TEXT), Fits(max=40)


def _target(about: str = "") -> Text:
    return Text(load_default=None, allow_none=True, validate=_TARGET, metadata={"description": about} if about else {})


class AgreementPage(Page):
    department = Text(validate=NAME, metadata={"description": "Key of the supplier or the customer."})
    state = Word(STATES, metadata={"description": "As of today; proposed are all with an open proposal."})


class NewPromise(Body):
    request_type = Text(
        load_default=None, allow_none=True, validate=NAME, metadata={"description": "Key; null for every request."}
    )
    priority = Word(PRIORITIES, load_default=None, allow_none=True)
    first_reply = _target("As in the organisation file: 4h, 3bd, 24h wall.")
    reply = _target()
    resolution = _target()
    stay = _target()


class NewVersion(Body):
    promises = fields.List(
        fields.Nested(NewPromise), required=True,
        error_messages={
            "required": N_("This field is needed."), "null": N_("This field cannot be null."),
            "invalid": N_("A list of promises is expected here."),
        },
    )  # fmt: skip
    valid_from = Day(data_key="from", required=True, metadata={"description": "The first day."})
    valid_until = Day(
        data_key="until", load_default=None, allow_none=True, metadata={"description": "The last day; null for no end."}
    )
    review_on = Day(load_default=None, allow_none=True, metadata={"description": "Both sides are reminded before."})
    calendar = Text(
        load_default=None, allow_none=True, validate=NAME, metadata={"description": "Key of the hours; null for the supplier's own."},
    )  # fmt: skip
    services = Text(load_default="", validate=_TEXT)
    mission = Text(load_default="", validate=_TEXT)
    customer_provides = Text(load_default="", validate=_TEXT)
    answers = Whole(
        load_default=None, allow_none=True,
        metadata={"description": "Number of the newest version that you know; 409 when there is a newer one."},
    )  # fmt: skip


class NewAgreement(NewVersion):
    supplier = Text(required=True, metadata={"description": "Key of the department that promises."})
    customer = Text(required=True, metadata={"description": "Key of the department that is served."})


class Refusal(Body):
    note = Text(load_default="", validate=Fits(max=LONGEST_NOTE), metadata={"description": "Needed to decline."})
