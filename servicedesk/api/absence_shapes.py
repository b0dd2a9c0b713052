"""Absences as JSON, and how they are described for the OpenAPI document. Pure: reads nothing, decides nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marshmallow import fields

from servicedesk.api.answers import maybe, one_of, text
from servicedesk.api.fields import Shape
from servicedesk.api.shapes import Json, moment
from servicedesk.people import absence_rules

STATES = ("planned", "running", "over", "cancelled")


class Absence(Shape):
    id = fields.Integer()
    person = text("E-mail.")
    person_name = text()
    state = one_of(STATES)
    from_ = text("The first day, or the moment where it does not begin with a day.", data_key="from")
    to = text("The last day, or the moment where it does not end with a day.")
    begins_at = fields.DateTime()
    ends_at = fields.DateTime(metadata={"description": "When the person is back."})
    timezone = text("On whose wall clock the days are meant.")
    substitute = maybe("E-mail.")
    substitute_name = maybe()
    note = maybe("Null for who is not of the team.")


SHAPES: tuple[type[Shape], ...] = (Absence,)
LISTED: tuple[type[Shape], ...] = (Absence,)


def absence(row: Any, zone: str, at: datetime, *, with_note: bool) -> Json:
    begins, ends = row.begins_at, row.ends_at
    first = absence_rules.first_day(begins, zone) if absence_rules.is_midnight(begins, zone) else begins
    last = absence_rules.last_day(ends, zone) if absence_rules.is_midnight(ends, zone) else ends
    return {
        "id": row.id,
        "person": row.person.email,
        "person_name": row.person.name,
        "state": _state(row, at),
        "from": _said(first),
        "to": _said(last),
        "begins_at": moment(begins),
        "ends_at": moment(ends),
        "timezone": zone,
        "substitute": row.substitute.email if row.substitute else None,
        "substitute_name": row.substitute.name if row.substitute else None,
        "note": row.note if with_note else None,
    }


def _said(day: date | datetime) -> str | None:
    return moment(day) if isinstance(day, datetime) else day.isoformat()


def _state(row: Any, at: datetime) -> str:
    if row.cancelled_at is not None:
        return "cancelled"
    if row.ends_at <= at:
        return "over"
    return "running" if row.begins_at <= at else "planned"
