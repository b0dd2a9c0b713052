"""Why a clock stands where it stands: its life as counted and uncounted stretches with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.kernel.db import db, remembered
from servicedesk.sla.models import CalendarVersion, Clock
from servicedesk.sla.queries.clocks import engine_marks
from servicedesk.sla.queries.rulebook import engine_calendar
from servicedesk.sla_engine import BusinessCalendar, Target, segments, stretches


@dataclass(frozen=True)
class Stretch:
    """A stretch of a clock's life. `why` is open | night | lunch | weekend | holiday | shortened | paused | resolved;
    `name` says which holiday, `reason` why it was paused. `seconds` are counted ones where `counted`."""

    begin: datetime
    end: datetime
    seconds: float
    counted: bool
    why: str
    name: dict[str, str] | None = None
    reason: str | None = None


def explain(clock: Clock, at: datetime) -> list[Stretch]:
    """The stretches from the start of `clock` to `at` (or to its stop), without gaps.

    The seconds of the counted ones sum up to the clock's elapsed figure, which is folded from the same marks.
    """
    version_id = clock.calendar_version_id
    version = remembered(f"row of calendar version {version_id}", lambda: db.session.get(CalendarVersion, version_id))
    if version is None or not clock.marks:
        return []
    calendar = engine_calendar(version.id)
    if clock.target:
        calendar = Target.parse(clock.target).calendar(calendar)
    until = clock.stopped_at or max(at, clock.started_at)
    reasons = {mark.at: mark.data.get("reason") for mark in clock.marks if mark.kind == "paused"}
    rows: list[Stretch] = []
    for stretch in stretches(engine_marks(clock), until):
        if stretch.phase == "running":
            rows.extend(_parts(version, calendar, stretch.start, stretch.end))
        else:
            seconds = (stretch.end - stretch.start).total_seconds()
            why = "paused" if stretch.phase == "paused" else "resolved"
            rows.append(Stretch(stretch.start, stretch.end, seconds, False, why, None, reasons.get(stretch.start)))
    return rows


def ahead(calendar_version_id: int, target: str, begin: datetime, end: datetime) -> list[Stretch]:
    """What lies between `begin` and a due instant at `end` that is counted for `target`: shown before it happens."""
    version = remembered(
        f"row of calendar version {calendar_version_id}", lambda: db.session.get(CalendarVersion, calendar_version_id)
    )
    if version is None or end <= begin:
        return []
    return _parts(version, Target.parse(target).calendar(engine_calendar(version.id)), begin, end)


def _parts(version: CalendarVersion, calendar: BusinessCalendar, begin: datetime, end: datetime) -> list[Stretch]:
    rows = []
    for part in segments(calendar, begin, end):
        why, name = ("open", None) if part.open else _why_closed(version, part.start, part.end)
        rows.append(Stretch(part.start, part.end, (part.end - part.start).total_seconds(), part.open, why, name))
    return rows


def _why_closed(version: CalendarVersion, begin: datetime, end: datetime) -> tuple[str, dict[str, str] | None]:
    """The plainest reason for a closed stretch: a named holiday in it, a weekend, lunch inside a day, else night."""
    zone = ZoneInfo(version.timezone)
    first, last = begin.astimezone(zone), end.astimezone(zone)
    days = [first.date() + timedelta(days=n) for n in range((last.date() - first.date()).days + 1)]
    for day in days:
        if version.exceptions.get(day.isoformat()) == [] and version.names.get(day.isoformat()):
            return "holiday", version.names[day.isoformat()]
    if any(version.exceptions.get(day.isoformat()) == [] for day in days):
        return "holiday", None
    if first.date() == last.date() and _opens_before(version, first) and _closes_after(version, last):
        return "lunch", None
    whole = [day for day in days[1:-1] if not _hours(version, day)]
    return ("weekend", None) if whole or not _hours(version, first.date()) else ("night", None)


def _hours(version: CalendarVersion, day: Any) -> list[Any]:
    weekday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]
    hours: list[Any] = version.exceptions.get(day.isoformat(), version.week.get(weekday, []))
    return hours


def _opens_before(version: CalendarVersion, moment: datetime) -> bool:
    return any(begin <= moment.strftime("%H:%M") for begin, _ in _hours(version, moment.date()))


def _closes_after(version: CalendarVersion, moment: datetime) -> bool:
    return any(close > moment.strftime("%H:%M") for _, close in _hours(version, moment.date()))


def total(rows: list[Stretch]) -> float:
    """Counted seconds of an explanation."""
    return sum(row.seconds for row in rows if row.counted)
