"""The plain arithmetic of an incident log: opened → resolved minus awaiting, in working time.

Independent of the product on purpose: it walks days and knows neither the engine nor tickets.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

OPENS, CLOSES, CLOSES_SHORT = time(9), time(18), time(17)
TARGET_HOURS = {"1": 4, "2": 8, "3": 27, "4": 45}
PRIORITY = {"1": "urgent", "2": "high", "3": "normal", "4": "low"}


@dataclass(frozen=True)
class Case:
    """One incident by plain arithmetic. `seconds` is None for one that was never resolved."""

    number: str
    priority: str
    reopened: bool
    seconds: float | None
    kept: bool | None


def day_types(folder: Path) -> dict[str, str]:
    """Date to type of the Russian production calendar: 1 day off, 2 shortened, 3 worked weekend day."""
    types = {}
    for file in sorted(folder.glob("ru_*.xml")):
        year = file.stem.removeprefix("ru_")
        for day in ElementTree.parse(file).getroot().iter("day"):
            types[f"{year}-{day.get('d', '').replace('.', '-')}"] = day.get("t", "")
    return types


def exceptions_of(types: dict[str, str]) -> dict[str, list[list[str]]]:
    """The same as exceptions of a calendar in the organisation file."""
    hours = {"1": [], "2": [["09:00", "17:00"]], "3": [["09:00", "18:00"]]}
    return {day: hours[kind] for day, kind in types.items()}


class WorkingTime:
    """Working seconds between two wall-clock moments, day by day."""

    def __init__(self, types: dict[str, str]) -> None:
        self.types = types
        self.hours = cache(self._hours)

    def between(self, begin: datetime, end: datetime) -> float:
        total, day = timedelta(), begin.date()
        while day <= end.date():
            opens, closes = self.hours(day)
            total += max(min(end, closes) - max(begin, opens), timedelta())
            day += timedelta(days=1)
        return total.total_seconds()

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        kind = self.types.get(day.isoformat())
        opens = datetime.combine(day, OPENS)
        if kind == "1" or (kind is None and day.weekday() >= 5):
            return opens, opens
        return opens, datetime.combine(day, CLOSES_SHORT if kind == "2" else CLOSES)


def cases(log: Path, work: WorkingTime) -> Iterator[Case]:
    with gzip.open(log, "rt", encoding="utf-8", newline="") as file:
        for number, rows in groupby(csv.DictReader(file), key=lambda row: row["number"]):
            yield _case(number, rows, work)


def _case(number: str, unordered: Iterable[dict[str, str]], work: WorkingTime) -> Case:
    rows = sorted(unordered, key=lambda row: int(row["sys_mod_count"]))
    last = rows[-1]
    resolved, opened = _time(last["resolved_at"]), _time(last["opened_at"])
    reopened = int(last["reopen_count"]) > 0
    if resolved is None or opened is None:
        return Case(number, PRIORITY[last["priority"][0]], reopened, None, None)
    seconds = work.between(opened, resolved)
    times = [_time(row["sys_updated_at"]) or opened for row in rows]
    for row, begin, end in zip(rows, times, [*times[1:], resolved], strict=True):
        if row["incident_state"].startswith("Awaiting"):
            seconds -= work.between(max(begin, opened), min(end, resolved))
    kept = seconds <= TARGET_HOURS[last["priority"][0]] * 3600
    return Case(number, PRIORITY[last["priority"][0]], reopened, seconds, kept)


def _time(text: str) -> datetime | None:
    if text == "?":
        return None
    day, clock = text.split(" ")
    d, m, y = (int(part) for part in day.split("/"))
    return datetime(y, m, d, *(int(part) for part in clock.split(":")))
