"""Reads of bulk changes: only ever one's own. Who may see the requests in them is asked by the door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.workbench import rules
from servicedesk.workbench.models import BulkChange, BulkLine


def newest_change(person_id: int, at: datetime) -> BulkChange | None:
    """What somebody changed last, as long as it may be undone."""
    query = select(BulkChange).where(
        BulkChange.person_id == person_id, BulkChange.made_at > at - rules.UNDONE_WITHIN, BulkChange.made_at <= at
    )
    return db.session.scalars(query.order_by(BulkChange.id.desc()).limit(1)).one_or_none()


def outcomes(change_id: int) -> Mapping[str, int]:
    """How many of its requests came out how, in one statement."""
    query = select(BulkLine.outcome, func.count()).where(BulkLine.change_id == change_id).group_by(BulkLine.outcome)
    return {row[0]: row[1] for row in db.session.execute(query)}


def waiting_lines(change_id: int) -> list[int]:
    """Numbers of its requests that had no turn yet."""
    query = select(BulkLine.ticket_id).where(BulkLine.change_id == change_id, BulkLine.outcome == "waiting")
    return list(db.session.scalars(query.order_by(BulkLine.ticket_id)))


def lines_to_undo(change_id: int) -> list[int]:
    query = select(BulkLine.ticket_id).where(
        BulkLine.change_id == change_id, BulkLine.outcome == "done", BulkLine.undone.is_(None)
    )
    return list(db.session.scalars(query.order_by(BulkLine.ticket_id)))
