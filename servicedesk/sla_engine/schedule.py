"""What a calendar says, checked and brought to one canonical form. Holds no instants and no arithmetic.

A shift is a pair of minutes after the midnight of the date on which it begins; an end beyond 1440
lies on the following date.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import CalendarError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60

Shift = tuple[int, int]
Shifts = tuple[Shift, ...]
Hours = Iterable[Sequence[str]]
# Spelled out because a mapping's key type is invariant: neither dict[str, …] nor dict[date, …] is a
# Mapping[str | date, …].
Dates = Mapping[str, Hours] | Mapping[date, Hours] | Mapping[str | date, Hours]

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Zone, seven tuples of shifts from Monday on, and the dates (as ordinals) that replace them.

    Equal schedules compare and hash equal, which is what the cache of tables relies on.
    """

    timezone: str
    week: tuple[Shifts, ...]
    exceptions: tuple[tuple[int, Shifts], ...]


def read_schedule(timezone: str, week: Mapping[str, Hours], exceptions: Dates | None) -> Schedule:
    """Check what a person or a file wrote. Raises CalendarError naming the cause."""
    load_zone(timezone)
    if not isinstance(week, Mapping):
        raise CalendarError(f"The week must map weekdays to lists of intervals, not {type(week).__name__}.")
    if not isinstance(exceptions, Mapping | None):
        raise CalendarError(f"The exceptions must map dates to lists of intervals, not {type(exceptions).__name__}.")
    for name in week:
        if name not in WEEKDAYS:
            raise CalendarError(f"Unknown weekday {name!r}; the weekdays are {', '.join(WEEKDAYS)}.")
    days = tuple(_read_hours(week.get(name, ()), name) for name in WEEKDAYS)
    dated: dict[int, Shifts] = {}
    for key, hours in (exceptions or {}).items():
        ordinal = _read_date(key)
        if ordinal in dated:
            raise CalendarError(f"The exceptions name {date.fromordinal(ordinal)} twice.")
        dated[ordinal] = _read_hours(hours, str(key))
    return Schedule(timezone, days, tuple(sorted(dated.items())))


def load_zone(name: str) -> ZoneInfo:
    """The IANA time zone. Raises CalendarError when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError):
        raise CalendarError(f"Unknown time zone {name!r}.") from None


def write_time(minutes: int) -> str:
    """The wall time of minutes after midnight, on whichever date they end up."""
    inside = minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES
    return f"{inside // 60:02d}:{inside % 60:02d}"


def _read_hours(hours: Hours, day: str) -> Shifts:
    if isinstance(hours, str | Mapping) or not isinstance(hours, Iterable):
        raise CalendarError(f"The hours of {day} must be a list of (begin, end) pairs, not {hours!r}.")
    return tuple(sorted(_read_shift(pair, day) for pair in hours))


def _read_shift(pair: Sequence[str], day: str) -> Shift:
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise CalendarError(f"An interval of {day} must be a (begin, end) pair, not {pair!r}.")
    begin, end = (_read_time(text, day) for text in pair)
    if begin == DAY_MINUTES:
        raise CalendarError(f"An interval of {day} begins at 24:00; write it as 00:00 of the next day.")
    # An end that is not later than its begin is meant for the next date: 22:00-06:00.
    return (begin, end) if end > begin else (begin, end + DAY_MINUTES)


def _read_time(text: str, day: str) -> int:
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found:
        hour, minute = int(found[1]), int(found[2])
        if (hour < 24 and minute < 60) or (hour, minute) == (24, 0):
            return hour * 60 + minute
    raise CalendarError(f"Bad time {text!r} on {day}; write HH:MM between 00:00 and 24:00.")


def _read_date(key: str | date) -> int:
    if isinstance(key, date) and not isinstance(key, datetime):
        return key.toordinal()
    try:
        if isinstance(key, str) and len(key) == 10:
            return date.fromisoformat(key).toordinal()
    except ValueError:
        pass
    raise CalendarError(f"Bad date {key!r} among the exceptions; write YYYY-MM-DD.")
