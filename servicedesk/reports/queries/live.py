"""The running month as it stands: what broke and why, what may break this week, what waits, for whom. Never ratings.

Six statements, whatever the rows; each of them reads what is open, or a month by its index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.reports import figures, rules
from servicedesk.reports.queries.months import company_zone
from servicedesk.sla.models import BreachReason, Clock
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import ACTIVE

RISK_WITHIN = timedelta(days=7)
ROWS = 30


@dataclass(frozen=True)
class AtRisk:
    """A running promise; `ticket_id` and `subject` are None where the ticket is confidential. `ball`: whose turn it is."""

    ticket_id: int | None
    subject: str | None
    department_id: int
    metric: str
    due_at: datetime
    ball: str


@dataclass(frozen=True)
class Break:
    """So many promises of one kind broken for one reason (None: nobody has said it) while it was one's turn."""

    metric: str
    reason: str | None
    ball: str | None
    count: int


@dataclass(frozen=True)
class Live:
    """`at_risk` soonest first, `at_risk_count` all of them. What ends in `_before` is of the month before up to `same_day`."""

    month: str
    breaks: list[Break]
    broken_before: int
    at_risk: Page[AtRisk]
    at_risk_count: int
    backlog_by_age: list[tuple[int | None, int]]
    load_by_customer: dict[int | None, int]
    load_before: dict[int | None, int]
    same_day: datetime

    @property
    def broken(self) -> dict[str, int]:
        """Broken promises by metric."""
        return _counted((row.metric, row.count) for row in self.breaks)

    @property
    def reasons(self) -> dict[str | None, int]:
        """Broken promises by reason: first those without one, then the most frequent."""
        found = _counted((row.reason, row.count) for row in self.breaks)
        return dict(sorted(found.items(), key=lambda pair: (pair[0] is not None, -pair[1], pair[0] or "")))

    @property
    def balls(self) -> dict[str, int]:
        """Broken promises by whose turn it was; those of which that is not known are left out."""
        found = _counted((row.ball, row.count) for row in self.breaks if row.ball)
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def customers(self) -> list[int | None]:
        """Who has asked in this month or in the one before, the busiest first."""
        ids = self.load_by_customer.keys() | self.load_before.keys()
        return sorted(
            ids, key=lambda key: (-self.load_by_customer.get(key, 0), -self.load_before.get(key, 0), key or 0)
        )


def live(
    department_ids: Collection[int], month: str, at: datetime, *, led: Collection[int] | None = None,
    cursor: str | None = None, limit: int = ROWS,
) -> Live:  # fmt: skip
    """Figures of `month` up to `at` for these departments, which the caller may see (leads: their own).

    Confidential tickets count in the departments `led` (default: in all of them) and nowhere else.
    """
    begin, end = rules.bounds(month, company_zone())
    earlier = rules.bounds(rules.shifted(month, -1), company_zone())[0]
    until, same_day = min(end, at), min(begin, earlier + (min(end, at) - begin))
    open_to = department_ids if led is None else led
    clocks, tickets = _countable(Clock, department_ids, open_to), _countable(Ticket, department_ids, open_to)
    # A clock runs on what is not resolved, for whoever holds it: these are few, whatever has ended.
    running = [
        *clocks, Clock.state == "running", Clock.due_at >= at, Clock.due_at < at + RISK_WITHIN, Ticket.status.in_(ACTIVE),
        Ticket.department_id.in_(sorted(department_ids)),
    ]  # fmt: skip
    load, before = _load(tickets, (earlier, same_day), (begin, until))
    return Live(
        month=month,
        breaks=_breaks(clocks, begin, until),
        broken_before=db.session.scalar(_clocks(func.count()).where(*clocks, *_broken(earlier, same_day))) or 0,
        at_risk=_at_risk(running, cursor, limit),
        at_risk_count=db.session.scalar(_clocks(func.count()).where(*running)) or 0,
        backlog_by_age=_backlog(tickets, at),
        load_by_customer=load, load_before=before, same_day=same_day,
    )  # fmt: skip


def _countable(
    table: type[Clock] | type[Ticket], department_ids: Collection[int], open_to: Collection[int]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Rows of these departments, those of confidential tickets only where the department is `open_to` the reader."""
    return (
        table.department_id.in_(sorted(department_ids)),
        or_(~Ticket.confidential, table.department_id.in_(sorted(open_to))),
    )


def _clocks(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(Clock).join(Ticket, Ticket.id == Clock.ticket_id)


def _broken(begin: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return Clock.breached_at >= begin, Clock.breached_at < until, Clock.state == "breached"


def _breaks(clocks: Collection[ColumnElement[bool]], begin: datetime, until: datetime) -> list[Break]:
    parts = (Clock.metric, BreachReason.code, Clock.ball_at_breach)
    query = _clocks(*parts, func.count()).outerjoin(BreachReason, BreachReason.clock_id == Clock.id)
    query = query.where(*clocks, *_broken(begin, until)).group_by(*parts)
    return [Break(*row) for row in db.session.execute(query)]


def _at_risk(running: Collection[ColumnElement[bool]], cursor: str | None, limit: int) -> Page[AtRisk]:
    columns = (
        Ticket.id, Ticket.confidential, Ticket.subject, Clock.department_id, Clock.metric, Clock.due_at, Ticket.ball,
    )  # fmt: skip
    found = page_of(_clocks(*columns).where(*running), [Clock.due_at, Clock.id], cursor=cursor, limit=limit)
    return found.map(_shown)


def _shown(row: Any) -> AtRisk:
    number, confidential, subject, *rest = row
    return AtRisk(None if confidential else number, None if confidential else subject, *rest)


def _backlog(tickets: Collection[ColumnElement[bool]], at: datetime) -> list[tuple[int | None, int]]:
    """What figures.backlog_by_age says of the same tickets, counted where they lie."""
    young = [(Ticket.created_at >= at - timedelta(days=days), days) for days in figures.AGES if days is not None]
    waiting = select(case(*young, else_=None).label("band")).where(
        *tickets, Ticket.status.in_(ACTIVE), Ticket.created_at <= at
    )
    bands = waiting.subquery()
    rows = db.session.execute(select(bands.c.band, func.count()).group_by(bands.c.band))
    counts: dict[int | None, int] = {row[0]: row[1] for row in rows}
    return [(days, counts.get(days, 0)) for days in figures.AGES]


def _load(
    tickets: Collection[ColumnElement[bool]], earlier: tuple[datetime, datetime], now: tuple[datetime, datetime]
) -> tuple[dict[int | None, int], dict[int | None, int]]:
    """Tickets filed in the second span and in the first one, by the department of the requester."""
    spans = [and_(Ticket.created_at >= begin, Ticket.created_at < end) for begin, end in (now, earlier)]
    sums = [func.sum(case((span, 1), else_=0)) for span in spans]
    query = select(Ticket.customer_department_id, *sums).where(*tickets, or_(*spans))
    rows = db.session.execute(query.group_by(Ticket.customer_department_id)).all()
    return {row[0]: row[1] for row in rows if row[1]}, {row[0]: row[2] for row in rows if row[2]}


def _counted(pairs: Any) -> dict[Any, int]:
    found: Counter[Any] = Counter()
    for key, count in pairs:
        found[key] += count
    return dict(found)
