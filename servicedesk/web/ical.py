"""An iCalendar file → dates with names (all-day events alone; of those that repeat, the ones that do so every year), or
→ periods, event by event.

Files come from strangers: their size, lines, events and the time they take are limited, and every refusal is a sentence.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_, is_storable

LARGEST = 1024 * 1024
MOST_LINES = 20_000
MOST_EVENTS = 2000
MOST_DAYS = 400
DEEPEST = 6
LONGEST_NAME = 200
YEARS_BACK, YEARS_AHEAD = 2, 3
# Rules that never come true are searched for until the year 9999.
SECONDS = 5.0

# Parts of a rule that say a day of the year; others (hours, seconds) multiply it without end.
_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY"})


@dataclass
class Found:
    """`days` maps dates to names; the rest counts what was not taken: timed events, other repetitions, other years."""

    days: dict[date, str] = field(default_factory=dict)
    timed: int = 0
    repeated: int = 0
    elsewhere: int = 0


def read(raw: bytes, today: date) -> Found:
    """The closed days that the file names, from two years before `today` to three after. Raises `DeskError`."""
    text = _decoded(raw)
    _refuse_huge(text)
    begun = time.monotonic()
    first, last = date(today.year - YEARS_BACK, 1, 1), date(today.year + YEARS_AHEAD, 12, 31)
    found, events = Found(), _events(text)
    moved = {(str(event.get("UID")), _start(event, "RECURRENCE-ID")) for event in events if "RECURRENCE-ID" in event}
    for event in events:
        if time.monotonic() - begun > SECONDS:
            raise DeskError(N_("The repetitions in this file take too long to work out."))
        _take(event, moved, found, first, last)
        if len(found.days) > MOST_DAYS:
            raise DeskError(N_("This file closes more than %(most)d days. Take a smaller one."), most=MOST_DAYS)
    return found


@dataclass(frozen=True)
class Period:
    """One event as a stretch of time: days (`last` included) or moments, without zone where the file names none."""

    uid: str
    first: date
    last: date
    name: str
    repeats: bool


def periods(raw: bytes) -> list[Period]:
    """The events of the file that were not called off, all-day and timed ones, in its order. Raises `DeskError`."""
    text = _decoded(raw)
    _refuse_huge(text)
    return [found for event in _events(text) if (found := _period(event)) is not None]


def _period(event: Any) -> Period | None:
    start = getattr(event.get("DTSTART"), "dt", None)
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or not isinstance(start, date):
        return None
    uid, name = str(event.get("UID", ""))[:LONGEST_NAME], " ".join(str(event.get("SUMMARY", "")).split())
    repeats = any(part in event for part in ("RRULE", "RDATE", "RECURRENCE-ID"))
    if not isinstance(start, datetime):
        days = min(_length(event, start), (date.max - start).days)
        return Period(uid, start, start + timedelta(days - 1), name[:LONGEST_NAME], repeats)
    end, duration = getattr(event.get("DTEND"), "dt", None), getattr(event.get("DURATION"), "dt", None)
    try:
        last = start + duration if isinstance(duration, timedelta) else start
    except OverflowError:
        return None
    if isinstance(end, datetime):
        last = end
    return Period(uid, start, last, name[:LONGEST_NAME], repeats)


def _decoded(raw: bytes) -> str:
    if len(raw) > LARGEST:
        raise DeskError(N_("The file is larger than %(most)d KB."), most=LARGEST // 1024)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DeskError(N_("The file is not UTF-8 text. Save it as an iCalendar file (.ics) again.")) from error
    if not is_storable(text) or "BEGIN:VCALENDAR" not in text.upper():
        raise DeskError(N_("This is no iCalendar file: it does not begin with BEGIN:VCALENDAR."))
    return text


def _refuse_huge(text: str) -> None:
    lines, depth = text.upper().splitlines(), 0
    events = sum(line.strip() == "BEGIN:VEVENT" for line in lines)
    if len(lines) > MOST_LINES or events > MOST_EVENTS:
        raise DeskError(
            N_("The file has %(count)d events on %(lines)d lines; up to %(most)d events are read."),
            count=events, lines=len(lines), most=MOST_EVENTS,
        )  # fmt: skip
    for line in lines:
        depth += line.startswith("BEGIN:") - line.startswith("END:")
        if depth > DEEPEST:
            raise DeskError(N_("This iCalendar file is broken: its parts lie within each other too deeply."))


def _events(text: str) -> list[Any]:
    try:
        # A file may hold several calendars.
        return [event for calendar in Calendar.from_ical(text, multiple=True) for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise DeskError(N_("This iCalendar file is broken and cannot be read.")) from error


def _take(event: Any, moved: set[tuple[str, date | None]], found: Found, first: date, last: date) -> None:
    start = _start(event)
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    if start is None:
        found.timed += 1
        return
    days = _length(event, start)
    beginnings = [start]
    if "RRULE" in event:
        rule = _yearly(event)
        if rule is None:
            found.repeated += 1
            return
        left_out = {day for uid, day in moved if uid == str(event.get("UID"))} | _dates_of(event, "EXDATE")
        beginnings = [day for day in _repetitions(rule, start, first - timedelta(days), last) if day not in left_out]
    beginnings += sorted(_dates_of(event, "RDATE"))
    inside = [day for begin in beginnings for day in _stretch(begin, days, first, last)]
    found.elsewhere += not inside
    name = " ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_NAME]
    for day in inside:
        known = found.days.get(day)
        found.days[day] = known or name


def _start(event: Any, name: str = "DTSTART") -> date | None:
    """The date of an all-day event; None for one with a time, or without any."""
    value = getattr(event.get(name), "dt", None)
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _length(event: Any, start: date) -> int:
    """How many days it lasts. The end that is written is the day after."""
    end, duration = _start(event, "DTEND"), getattr(event.get("DURATION"), "dt", None)
    if end is not None:
        return max(1, (end - start).days)
    return max(1, duration.days) if isinstance(duration, timedelta) else 1


def _stretch(begin: date, days: int, first: date, last: date) -> Iterator[date]:
    if begin > last or days > (date.max - begin).days:
        return
    day, end = max(begin, first), min(begin + timedelta(days - 1), last)
    for number in range((end - day).days + 1 if end >= day else 0):
        yield day + timedelta(number)


def _yearly(event: Any) -> dict[str, str] | None:
    """The parts of the rule, if it repeats year by year in a way that is understood."""
    rule = event["RRULE"]
    if isinstance(rule, list):
        return None
    parts = dict(part.partition("=")[::2] for part in rule.to_ical().decode("ascii", "replace").upper().split(";"))
    return parts if parts.get("FREQ") == "YEARLY" and parts.keys() <= _PARTS else None


def _repetitions(parts: dict[str, str], start: date, first: date, last: date) -> list[date]:
    # Of the end the date alone counts: with its time zone it could not be compared with a day.
    written = ";".join(f"{name}={value[:8] if name == 'UNTIL' else value}" for name, value in parts.items())
    try:
        rule = rrulestr(written, dtstart=datetime(start.year, start.month, start.day))  # noqa: DTZ001 — days have no zone
    except (ValueError, OverflowError) as error:
        raise DeskError(N_("This iCalendar file has a repetition that cannot be read.")) from error
    begin, end = (datetime(day.year, day.month, day.day) for day in (first, last))  # noqa: DTZ001
    return [found.date() for found in rule.between(begin, end, inc=True)]


def _dates_of(event: Any, name: str) -> set[date]:
    """Dates of a list that may stand once or several times."""
    values = event.get(name, [])
    values = values if isinstance(values, list) else [values]
    dates = {getattr(item, "dt", None) for value in values for item in getattr(value, "dts", ())}
    return {day for day in dates if isinstance(day, date) and not isinstance(day, datetime)}
