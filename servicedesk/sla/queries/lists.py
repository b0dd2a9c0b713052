"""Lists that need tickets and promises together: the queue by what breaks next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    join,
    literal_column,
    or_,
    select,
    true,
)

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import LARGEST, Key, Page, cursor_after, page_of, read_cursor
from servicedesk.sla.models import Clock, QueuePlace
from servicedesk.sla.models.places import NEVER
from servicedesk.sla.queries.clocks import Reading, clocks_of, current
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries import on_sqlite, tickets_by_id
from servicedesk.tickets.rules import ACTIVE


@dataclass(frozen=True)
class Row:
    """A ticket in a list with its promises as they stand now; `next` is the one that breaks first."""

    ticket: Ticket
    clocks: list[Reading]
    next: Reading | None


def _can_break() -> ColumnElement[bool]:
    """Running, or paused with a due instant all the same: one that was agreed on."""
    return or_(~Clock.paused, Clock.state == "paused")


def by_due(query: Select[Any], *, cursor: str | None = None, limit: int = 50) -> Page[Ticket]:
    """Tickets of `query`, the one that breaks next first."""
    page = ids_by_due(query, cursor=cursor, limit=limit)
    tickets = tickets_by_id(number for number, _ in page.items)
    return page.map(lambda pair: tickets[pair[0]])


def ids_by_due(query: Select[Any], *, cursor: str | None = None, limit: int = 50) -> Page[tuple[int, datetime]]:
    """The same as their ids, each with the instant its next promise is due, `NEVER` where it has none.

    Those with a promise have places and are put in order by these; the others, nearly all, stand behind them as they
    are numbered. Asked as one, every ticket would be given its instant before the first is known.
    """
    limit = max(1, min(limit, LARGEST))
    due, number = read_cursor(cursor, [QueuePlace.due_at, Ticket.id]) if cursor else (None, 0)
    first: Page[tuple[int, datetime]] = Page([], None)
    if due is None or due < NEVER:
        first = page_of(*_promised(query), cursor=cursor, limit=limit)
        if first.next is not None:
            return first
    rest = query.where(Ticket.id.not_in(select(QueuePlace.ticket_id).where(QueuePlace.due_at < NEVER)))
    left, before = limit - len(first.items), cursor_after([number]) if due == NEVER else None
    behind = page_of(rest.with_only_columns(Ticket.id), [Ticket.id], cursor=before, limit=max(left, 1))
    items = [*first.items, *((number, NEVER) for number in behind.items[:left])]
    if not left:
        return Page(items, cursor_after([NEVER, 0]) if behind.items else None)
    return Page(items, None if behind.next is None else cursor_after([NEVER, items[-1][0]]))


def _promised(query: Select[Any]) -> tuple[Select[*tuple[Any, ...]], list[Key]]:
    """Of `query` what has a promise, as ids with its instant, and the keys of that order."""
    if on_sqlite():
        placed = with_places(query).where(QueuePlace.due_at < NEVER)
        return placed.with_only_columns(Ticket.id, QueuePlace.due_at), [QueuePlace.due_at, Ticket.id]
    # Place after place: PostgreSQL would rather read all tickets, which are many, than look for those of the places.
    at_once: ColumnElement[int] = literal_column("0")
    places = select(QueuePlace.ticket_id, QueuePlace.due_at).where(QueuePlace.due_at < NEVER)
    keys = places.order_by(QueuePlace.due_at, QueuePlace.ticket_id).offset(at_once).subquery().c
    theirs = query.with_only_columns(Ticket.id).where(Ticket.id == keys.ticket_id).offset(at_once).lateral()
    asked = select(keys.ticket_id, keys.due_at).select_from(join(keys.ticket_id.table, theirs, true()))
    return asked, [keys.due_at, keys.ticket_id]


def breaking_before(query: Select[Any], until: datetime) -> Select[Any]:
    """Those tickets of `query` of which a promise has broken unanswered or breaks before `until`."""
    return with_places(query).where(QueuePlace.due_at < until)


def with_places(query: Select[Any]) -> Select[Any]:
    """Active tickets together with their places: for the conditions and keys below, which cost what an index costs."""
    return query.join(QueuePlace, QueuePlace.ticket_id == Ticket.id)


def held_by(departments: Collection[int]) -> ColumnElement[bool]:
    """Said of the places too: then the database may walk along them in their order."""
    return QueuePlace.department_id.in_(departments)


def places_in_order() -> tuple[Any, Any]:
    """Keys of a page: what breaks next stands first, what stands still last."""
    return QueuePlace.due_at, QueuePlace.ticket_id


def standing(wanted: Collection[str], at: datetime, day_ends: datetime) -> ColumnElement[bool]:
    """Whether the promise that a list shows is broken, at_risk, due today, due later or stands still at `at`: any of those
    `wanted`. What is at risk may be due today as well."""
    broken, kept = QueuePlace.broken_from < at, QueuePlace.broken_from >= at
    at_risk = and_(kept, QueuePlace.at_risk_from <= at)
    conditions = {
        "broken": broken,
        "at_risk": at_risk,
        "today": and_(kept, QueuePlace.due_at < day_ends),
        "later": and_(kept, QueuePlace.due_at >= day_ends, QueuePlace.due_at < NEVER, ~at_risk),
        "still": and_(kept, QueuePlace.due_at >= NEVER),
    }
    return or_(*[conditions[one] for one in wanted])


def standing_rank(at: datetime, day_ends: datetime) -> ColumnElement[int]:
    """The place of the same among broken, at_risk, today, later, still; each ticket has one."""
    order = ("broken", "at_risk", "today", "later")
    return case(*[(standing((one,), at, day_ends), rank) for rank, one in enumerate(order)], else_=len(order))


def shown_clocks(ticket_ids: Sequence[int], at: datetime) -> dict[int, Reading]:
    """Of each of these active tickets the clock that a list shows, as it stands at `at`; one statement."""
    found = db.session.execute(_SHOWN, {"ids": ticket_ids}) if ticket_ids else ()
    # Columns are read as the row itself would be.
    return {clock.ticket_id: current(cast(Clock, clock), at) for clock in found}


_SHOWN = (
    select(*Clock.__table__.c)
    .join(QueuePlace, QueuePlace.clock_id == Clock.id)
    .where(QueuePlace.ticket_id.in_(bindparam("ids", expanding=True)))
)


def unplaced(limit: int = 500) -> list[int]:
    """Active tickets that are in no queue yet, or of which nobody has reckoned since when they are at risk."""
    unknown = select(QueuePlace.ticket_id).where(QueuePlace.at_risk_from.is_(None)).order_by(QueuePlace.ticket_id)
    found = list(db.session.scalars(unknown.limit(limit)))
    missing = select(Ticket.id).where(
        Ticket.status.in_(ACTIVE), ~exists().where(QueuePlace.ticket_id == Ticket.id)
    )  # fmt: skip
    return found or list(db.session.scalars(missing.limit(limit)))


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
