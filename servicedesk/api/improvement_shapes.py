"""Actions of departments as JSON, and how they are described for the OpenAPI document. Pure."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from servicedesk.api.answers import maybe, one_of, text
from servicedesk.api.fields import Shape
from servicedesk.api.shapes import Json, moment
from servicedesk.reports.queries import STATES


class ImprovementOutcome(Shape):
    month = text("The closed month it was measured in.")
    since = maybe("The month it is compared with.")
    outcome = one_of(("measured", "few"))
    before = fields.Float(allow_none=True)
    after = fields.Float(allow_none=True)
    difference = fields.Float(allow_none=True)
    low = fields.Float(allow_none=True, metadata={"description": "95-percent interval of the difference."})
    high = fields.Float(allow_none=True)
    clear = fields.Boolean(allow_none=True, metadata={"description": "Whether the interval excludes zero."})
    better = fields.Boolean(allow_none=True)


class Improvement(Shape):
    id = fields.Integer()
    department = text("Key.")
    title = text("What will be different, in one line.")
    said = text("What was heard.")
    state = one_of(STATES)
    published = fields.Boolean()
    owner = maybe("E-mail; null for who does not work there.")
    due_on = fields.Date(allow_none=True)
    metric = maybe("The figure it aims at.")
    did = text("What was done.")
    done_on = fields.Date(allow_none=True)
    dropped_on = fields.Date(allow_none=True)
    why_dropped = maybe("Null for who does not work there.")
    made_at = fields.DateTime()
    version = fields.Integer()
    outcome = fields.Nested(ImprovementOutcome, allow_none=True)


SHAPES: tuple[type[Shape], ...] = (ImprovementOutcome, Improvement)
LISTED: tuple[type[Shape], ...] = (Improvement,)


def improvement(row: Any, *, inside: bool) -> Json:
    """`inside`: for who works in the department or sees to it."""
    days = {name: getattr(row, name) for name in ("due_on", "done_on", "dropped_on")}
    return {
        "id": row.id, "department": row.department.key, "title": row.title, "said": row.said, "state": row.state,
        "published": row.published, "owner": row.owner.email if inside and row.owner else None, "metric": row.metric,
        "did": row.did, "why_dropped": row.why_dropped if inside else None, "made_at": moment(row.made_at),
        "version": row.version, "outcome": row.outcome,
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }  # fmt: skip
