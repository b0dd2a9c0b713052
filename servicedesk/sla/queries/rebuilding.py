"""Every clock with its marks, as the database has them: plain rows by ticket, for folding them all anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, case, cast, func, select
from sqlalchemy.orm import selectinload

from servicedesk.kernel.db import db
from servicedesk.sla.models import Clock, Mark, QueuePlace
from servicedesk.sla_engine import Mark as EngineMark
from servicedesk.sla_engine import Target
from servicedesk.tickets.models import Ticket

# What no fold and no look needs stays where it is.
_COLUMNS = [column for column in Clock.__table__.c if column.key not in ("message_id", "warned_percent", "version")]
# What happened at a change of target is all that a fold needs of what a mark says.
_TOLD = case((Mark.kind == "retargeted", cast(Mark.data, Text)))


@dataclass(frozen=True, slots=True)
class Stored:
    """A clock's row and its marks in the order in which they were written.

    `told` is what the changes of target say of the row as it must be by now: target, policy and calendar version.
    """

    row: Any
    marks: Sequence[EngineMark]
    told: Mapping[str, Any]


def tickets_with_clocks() -> int:
    return db.session.scalar(select(func.count(func.distinct(Clock.ticket_id)))) or 0


def next_tickets(after_id: int, limit: int) -> list[int]:
    """Ids of the next tickets that have clocks, in order."""
    query = select(Clock.ticket_id).where(Clock.ticket_id > after_id).distinct().order_by(Clock.ticket_id)
    return list(db.session.scalars(query.limit(limit)))


def stored_clocks(ticket_ids: Sequence[int]) -> Iterator[Stored]:
    """The clocks of these tickets, which follow each other in the table of clocks; in two statements, no objects."""
    span = Clock.ticket_id.between(ticket_ids[0], ticket_ids[-1])
    marks: dict[int, list[Any]] = {}
    query = (
        select(Mark.clock_id, Mark.at, Mark.kind, _TOLD)
        .join(Clock, Clock.id == Mark.clock_id)
        .where(span)
        .order_by(Mark.clock_id, Mark.id)
    )
    for clock_id, at, kind, told in db.session.execute(query):
        marks.setdefault(clock_id, []).append((at, kind, told))
    for row in db.session.execute(select(*_COLUMNS).where(span).order_by(Clock.ticket_id, Clock.id)):
        yield _stored(row, marks.get(row.id, []))


def locked_clocks(ticket_ids: Sequence[int]) -> list[Clock]:
    """The clocks of these tickets with their marks; the tickets are locked first, as every change of them does."""
    tickets = select(Ticket.id).where(Ticket.id.in_(ticket_ids)).order_by(Ticket.id)
    db.session.execute(tickets.with_for_update())
    query = select(Clock).where(Clock.ticket_id.in_(ticket_ids)).order_by(Clock.ticket_id, Clock.id)
    query = query.options(selectinload(Clock.marks)).with_for_update()
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def stored_places(ticket_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By ticket, where it stands in a queue."""
    columns = QueuePlace.__table__.c
    found = db.session.execute(select(*columns).where(columns.ticket_id.in_(ticket_ids)))
    return {row.ticket_id: dict(row._mapping) for row in found}


def placed_tickets(ticket_ids: Sequence[int]) -> Sequence[Any]:
    """What a place depends on besides the clocks."""
    query = select(Ticket.id, Ticket.department_id, Ticket.status).where(Ticket.id.in_(ticket_ids))
    return db.session.execute(query.order_by(Ticket.id)).all()


def as_stored(clock: Clock) -> Stored:
    """The same of a clock in hand."""
    return _stored(
        clock, [(mark.at, mark.kind, mark.data if mark.kind == "retargeted" else None) for mark in clock.marks]
    )


def _stored(row: Any, written: Sequence[tuple[datetime, Any, Any]]) -> Stored:
    marks, told = [], {}
    for at, kind, data in written:
        if data is None:
            marks.append(EngineMark(at, kind))
            continue
        change = json.loads(data) if isinstance(data, str) else data
        marks.append(EngineMark(at, kind, before=target(change.get("before")), after=target(change.get("after"))))
        told["target"] = change.get("after") or ""
        if "versions" in change:
            told["policy_version_id"] = change["versions"][1]
        if "calendars" in change:
            told["calendar_version_id"] = change["calendars"][1]
    return Stored(row, marks, told)


@lru_cache(maxsize=1024)
def target(text: str | None) -> Target | None:
    """A target as the row and the marks write it. Raises TargetError."""
    return Target.parse(text) if text else None
