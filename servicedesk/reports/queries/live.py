"""The running month as it stands: what broke, what may break this week, what waits. Never ratings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

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


def live(department_ids: Collection[int], month: str, at: datetime) -> Live:
    """Figures of `month` up to `at` for these departments, which the caller may see (leads: their own)."""
    begin, end = rules.bounds(month, company_zone())
    ids = sorted(department_ids)
    broken = select(Clock.metric, func.count()).where(
        Clock.department_id.in_(ids),
        Clock.breached_at >= begin,
        Clock.breached_at < min(end, at),
        Clock.state == "breached",
    )
    running = (
        Clock.department_id.in_(ids),
        Clock.state == "running",
        Clock.due_at >= at,
        Clock.due_at < at + RISK_WITHIN,
    )
    soonest = (
        select(Clock.ticket_id, Ticket.confidential, Clock.department_id, Clock.metric, Clock.due_at)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(*running)
        .order_by(Clock.due_at, Clock.id)
        .limit(MOST_AT_RISK)
    )
    columns = (Ticket.id, Ticket.department_id, Ticket.customer_department_id, Ticket.created_at)
    waiting = select(*columns).where(Ticket.department_id.in_(ids), Ticket.status.in_(ACTIVE), Ticket.created_at <= at)
    filed = select(Ticket.customer_department_id, func.count()).where(
        Ticket.department_id.in_(ids), Ticket.created_at >= begin, Ticket.created_at < min(end, at)
    )
    rows = db.session.execute(soonest).all()
    return Live(
        month=month,
        broken={row[0]: row[1] for row in db.session.execute(broken.group_by(Clock.metric))},
        at_risk=[
            AtRisk(None if row.confidential else row.ticket_id, row.department_id, row.metric, row.due_at)
            for row in rows
        ],
        at_risk_count=db.session.scalar(select(func.count()).select_from(Clock).where(*running)) or 0,
        backlog_by_age=figures.backlog_by_age((figures.TicketRow(*row) for row in db.session.execute(waiting)), at),
        load_by_customer={row[0]: row[1] for row in db.session.execute(filed.group_by(Ticket.customer_department_id))},
    )
