"""A year of a calendar as months of weeks of days, for a page. Pure: hours in, cells out."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Week = list["Day | None"]


@dataclass(frozen=True)
class Day:
    """`kind` is open | closed | holiday (closed instead of open) | changed (other hours) | extra (open instead of closed)."""

    date: date
    hours: Sequence[Sequence[str]]
    kind: str
    name: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Month:
    key: str
    weeks: list[Week]
    exceptions: list[Day]


def year_of(week: Mapping[str, Any], exceptions: Mapping[str, Any], names: Mapping[str, Any], year: int) -> list[Month]:
    """`week` maps weekdays to [open, close] pairs, `exceptions` dates to the pairs that replace them."""
    return [_month(week, exceptions, names, year, month) for month in range(1, 13)]


def _month(
    week: Mapping[str, Any], exceptions: Mapping[str, Any], names: Mapping[str, Any], year: int, month: int
) -> Month:
    weeks: list[Week] = [
        [_day(week, exceptions, names, day) if day.month == month else None for day in days]
        for days in Calendar().monthdatescalendar(year, month)
    ]
    special = [day for days in weeks for day in days if day is not None and day.kind in ("holiday", "changed", "extra")]
    return Month(f"{year:04d}-{month:02d}", weeks, special)


def _day(week: Mapping[str, Any], exceptions: Mapping[str, Any], names: Mapping[str, Any], day: date) -> Day:
    usual = week.get(WEEKDAYS[day.weekday()], [])
    hours = exceptions.get(day.isoformat(), usual)
    if hours == usual:
        return Day(day, hours, "open" if hours else "closed")
    kind = "holiday" if not hours else "changed" if usual else "extra"
    return Day(day, hours, kind, names.get(day.isoformat()))
