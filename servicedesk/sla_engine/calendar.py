"""The business calendar: local opening hours of a place, asked in aware datetimes.

Holds the public questions and their units; the arithmetic is in table.py, the reading of what was
written in schedule.py. Conventions and formulas: README.md.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from .errors import NeverOpensError
from .instants import DAY, duration_to_micros, to_datetime, to_micros
from .schedule import WEEKDAYS, Dates, Hours, Shifts, read_schedule, write_time
from .table import Timeline, timeline

LONGEST_WAIT = 5 * 366 * DAY


class Segment(NamedTuple):
    """A stretch [start, end) of one kind, open or closed, in UTC."""

    start: datetime
    end: datetime
    open: bool


class BusinessCalendar:
    """Opening hours in one time zone. Immutable and hashable; equal calendars share one table.

    timezone: an IANA name. week: for each of mon..sun a list of (begin, end) wall times "HH:MM", "24:00"
    allowed as an end, an end not later than its begin lying on the next date; a missing day is closed.
    exceptions: ISO dates whose hours replace the whole day, an empty list closing it; a shift belongs
    to the date on which it begins. Raises CalendarError naming the cause.

    Every method takes aware datetimes and returns aware UTC ones; a naive one is a ValueError.
    """

    __slots__ = ("_schedule", "_timeline")

    def __init__(
        self,
        timezone: str,
        week: Mapping[str, Hours],
        exceptions: Dates | None = None,
    ) -> None:
        self._schedule = read_schedule(timezone, week, exceptions)
        self._timeline = timeline(self._schedule)

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies in an open interval; the opening instant does, the closing one does not."""
        return self._timeline.is_open(to_micros(at))

    def add(self, start: datetime, seconds: float) -> datetime:
        """The earliest instant at which `seconds` of business time have elapsed since `start`.

        Negative seconds go back. A result exactly on a closing stays there, going back so does one
        on an opening. Zero is `start` when open or closing, else the next opening. Counted to the
        microsecond. Raises NeverOpensError when the calendar does not have that much time.
        """
        return to_datetime(self._timeline.advance(to_micros(start), duration_to_micros(seconds)))

    def add_days(self, start: datetime, days: int) -> datetime:
        """Closing time of the `days`-th open date after the date of `start` (0: of that date itself).

        A start outside hours counts as the next opening. A night shift is part of the date on which
        it begins, and the closing of a date is the end of its last shift. Raises ValueError for a
        negative or fractional number, NeverOpensError when there are not that many open dates.
        """
        if isinstance(days, bool) or not isinstance(days, int) or days < 0:
            raise ValueError(f"A number of business days must be a whole number from 0, not {days!r}.")
        return to_datetime(self._timeline.closing_of_day(to_micros(start), days))

    def between(self, a: datetime, b: datetime) -> float:
        """Open seconds in [a, b), counted in real time; the negative when `b` is before `a`."""
        return self._timeline.count(to_micros(a), to_micros(b)) / 1_000_000

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening. Raises NeverOpensError when there is none."""
        return to_datetime(self._timeline.next_open(to_micros(at)))

    def refuse_if_never_open(self, since: datetime) -> None:
        """Raise NeverOpensError when there is no open time within five years of `since`.

        Asked when a calendar is saved; the constructor allows such a calendar so that old ones load.
        """
        start = to_micros(since)
        try:
            if self._timeline.next_open(start) < start + LONGEST_WAIT:
                return
        except NeverOpensError:
            pass
        cause = (
            "the exceptions close every open weekday"
            if any(self._schedule.week)
            else "every weekday is closed and no exception opens a date in that time"
        )
        day = to_datetime(start).date()
        raise NeverOpensError(f"The calendar has no open time within five years of {day}: {cause}.")

    @property
    def timezone(self) -> str:
        """The IANA name."""
        return self._schedule.timezone

    @property
    def week(self) -> dict[str, list[tuple[str, str]]]:
        """The hours of every weekday, in the form the constructor takes."""
        return {name: _written(shifts) for name, shifts in zip(WEEKDAYS, self._schedule.week, strict=True)}

    @property
    def exceptions(self) -> dict[str, list[tuple[str, str]]]:
        """The replaced dates, in the form the constructor takes."""
        return {str(date.fromordinal(day)): _written(shifts) for day, shifts in self._schedule.exceptions}

    @property
    def timeline(self) -> Timeline:
        """The table behind the calendar, in microseconds; for the rest of the engine."""
        return self._timeline

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BusinessCalendar) and self._schedule == other._schedule

    def __hash__(self) -> int:
        return hash(self._schedule)

    def __repr__(self) -> str:
        return f"BusinessCalendar({self.timezone!r}, {self.week!r}, {self.exceptions!r})"

    def __reduce__(self) -> tuple[object, ...]:
        # Copies and pickles carry what was written, never the table.
        return (BusinessCalendar, (self.timezone, self.week, self.exceptions))


def segments(calendar: BusinessCalendar, a: datetime, b: datetime) -> Iterator[Segment]:
    """The stretches from `a` to `b`, open and closed in turn, for explaining a deadline.

    They cover [a, b) without gaps, and the open ones sum up to `between(a, b)`. Nothing when b <= a.
    """
    position, end = to_micros(a), to_micros(b)
    for opens, closes in calendar.timeline.intervals(position, end):
        if opens > position:
            yield Segment(to_datetime(position), to_datetime(opens), False)
            position = opens
        until = min(closes, end)
        yield Segment(to_datetime(position), to_datetime(until), True)
        position = until
    if position < end:
        yield Segment(to_datetime(position), to_datetime(end), False)


def _written(shifts: Shifts) -> list[tuple[str, str]]:
    return [(write_time(begin), write_time(end)) for begin, end in shifts]


ROUND_THE_CLOCK = BusinessCalendar("UTC", {name: [("00:00", "24:00")] for name in WEEKDAYS})
