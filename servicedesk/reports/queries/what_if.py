"""Loads the promises of one month that another promise is to be tried on, in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.reports import rules
from servicedesk.reports.figures.what_if import DecidedRow
from servicedesk.reports.queries.months import company_zone
from servicedesk.sla.models import Clock
from servicedesk.sla.queries.clocks import as_engine_marks
from servicedesk.sla.queries.dry_run import marks_of
from servicedesk.sla.queries.rollouts import countable_by
from servicedesk.tickets.models import Ticket

CHUNK = 2000


@dataclass(frozen=True)
class Question:
    """Which promises: of a department and metric, decided in a month, None narrowing nothing. `begun` leaves out those
    that began before the month."""

    department_id: int
    metric: str
    month: str
    request_type_id: int | None = None
    priority: str | None = None
    begun: bool = False


def decided(question: Question, reader: Person) -> Iterator[DecidedRow]:
    """The promises that `reader` may count, oldest clock first."""
    begin, end = rules.bounds(question.month, company_zone())
    query = (
        select(Clock.id, Clock.ticket_id, Clock.breached_at, Clock.target, Clock.calendar_version_id)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .where(
            Clock.decided_at >= begin, Clock.decided_at < end, Clock.state.in_(("met", "breached")),
            Clock.department_id == question.department_id, Clock.metric == question.metric, countable_by(reader),
        )
    )  # fmt: skip
    if question.request_type_id is not None:
        query = query.where(Ticket.request_type_id == question.request_type_id)
    if question.priority is not None:
        query = query.where(Ticket.priority == question.priority)
    if question.begun:
        query = query.where(Clock.started_at >= begin)
    rows = db.session.execute(query.order_by(Clock.id)).all()
    for first in range(0, len(rows), CHUNK):
        chunk = rows[first : first + CHUNK]
        marks = marks_of([row.id for row in chunk])
        for row in chunk:
            yield DecidedRow(
                row.ticket_id, row.breached_at is None, row.target, row.calendar_version_id,
                as_engine_marks(marks.get(row.id, [])),
            )  # fmt: skip
