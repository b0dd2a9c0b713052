"""The precomputed table of open intervals and cumulative open time, in microseconds of UTC.

Every question is a binary search over it. Holds no datetimes of callers and no targets.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from .errors import CalendarError, NeverOpensError
from .instants import DAY, EPOCH, to_datetime, to_micros
from .schedule import Schedule, load_zone

EPOCH_ORDINAL = EPOCH.toordinal()
WALL_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 — wall readings have no zone
# The first and last date on which midnight, a night shift and any offset stay inside datetime's range.
FIRST_ORDINAL = date(1, 1, 4).toordinal()
LAST_ORDINAL = date(9999, 12, 28).toordinal()
# A first question is mostly asked about the present and the five years of the longest promise.
DAYS_BEFORE, DAYS_AFTER = 100, 6 * 366
# A shift reaches at most two dates and one clock change (Apia moved by a whole day) beyond its own
# date, so only what lies this far inside the computed dates is final.
MARGIN = 4 * DAY
# One question spans at most this many dates; without a bound a slip of the pen (year 20260, a target in
# milliseconds) would compute millions of dates.
WIDEST = 400 * 366
FAR = 10**21


class DayShift(NamedTuple):
    """One shift as instants, with the local date (ordinal) on which it begins."""

    opens: int
    closes: int
    ordinal: int


class Table(NamedTuple):
    """The open time of a span of dates; answers are final for instants in [first, last).

    Merged interval i opens at opens[i], after cumulative[i] open microseconds. An instant t inside it
    stands at position t + base[i], and it closes at cumulative[i + 1] - base[i]. Interval 0 is an
    empty one before all time: it spares every search the case of falling off the front.
    `dates` are the open dates in order and `closings` the ends of their last shifts.
    """

    first: int
    last: int
    opens: list[int]
    base: list[int]
    cumulative: list[int]
    shifts: list[DayShift]
    dates: list[int]
    closings: list[int]


class Timeline:
    """The open time of one schedule; its table grows on demand.

    Safe to share between threads: a table is never changed, only replaced by a longer one.
    """

    __slots__ = ("_core", "_exceptions", "_lock", "_span", "_table", "_week", "_zone")

    def __init__(self, schedule: Schedule) -> None:
        self._zone = load_zone(schedule.timezone)
        self._week = schedule.week
        self._exceptions = dict(schedule.exceptions)
        self._lock = Lock()
        if any(schedule.week):
            self._span = (0, 0)
            self._replace(lay_out(0, 0, []))
        else:
            # Only dated openings: a finite list, complete from the start.
            dated = (ordinal for ordinal in sorted(self._exceptions) if FIRST_ORDINAL <= ordinal <= LAST_ORDINAL)
            self._span = (FIRST_ORDINAL, LAST_ORDINAL + 1)
            self._replace(lay_out(-FAR, FAR, [shift for ordinal in dated for shift in self._shifts_of(ordinal)]))

    def is_open(self, at: int) -> bool:
        """Whether the instant lies in an open interval [open, close)."""
        table = self._covering(at)
        index = bisect_right(table.opens, at) - 1
        return at < table.cumulative[index + 1] - table.base[index]

    def next_open(self, at: int) -> int:
        """The instant itself when open, else the next opening. Raises NeverOpensError without one."""
        table = self._covering(at)
        while True:
            index = bisect_right(table.opens, at) - 1
            if at < table.cumulative[index + 1] - table.base[index]:
                return at
            if index + 1 < len(table.opens) and table.opens[index + 1] < table.last:
                return table.opens[index + 1]
            table = self._grow_after(at, table.last)

    def count(self, start: int, end: int) -> int:
        """Open microseconds in [start, end), negative when reversed."""
        first, last, opens, base, cumulative = self._core
        if not (first <= start < last and first <= end < last):
            opens, base, cumulative = self._covering(start, end)[2:5]
        index = bisect_right(opens, start) - 1
        before = min(start + base[index], cumulative[index + 1])
        index = bisect_right(opens, end) - 1
        return min(end + base[index], cumulative[index + 1]) - before

    def advance(self, start: int, amount: int) -> int:
        """The earliest instant at which `amount` open microseconds have passed since `start`.

        A negative amount goes back to the latest instant from which that much lies before `start`;
        zero rolls a closed instant that is no closing forward to the next opening. Raises
        NeverOpensError when the calendar does not have that much.
        """
        first, last, opens, base, cumulative = self._core
        if not first <= start < last:
            first, last, opens, base, cumulative = self._covering(start)[:5]
        index = bisect_right(opens, start) - 1
        full = cumulative[index + 1]
        position = min(start + base[index], full)
        if amount > 0:
            position += amount
            if position <= cumulative[-1]:
                found = position - base[bisect_left(cumulative, position) - 1]
                if found < last:
                    return found
            self._grow_after(start, last)
        elif amount < 0:
            position += amount
            if position >= 0:
                found = position - base[bisect_right(cumulative, position) - 1]
                if found >= first:
                    return found
            self._grow_before(start, first)
        else:
            return start if start <= full - base[index] else self.next_open(start)
        return self.advance(start, amount)

    def intervals(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The open intervals that meet [start, end), in order and not cut to it."""
        table = self._covering(start, end)
        for index in range(max(bisect_right(table.opens, start) - 1, 1), len(table.opens)):
            if table.opens[index] >= end:
                return
            closes = table.cumulative[index + 1] - table.base[index]
            if closes > start:
                yield table.opens[index], closes

    def closing_of_day(self, start: int, days: int) -> int:
        """The end of the last shift of the `days`-th open date after the date `start` counts to.

        That date is the one whose shift is under way at the next opening, of several the one that
        began last. Raises NeverOpensError when the calendar does not have that many open dates.
        """
        opening = self.next_open(start)
        table = self._covering(opening)
        while True:
            begun = bisect_right(table.shifts, (opening, FAR, FAR)) - 1
            while table.shifts[begun].closes <= opening:
                begun -= 1
            index = bisect_left(table.dates, table.shifts[begun].ordinal) + days
            if index < len(table.dates):
                return table.closings[index]
            table = self._grow_after(opening, table.last)

    def _covering(self, *instants: int) -> Table:
        table = self._table
        if all(table.first <= at < table.last for at in instants):
            return table
        low, high = _ordinal(min(instants)), _ordinal(max(instants))
        if high - low > WIDEST:
            raise CalendarError("A question to a calendar may span at most 400 years.")
        return self._build(low - DAYS_BEFORE, high + DAYS_AFTER)

    def _grow_after(self, start: int, last: int) -> Table:
        low, reached = _ordinal(start), _ordinal(last)
        if reached - low > WIDEST:
            raise NeverOpensError(f"The calendar does not have that much open time {_since(start, 'after')}.")
        return self._build(low - DAYS_BEFORE, reached + max(reached - low, DAYS_AFTER))

    def _grow_before(self, start: int, first: int) -> Table:
        high, reached = _ordinal(start), _ordinal(first)
        if high - reached > WIDEST:
            raise NeverOpensError(f"The calendar does not have that much open time {_since(start, 'before')}.")
        return self._build(reached - max(high - reached, DAYS_AFTER), high + DAYS_BEFORE)

    def _build(self, low: int, high: int) -> Table:
        """Compute the dates of [low, high) that are missing and put the longer table in place."""
        low, high = max(low, FIRST_ORDINAL), min(high, LAST_ORDINAL + 1)
        with self._lock:
            known_low, known_high = self._span
            shifts = list(self._table.shifts)
            if max(high, known_high) - min(low, known_low) > 4 * WIDEST or known_low == known_high:
                # Nothing known yet, or an era so distant that the years between are not worth having.
                known_low, known_high, shifts = low, low, []
            low, high = min(low, known_low), max(high, known_high)
            for ordinal in (*range(low, known_low), *range(known_high, high)):
                shifts.extend(self._shifts_of(ordinal))
            first = -FAR if low == FIRST_ORDINAL else (low - EPOCH_ORDINAL) * DAY + MARGIN
            last = FAR if high == LAST_ORDINAL + 1 else (high - EPOCH_ORDINAL) * DAY - MARGIN
            self._span = (low, high)
            return self._replace(lay_out(first, last, shifts))

    def _replace(self, table: Table) -> Table:
        # What the hot paths need, as one tuple: a single read is atomic and unpacks fastest.
        self._core = (table.first, table.last, table.opens, table.base, table.cumulative)
        self._table = table
        return table

    def _shifts_of(self, ordinal: int) -> Iterator[DayShift]:
        zone = self._zone
        for begin, end in self._exceptions.get(ordinal, self._week[(ordinal - 1) % 7]):
            # fold=0 is the first pass of a repeated time, and moves a skipped one forward by the gap.
            opening = WALL_EPOCH + timedelta(ordinal - EPOCH_ORDINAL, begin * 60)
            opens = to_micros(opening.replace(tzinfo=zone))
            # The later reading is the second pass of a repeated time and, again, the forward move
            # of a skipped one, which fold=1 alone would move back.
            closing = WALL_EPOCH + timedelta(ordinal - EPOCH_ORDINAL, end * 60)
            closes = max(
                to_micros(closing.replace(tzinfo=zone)),
                to_micros(closing.replace(tzinfo=zone, fold=1)),
            )
            # A clock change can swallow a shift: its beginning moved past its end.
            if opens < closes:
                yield DayShift(opens, closes, ordinal)


def lay_out(first: int, last: int, shifts: list[DayShift]) -> Table:
    """Merge touching and overlapping shifts and sum them up."""
    opens, base, cumulative = [-FAR], [FAR], [0, 0]
    closings: dict[int, int] = {}
    total, closed = 0, -FAR
    shifts.sort()
    for begins, ends, ordinal in shifts:
        closings[ordinal] = max(ends, closings.get(ordinal, ends))
        if begins > closed:
            opens.append(begins)
            base.append(total - begins)
            cumulative.append(total)
            closed = begins
        if ends > closed:
            total += ends - closed
            closed = ends
            cumulative[-1] = total
    dates = sorted(closings)
    return Table(first, last, opens, base, cumulative, shifts, dates, [closings[day] for day in dates])


def _ordinal(at: int) -> int:
    return at // DAY + EPOCH_ORDINAL


def _since(start: int, way: str) -> str:
    return f"{way} {to_datetime(start).isoformat()}"


@lru_cache(maxsize=256)
def timeline(schedule: Schedule) -> Timeline:
    """The shared timeline of a schedule: equal calendars are computed once."""
    return Timeline(schedule)
