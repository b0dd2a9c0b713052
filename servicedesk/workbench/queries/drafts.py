"""Reads of drafts: only ever one's own."""

from __future__ import annotations

from datetime import datetime

from servicedesk.kernel.db import db
from servicedesk.workbench.models import Draft
from servicedesk.workbench.rules import REGRETTED_FOR


def draft_of(person_id: int, place: str) -> Draft | None:
    """What is kept of the form, unless it was discarded."""
    row = db.session.get(Draft, (person_id, place))
    return row if row is not None and row.discarded_at is None else None


def draft_or_discarded(person_id: int, place: str, at: datetime) -> Draft | None:
    """The same, or what was discarded and can be had back: its `discarded_at` says which of them it is."""
    row = db.session.get(Draft, (person_id, place))
    gone = row is not None and row.discarded_at is not None and row.discarded_at < at - REGRETTED_FOR
    return None if gone else row
