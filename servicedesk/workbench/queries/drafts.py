"""Reads of drafts: only ever one's own."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.workbench.models import Draft


def draft_of(person_id: int, place: str) -> Draft | None:
    return db.session.get(Draft, (person_id, place))
