"""Is a calendar open at a moment, why not, and when would an amount of work be done? Pure: asked for a page, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.sla_engine import BusinessCalendar, NeverOpensError, Target, TargetError, segments
from servicedesk.web.calendar_year import day_of

# What a moment's field sends, without a zone: it is meant in the calendar's.
_WRITTEN = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class Opening:
    """`why` is open, before, between, after, or of the day: closed, holiday; `closes_at` is known while open.

    `due_at` is when `amount` would be over; None without an amount, or where it cannot be.
    """

    at: datetime
    zone: str
    why: str
    name: Mapping[str, str] | None
    closes_at: datetime | None
    next_opening: datetime | None
    due_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.why == "open"


def moment_in(text: str, zone: str) -> datetime | None:
    """The instant that a field's text names on a wall clock of the zone, or None."""
    for pattern in _WRITTEN:
        try:
            wall = datetime.strptime(text.strip(), pattern).replace(tzinfo=ZoneInfo(zone))
            if 1970 < wall.year < 2200:
                return wall.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def target_of(text: str) -> Target | None:
    """An amount like 8h or 3bd, or None where it cannot be read or is no amount."""
    try:
        found = Target.parse(text)
    except TargetError:
        return None
    return None if found.moment is not None or found.amount > 10_000_000 else found


def opening(version: Any, hours: BusinessCalendar, at: datetime, amount: Target | None) -> Opening:
    """`version` has week, exceptions and names; `hours` is the same as the engine knows it."""
    local = at.astimezone(ZoneInfo(hours.timezone))
    day = day_of(version.week, version.exceptions, version.names, local.date())
    is_open = hours.is_open(at)
    return Opening(
        at=at, zone=hours.timezone, why="open" if is_open else _why_closed(day, hours, local),
        name=day.name, closes_at=_closing(hours, at) if is_open else None, next_opening=_next_opening(hours, at, is_open),
        due_at=_due(hours, at, amount) if amount else None,
    )  # fmt: skip


def _why_closed(day: Any, hours: BusinessCalendar, local: datetime) -> str:
    if not day.hours:
        return "holiday" if day.kind == "holiday" else "closed"
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    opened = hours.between(midnight, local) > 0
    opens = hours.between(local, midnight + timedelta(days=1)) > 0
    return "between" if opened and opens else "before" if opens else "after"


def _closing(hours: BusinessCalendar, at: datetime) -> datetime | None:
    for segment in segments(hours, at, at + timedelta(days=8)):
        if not segment.open:
            return segment.start
    return None


def _next_opening(hours: BusinessCalendar, at: datetime, is_open: bool) -> datetime | None:
    """The next one after `at`; of an open calendar the one after it has closed."""
    start = _closing(hours, at) if is_open else at
    try:
        return hours.next_open(start) if start is not None else None
    except NeverOpensError:
        return None


def _due(hours: BusinessCalendar, at: datetime, amount: Target) -> datetime | None:
    try:
        return amount.due(hours, at)
    except (NeverOpensError, OverflowError, ValueError):
        return None
