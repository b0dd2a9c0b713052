"""Reads of bulk changes: only ever one's own. Who may see the requests in them is asked by the door."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, func, select

from servicedesk.kernel.db import db
from servicedesk.workbench import rules
from servicedesk.workbench.models import BulkChange, BulkLine


def newest_change(person_id: int, at: datetime) -> BulkChange | None:
    """What somebody changed last, as long as it may be undone."""
    asked = {"person": person_id, "since": at - rules.UNDONE_WITHIN, "until": at}
    return db.session.scalars(_NEWEST, asked).one_or_none()


# Built once, as the list asks for it.
_NEWEST = (
    select(BulkChange)
    .where(
        BulkChange.person_id == bindparam("person"),
        BulkChange.made_at > bindparam("since"),
        BulkChange.made_at <= bindparam("until"),
    )
    .order_by(BulkChange.id.desc())
    .limit(1)
)


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
