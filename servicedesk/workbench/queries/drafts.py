"""Reads of drafts: only ever one's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select

from servicedesk.files.models import StoredFile
from servicedesk.kernel.db import db
from servicedesk.workbench.models import Draft, DraftFile
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


def count_drafts(person_id: int) -> int:
    """Discarded ones as well, as long as they can be had back."""
    return db.session.scalar(select(func.count()).select_from(Draft).where(Draft.person_id == person_id)) or 0


def files_of_draft(draft: Draft) -> list[StoredFile]:
    """What was sent for the form, in the order in which it came."""
    mine = select(StoredFile).join(DraftFile, DraftFile.file_id == StoredFile.id)
    mine = mine.where(DraftFile.person_id == draft.person_id, DraftFile.place == draft.place)
    return list(db.session.scalars(mine.order_by(StoredFile.id)))


def files_of_drafts() -> Select[tuple[int]]:
    """Ids of all files that wait with drafts, for who sweeps files away."""
    return select(DraftFile.file_id)
