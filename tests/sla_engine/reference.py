"""A slow and obvious reference: list the shifts of every date, cut time at their ends, look at each piece.

Shares no code with the engine; good for whole-minute offsets and a few months.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Hours = list[tuple[str, str]]
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Reference:
    def __init__(self, timezone: str, week: Mapping[str, Hours], exceptions: Mapping[str, Hours]) -> None:
        self.zone, self.week, self.exceptions = ZoneInfo(timezone), week, exceptions

    def is_open(self, at: datetime) -> bool:
        return any(begin <= at < end for _, begin, end in self.shifts(at, at))

    def between(self, a: datetime, b: datetime) -> timedelta:
        if b < a:
            return -self.between(b, a)
        return sum((end - start for start, end, is_open in self.pieces(a, b) if is_open), timedelta())

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        """None when 60 days do not suffice."""
        if amount > timedelta():
            for begin, end, is_open in self.pieces(start, start + 60 * DAY):
                if is_open and end - begin >= amount:
                    return begin + amount
                amount -= (end - begin) if is_open else timedelta()
        elif amount < timedelta():
            for begin, end, is_open in reversed(list(self.pieces(start - 60 * DAY, start))):
                if is_open and end - begin >= -amount:
                    return end + amount
                amount += (end - begin) if is_open else timedelta()
        elif self.is_open(start) or self.is_open(start - timedelta(microseconds=1)):
            return start
        else:
            return next((begin for begin, _, is_open in self.pieces(start, start + 60 * DAY) if is_open), None)
        return None

    def add_days(self, start: datetime, days: int) -> datetime | None:
        opening = self.add(start, timedelta())
        if opening is not None and not self.is_open(opening):
            opening = self.add(opening + timedelta(microseconds=1), timedelta())
        if opening is None:
            return None
        own = max(day for day, begin, end in self.shifts(opening, opening) if begin <= opening < end)
        closings: dict[date, datetime] = {}
        for day, _, end in self.shifts(opening, opening + 60 * DAY):
            if day >= own:
                closings[day] = max(end, closings.get(day, end))
        found = sorted(closings)
        return closings[found[days]] if days < len(found) else None

    def pieces(self, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
        """[a, b) cut wherever a shift begins or ends."""
        shifts = list(self.shifts(a, b))
        cuts = {edge for _, begin, end in shifts for edge in (begin, end) if a < edge < b}
        edges = [a, *sorted(cuts), b]
        for start, end in pairwise(edges):
            yield start, end, any(begin <= start < close for _, begin, close in shifts)

    def shifts(self, a: datetime, b: datetime) -> Iterator[tuple[date, datetime, datetime]]:
        """Every shift of the dates around [a, b], with the date on which it begins."""
        day = a.astimezone(UTC).date() - 4 * DAY
        while day <= b.astimezone(UTC).date() + 4 * DAY:
            for begin, end in self.exceptions.get(str(day), self.week.get(NAMES[day.weekday()], [])):
                opens = self.instants(day, begin)[0]
                closes = self.instants(day + DAY if minutes(end) <= minutes(begin) else day, end)[-1]
                if opens < closes:
                    yield day, opens, closes
            day += DAY

    def instants(self, day: date, time: str) -> list[datetime]:
        """The instants at which the wall shows this; when it never does, the one later by the gap."""
        wall = datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes(time) * MINUTE
        offsets = {self.offset(wall + hours * timedelta(hours=1)) for hours in range(-30, 31)}
        found = sorted(wall - offset for offset in offsets if self.offset(wall - offset) == offset)
        return found or [self.after_gap(wall)]

    def after_gap(self, wall: datetime) -> datetime:
        at = wall - 30 * timedelta(hours=1)
        while at + self.offset(at) < wall:
            at += MINUTE
        gap = self.offset(at) - self.offset(at - MINUTE)
        return wall + gap - self.offset(at)

    def offset(self, at: datetime) -> timedelta:
        return at.astimezone(self.zone).utcoffset() or timedelta()


def minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])
