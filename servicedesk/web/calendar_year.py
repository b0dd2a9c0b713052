"""A year of a calendar as months of weeks of days, for a page. Pure: hours in, cells out."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from servicedesk.sla.hours import minutes_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPECIAL = ("holiday", "shorter", "changed", "extra")
Week = list["Day | None"]


@dataclass(frozen=True)
class Day:
    """`kind` is open, closed, holiday (closed instead of open), shorter (less open than usual), changed (other hours)
    or extra (open instead of closed)."""

    date: date
    hours: Sequence[Sequence[str]]
    kind: str
    name: Mapping[str, str] | None = None

    @property
    def is_special(self) -> bool:
        return self.kind in SPECIAL


@dataclass(frozen=True)
class Month:
    key: str
    weeks: list[Week]
    exceptions: list[Day]


def year_of(week: Mapping[str, Any], exceptions: Mapping[str, Any], names: Mapping[str, Any], year: int) -> list[Month]:
    """`week` maps weekdays to [open, close] pairs, `exceptions` dates to the pairs that replace them."""
    return [_month(week, exceptions, names, year, month) for month in range(1, 13)]


def day_of(week: Mapping[str, Any], exceptions: Mapping[str, Any], names: Mapping[str, Any], day: date) -> Day:
    usual = week.get(WEEKDAYS[day.weekday()], [])
    hours = exceptions.get(day.isoformat(), usual)
    if hours == usual:
        return Day(day, hours, "open" if hours else "closed")
    name = names.get(day.isoformat())
    if not hours:
        return Day(day, hours, "holiday", name)
    if not usual:
        return Day(day, hours, "extra", name)
    return Day(day, hours, "shorter" if minutes_of(hours) < minutes_of(usual) else "changed", name)


def _month(
    week: Mapping[str, Any], exceptions: Mapping[str, Any], names: Mapping[str, Any], year: int, month: int
) -> Month:
    weeks: list[Week] = [
        [day_of(week, exceptions, names, day) if day.month == month else None for day in days]
        for days in Calendar().monthdatescalendar(year, month)
    ]
    special = [day for days in weeks for day in days if day is not None and day.is_special]
    return Month(f"{year:04d}-{month:02d}", weeks, special)
