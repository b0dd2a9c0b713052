"""Lists that need tickets and promises together: the queue by what breaks next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from servicedesk.kernel.paging import Page, page_of
from servicedesk.sla.models import Clock
from servicedesk.sla.queries.clocks import Reading, clocks_of, current
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries import with_people

# Tickets without a running promise come last.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """A ticket in a list with its promises as they stand now; `next` is the one that breaks first."""

    ticket: Ticket
    clocks: list[Reading]
    next: Reading | None


def next_due() -> ColumnElement[Any]:
    """The earliest due instant among a ticket's open clocks that are not paused."""
    earliest = (
        select(func.min(Clock.due_at))
        .where(Clock.ticket_id == Ticket.id, Clock.open, _can_break())
        .correlate(Ticket)
        .scalar_subquery()
    )
    return func.coalesce(earliest, NEVER, type_=Clock.due_at.type)


def _can_break() -> ColumnElement[bool]:
    """Running, or paused with a due instant all the same: one that was agreed on."""
    return or_(~Clock.paused, Clock.state == "paused")


def by_due(query: Select[Any], *, cursor: str | None = None, limit: int = 50) -> Page[Ticket]:
    """Tickets of `query`, the one that breaks next first."""
    return page_of(with_people(query), [next_due(), Ticket.id], cursor=cursor, limit=limit)


def breaking_before(query: Select[Any], until: datetime) -> Select[Any]:
    """Those tickets of `query` of which a promise has broken unanswered or breaks before `until`."""
    pending = exists().where(Clock.ticket_id == Ticket.id, Clock.open, _can_break(), Clock.due_at < until)
    return query.where(pending)


def rows(tickets: Sequence[Ticket], at: datetime) -> list[Row]:
    """The tickets with their clocks, in one more statement."""
    clocks = clocks_of(ticket.id for ticket in tickets)
    return [_row(ticket, [current(clock, at) for clock in clocks[ticket.id]]) for ticket in tickets]


def _row(ticket: Ticket, readings: list[Reading]) -> Row:
    pending = [
        r
        for r in readings
        if r.clock.open and (not r.clock.paused or r.clock.state == "paused") and r.clock.due_at is not None
    ]
    return Row(ticket, readings, min(pending, key=lambda r: r.clock.due_at or NEVER, default=None))
