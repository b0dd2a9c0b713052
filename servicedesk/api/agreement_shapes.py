"""Agreements as JSON, and how they are described for the OpenAPI document. Pure: reads nothing, decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from marshmallow import fields

from servicedesk.api.answers import maybe, moment, one_of, text
from servicedesk.api.fields import Shape
from servicedesk.api.shapes import Json
from servicedesk.api.shapes import moment as instant
from servicedesk.sla import agreement_rules
from servicedesk.sla.agreement_rules import STATES, Terms
from servicedesk.sla.rules import METRICS


class AgreementPromise(Shape):
    request_type = maybe("Key; null for every request.")
    priority = maybe("Null for every priority.")
    first_reply = maybe("As in the organisation file: 4h, 3bd, 24h wall; null where it is not promised.")
    reply = maybe()
    resolution = maybe()
    stay = maybe()


class AgreementVersion(Shape):
    number = fields.Integer()
    state = one_of(("proposed", "accepted", "declined", "withdrawn", "countered"))
    from_ = fields.Date(data_key="from")
    until = fields.Date(allow_none=True)
    review_on = fields.Date(allow_none=True)
    last_day = fields.Date(
        allow_none=True,
        metadata={"description": "Of an accepted one: as it says, or the day before a later version begins."},
    )
    calendar = maybe("Key of the hours by which the promises are counted; null for the supplier's own.")
    services = text()
    mission = text()
    customer_provides = text()
    promises = fields.List(fields.Nested(AgreementPromise))
    proposed_for = maybe("Key of the department that proposed it; null where the organisation file did.")
    proposed_by = maybe("E-mail.")
    proposed_by_name = maybe()
    proposed_at = fields.DateTime()
    answered_by = maybe("E-mail.")
    answered_by_name = maybe()
    answered_at = moment()
    note = text("Why it was declined.")


class AgreementSummary(Shape):
    id = fields.Integer()
    supplier = text("Key of the department that promises.")
    customer = text("Key of the department that is served.")
    state = one_of(STATES)
    in_force = fields.Integer(allow_none=True, metadata={"description": "Number of the version that holds today."})
    proposed = fields.Integer(allow_none=True, metadata={"description": "Number of the version that waits."})


class Agreement(AgreementSummary):
    versions = fields.List(
        fields.Nested(AgreementVersion), metadata={"description": "Those you may read, oldest first."}
    )


SHAPES: tuple[type[Shape], ...] = (AgreementPromise, AgreementVersion, AgreementSummary, Agreement)
LISTED: tuple[type[Shape], ...] = (AgreementSummary,)


def summary(row: Any, versions: Sequence[Any], today: date) -> Json:
    """`versions` are those that the caller may read."""
    current, proposal = agreement_rules.in_force(versions, today), agreement_rules.open_proposal(versions)
    return {
        "id": row.id,
        "supplier": row.supplier.key,
        "customer": row.customer.key,
        "state": agreement_rules.state_of(versions, today),
        "in_force": current.number if current else None,
        "proposed": proposal.number if proposal else None,
    }


def version(row: Any, terms: Terms, versions: Sequence[Any]) -> Json:
    last_day = agreement_rules.last_day(row, versions) if row.state == "accepted" else None
    sides = {
        row.agreement.supplier_id: row.agreement.supplier.key,
        row.agreement.customer_id: row.agreement.customer.key,
    }
    return {
        "number": row.number,
        "state": row.state,
        "from": terms.valid_from.isoformat(),
        "until": _day(terms.valid_until),
        "review_on": _day(terms.review_on),
        "last_day": None if last_day == date.max else _day(last_day),
        "calendar": terms.calendar,
        "services": terms.services,
        "mission": terms.mission,
        "customer_provides": terms.customer_provides,
        "promises": [
            {"request_type": line.request_type, "priority": line.priority}
            | {metric: line.targets.get(metric) for metric in METRICS}
            for line in terms.promises
        ],
        "proposed_for": sides.get(row.proposed_for_id),
        "proposed_by": row.proposed_by.email if row.proposed_by else None,
        "proposed_by_name": row.proposed_by.name if row.proposed_by else None,
        "proposed_at": instant(row.proposed_at),
        "answered_by": row.answered_by.email if row.answered_by else None,
        "answered_by_name": row.answered_by.name if row.answered_by else None,
        "answered_at": instant(row.answered_at),
        "note": row.answer_note,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
