"""Reads of clocks: those of a ticket, those to look at, what they show right now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from servicedesk.kernel.db import db, remembered
from servicedesk.sla.models import BreachReason, Clock, ClosingTerm
from servicedesk.sla.queries.rulebook import engine_calendar
from servicedesk.sla.rules import is_agreed
from servicedesk.sla_engine import Mark as EngineMark
from servicedesk.sla_engine import Target, segments
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class Reading:
    """A clock as it stands at an instant, for pages and the API."""

    clock: Clock
    state: str
    elapsed_seconds: float
    paused_seconds: float
    remaining_seconds: float
    at_risk: bool
    # Until when the time counts on without a stop: the end of the present working stretch; None while it stands still.
    counting_until: datetime | None = None


def engine_marks(clock: Clock) -> list[EngineMark]:
    return as_engine_marks(clock.marks)


def as_engine_marks(marks: Sequence[Any]) -> list[EngineMark]:
    """Rows of marks (`at`, `kind`, `data`) as the engine reads them, each in its place.

    Where a clock got other hours, all of its life is counted by these. It was not broken by then, so what was promised
    earlier is judged no more: by the new hours it could seem broken in a past that was judged by the old ones.
    """
    rehoured = max((n for n, mark in enumerate(marks) if "calendars" in mark.data), default=-1)
    since = marks[rehoured].data.get("after") if rehoured >= 0 else None
    return [
        EngineMark(
            mark.at,
            mark.kind,
            before=_target(since if n <= rehoured else mark.data.get("before")),
            after=_target(since if n <= rehoured else mark.data.get("after")),
        )
        for n, mark in enumerate(marks)
    ]


@lru_cache(maxsize=1024)
def _target(text: str | None) -> Target | None:
    return Target.parse(text) if text else None


def clocks_in_hand(ticket_id: int) -> list[Clock]:
    """All clocks of a ticket with their marks, read once in a transaction; a clock that starts is appended to it.

    Only for changes: the ticket's row is locked then, so nobody else starts a clock on it meanwhile.
    """

    def load() -> list[Clock]:
        query = select(Clock).where(Clock.ticket_id == ticket_id).order_by(Clock.id).options(selectinload(Clock.marks))
        return list(db.session.scalars(query))

    return remembered(f"clocks of {ticket_id}", load)


def open_clocks(ticket_id: int) -> list[Clock]:
    """Clocks of the ticket to which marks may still come, with their marks."""
    return [clock for clock in clocks_in_hand(ticket_id) if clock.open]


def seen_broken_until(ticket_id: int) -> datetime | None:
    """Until when somebody has looked at promises of an answer that were broken and are still open; None where none is.

    What is told of an earlier moment since cannot keep them any more. Only for changes, as `clocks_in_hand`.
    """
    waited = [clock for clock in open_clocks(ticket_id) if clock.metric in ("first_reply", "reply")]
    return max((clock.counted_until for clock in waited if clock.breached_at is not None), default=None)


def last_clock(ticket_id: int, metric: str) -> Clock | None:
    """The newest clock of a metric that was not cancelled, with its marks."""
    fitting = [c for c in clocks_in_hand(ticket_id) if c.metric == metric and c.state != "cancelled"]
    return fitting[-1] if fitting else None


def clocks_of(ticket_ids: Iterable[int]) -> dict[int, list[Clock]]:
    """All clocks of these tickets, in order, in one statement."""
    wanted = list(ticket_ids)
    found: dict[int, list[Clock]] = {ticket_id: [] for ticket_id in wanted}
    if wanted:
        for clock in db.session.scalars(_CLOCKS, {"ids": wanted}):
            found[clock.ticket_id].append(clock)
    return found


# Built once, as pages ask for it.
_CLOCKS = select(Clock).where(Clock.ticket_id.in_(bindparam("ids", expanding=True))).order_by(Clock.id)


def clock_of(ticket: Ticket, clock_id: int) -> Clock | None:
    query = select(Clock).where(Clock.id == clock_id, Clock.ticket_id == ticket.id).options(selectinload(Clock.marks))
    return db.session.scalars(query).one_or_none()


def current(clock: Clock, at: datetime) -> Reading:
    """What the clock shows at `at`, from the stored fold: no marks are read.

    Elapsed time since the last mark is added for a running clock; a due instant that has passed reads as breached
    even if no worker has looked yet.
    """
    elapsed, paused, state = clock.elapsed_seconds, clock.paused_seconds, clock.state
    counting = clock.open and state in ("running", "breached") and clock.counted_until < at and not clock.paused
    until = None
    if clock.open and clock.counted_until < at and clock.target:
        calendar = Target.parse(clock.target).calendar(engine_calendar(clock.calendar_version_id))
        since = calendar.between(clock.counted_until, at)
        if counting and clock.due_at is not None and at < clock.due_at:
            stretch = next(segments(calendar, at, clock.due_at))
            until = stretch.end if stretch.open else None
        if counting:
            elapsed += since
        else:
            paused += since
    # While paused only an agreed moment is known, and no pause moves it.
    if state in ("running", "paused") and clock.due_at is not None and clock.due_at < at:
        state = "breached"
    remaining = clock.target_seconds - elapsed
    if is_agreed(clock.target) and clock.open and clock.due_at is not None:
        remaining = engine_calendar(clock.calendar_version_id).between(at, clock.due_at)
    at_risk = state == "running" and remaining <= 0.25 * clock.target_seconds
    return Reading(clock, state, elapsed, paused, remaining, at_risk, until)


def clocks_to_look_at(at: datetime, limit: int = 200) -> list[int]:
    query = select(Clock.id).where(Clock.next_look_at < at).order_by(Clock.next_look_at)
    return list(db.session.scalars(query.limit(limit)))


def waiting_clocks() -> datetime | None:
    """The oldest `next_look_at`: what the worker is behind by, if it lies in the past."""
    return db.session.scalar(
        select(Clock.next_look_at).where(Clock.next_look_at.is_not(None)).order_by(Clock.next_look_at).limit(1)
    )


def tickets_to_close(at: datetime, limit: int = 200) -> list[int]:
    query = select(ClosingTerm.ticket_id).where(ClosingTerm.close_at <= at).order_by(ClosingTerm.close_at)
    return list(db.session.scalars(query.limit(limit)))


def breach(clock_id: int) -> Clock | None:
    query = select(Clock).where(Clock.id == clock_id, Clock.breached_at.is_not(None))
    return db.session.scalars(query).one_or_none()


def reasons_of(clock_ids: Iterable[int]) -> dict[int, BreachReason]:
    wanted = list(clock_ids)
    if not wanted:
        return {}
    return {
        row.clock_id: row for row in db.session.scalars(select(BreachReason).where(BreachReason.clock_id.in_(wanted)))
    }
