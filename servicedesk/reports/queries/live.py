"""The running month as it stands: what broke, what may break this week, what waits. Never ratings."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from servicedesk.kernel.db import db
from servicedesk.reports import figures, rules
from servicedesk.reports.queries.months import company_zone
from servicedesk.sla.models import Clock
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import ACTIVE

RISK_WITHIN = timedelta(days=7)
MOST_AT_RISK = 100


@dataclass(frozen=True)
class AtRisk:
    """A running promise; `ticket_id` is None where the ticket is confidential."""

    ticket_id: int | None
    department_id: int
    metric: str
    due_at: datetime


@dataclass(frozen=True)
class Live:
    """`broken` by metric; `at_risk` soonest first, at most a hundred of `at_risk_count`."""

    month: str
    broken: dict[str, int]
    at_risk: list[AtRisk]
    at_risk_count: int
    backlog_by_age: list[tuple[int | None, int]]
    load_by_customer: dict[int | None, int]


def live(department_ids: Collection[int], month: str, at: datetime, *, led: Collection[int] | None = None) -> Live:
    """Figures of `month` up to `at` for these departments, which the caller may see (leads: their own).

    Confidential tickets count in the departments `led` (default: in all of them) and nowhere else.
    """
    begin, end = rules.bounds(month, company_zone())
    open_to = department_ids if led is None else led
    clocks, tickets = _countable(Clock, department_ids, open_to), _countable(Ticket, department_ids, open_to)
    broken = _clocks(Clock.metric, func.count()).where(
        *clocks, Clock.breached_at >= begin, Clock.breached_at < min(end, at), Clock.state == "breached"
    )
    running = (*clocks, Clock.state == "running", Clock.due_at >= at, Clock.due_at < at + RISK_WITHIN)
    columns = (Ticket.id, Ticket.department_id, Ticket.customer_department_id, Ticket.created_at)
    waiting = select(*columns).where(*tickets, Ticket.status.in_(ACTIVE), Ticket.created_at <= at)
    filed = select(Ticket.customer_department_id, func.count()).where(
        *tickets, Ticket.created_at >= begin, Ticket.created_at < min(end, at)
    )
    return Live(
        month=month,
        broken={row[0]: row[1] for row in db.session.execute(broken.group_by(Clock.metric))},
        at_risk=_soonest(running),
        at_risk_count=db.session.scalar(_clocks(func.count()).where(*running)) or 0,
        backlog_by_age=figures.backlog_by_age((figures.TicketRow(*row) for row in db.session.execute(waiting)), at),
        load_by_customer={row[0]: row[1] for row in db.session.execute(filed.group_by(Ticket.customer_department_id))},
    )


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


def _soonest(running: Iterable[ColumnElement[bool]]) -> list[AtRisk]:
    columns = (Clock.ticket_id, Ticket.confidential, Clock.department_id, Clock.metric, Clock.due_at)
    query = _clocks(*columns).where(*running).order_by(Clock.due_at, Clock.id).limit(MOST_AT_RISK)
    return [
        AtRisk(None if row.confidential else row.ticket_id, row.department_id, row.metric, row.due_at)
        for row in db.session.execute(query)
    ]
