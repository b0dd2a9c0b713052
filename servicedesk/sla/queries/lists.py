"""Lists that need tickets and promises together: the queue by what breaks next, the broken promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Person
from servicedesk.sla.models import BreachReason, Clock
from servicedesk.sla.queries.clocks import Reading, clocks_of, current
from servicedesk.tickets.access import visible_to
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


@dataclass(frozen=True)
class Breach:
    """A broken promise with what its lead said of it."""

    clock: Clock
    ticket: Ticket
    reason: BreachReason | None


def next_due() -> ColumnElement[Any]:
    """The earliest due instant among a ticket's open clocks that are not paused."""
    earliest = (
        select(func.min(Clock.due_at))
        .where(Clock.ticket_id == Ticket.id, Clock.open, ~Clock.paused)
        .correlate(Ticket)
        .scalar_subquery()
    )
    return func.coalesce(earliest, NEVER, type_=Clock.due_at.type)


def by_due(query: Select[Any], *, cursor: str | None = None, limit: int = 50) -> Page[Ticket]:
    """Tickets of `query`, the one that breaks next first."""
    return page_of(with_people(query), [next_due(), Ticket.id], cursor=cursor, limit=limit)


def breaking_before(query: Select[Any], until: datetime) -> Select[Any]:
    """Those tickets of `query` of which a promise has broken unanswered or breaks before `until`."""
    pending = exists().where(Clock.ticket_id == Ticket.id, Clock.open, ~Clock.paused, Clock.due_at < until)
    return query.where(pending)


def rows(tickets: Sequence[Ticket], at: datetime) -> list[Row]:
    """The tickets with their clocks, in one more statement."""
    clocks = clocks_of(ticket.id for ticket in tickets)
    return [_row(ticket, [current(clock, at) for clock in clocks[ticket.id]]) for ticket in tickets]


def _row(ticket: Ticket, readings: list[Reading]) -> Row:
    pending = [r for r in readings if r.clock.open and not r.clock.paused and r.clock.due_at is not None]
    return Row(ticket, readings, min(pending, key=lambda r: r.clock.due_at or NEVER, default=None))


def breaches(
    person: Person, *, department_id: int | None = None, since: datetime | None = None, until: datetime | None = None,
    unexplained: bool = False, cursor: str | None = None, limit: int = 50,
) -> Page[Breach]:  # fmt: skip
    """Broken promises of the departments that `person` leads (or serves in), newest first."""
    mine = person.leads if department_id is None else (person.leads | person.serves) & {department_id}
    query = (
        select(Clock, BreachReason)
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .outerjoin(BreachReason, BreachReason.clock_id == Clock.id)
        .where(Clock.breached_at.is_not(None), Clock.department_id.in_(mine), visible_to(person))
        .options(
            contains_eager(Clock.ticket).joinedload(Ticket.requester).lazyload(Person.grants),
            contains_eager(Clock.ticket).joinedload(Ticket.assignee).lazyload(Person.grants),
            contains_eager(Clock.ticket).joinedload(Ticket.department),
            joinedload(Clock.policy_version),
        )
    )
    if since is not None:
        query = query.where(Clock.breached_at >= since)
    if until is not None:
        query = query.where(Clock.breached_at < until)
    if unexplained:
        query = query.where(BreachReason.clock_id.is_(None))
    found = page_of(query, [Clock.breached_at, Clock.id], cursor=cursor, limit=limit, descending=True)
    return found.map(lambda pair: Breach(pair[0], pair[0].ticket, pair[1]))
