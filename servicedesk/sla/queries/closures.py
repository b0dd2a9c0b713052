"""Why a stretch of time is worked or not, in the words of its calendar. Asks nothing but the version it is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.sla.models import CalendarVersion

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
# Minutes from midnight of the date on which a shift begins; it may end after midnight.
Shift = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """`why` is open or moved (a day off that is worked) in open time; night, lunch, weekend, holiday or shortened (a
    working day with fewer hours than usual) in closed time. `name` is what people call that day, by language."""

    begin: datetime
    end: datetime
    why: str
    name: Mapping[str, str] | None = None

    def is_like(self, other: Piece) -> bool:
        return (self.why, self.name) == (other.why, other.name)


class Almanac:
    """The days of one calendar version, for naming stretches that are open or closed as a whole."""

    def __init__(self, version: CalendarVersion) -> None:
        self._zone = ZoneInfo(version.timezone)
        self._week = [_shifts(version.week.get(name, ())) for name in WEEKDAYS]
        self._exceptions = {date.fromisoformat(day): _shifts(hours) for day, hours in version.exceptions.items()}
        self._names = {date.fromisoformat(day): name for day, name in version.names.items()}

    def closed(self, begin: datetime, end: datetime) -> list[Piece]:
        """The closed stretch by reasons. Nights beside days off count to those; equal neighbours are one."""
        pieces = [Piece(a, b, *self._why_closed(a)) for a, b in self._cut(begin, end, self._usual)]
        pieces = _joined(pieces)
        for number in range(len(pieces) - 1):
            if pieces[number].why == "night" and pieces[number + 1].why in ("holiday", "weekend"):
                pieces[number] = self._as(pieces[number], pieces[number + 1])
        for number in range(1, len(pieces)):
            if pieces[number].why == "night" and pieces[number - 1].why in ("holiday", "weekend"):
                pieces[number] = self._as(pieces[number], pieces[number - 1])
        for number in range(1, len(pieces) - 1):
            around = pieces[number - 1], pieces[number + 1]
            if around[0].why == "shortened" and around[0].is_like(around[1]) and self._in_a_day(pieces[number]):
                pieces[number] = self._as(pieces[number], around[0])
        return _joined(pieces)

    def open(self, begin: datetime, end: datetime) -> list[Piece]:
        """The open stretch, days off that are worked apart."""
        if not any(self._is_moved(day) for day in self._dates(begin, end)):
            return [Piece(begin, end, "open")]
        return _joined([Piece(a, b, *self._why_open(a)) for a, b in self._cut(begin, end, self._hours)])

    def _why_closed(self, at: datetime) -> tuple[str, Mapping[str, str] | None]:
        day, minute = self._wall(at)
        usual = _shift_date(self._usual, day, minute)
        if usual is not None and usual in self._exceptions:
            return "shortened" if self._exceptions[usual] else "holiday", self._names.get(usual)
        if self._exceptions.get(day) == []:
            off = bool(self._usual(day)) or day in self._names
            return ("holiday", self._names.get(day)) if off else ("weekend", None)
        hours = self._hours(day)
        if not hours:
            return "weekend", None
        between = any(close <= minute for _, close in hours) and any(minute < begin for begin, _ in hours)
        return ("lunch" if between else "night"), None

    def _why_open(self, at: datetime) -> tuple[str, Mapping[str, str] | None]:
        day = _shift_date(self._hours, *self._wall(at))
        return ("moved", self._names.get(day)) if day is not None and self._is_moved(day) else ("open", None)

    def _usual(self, day: date) -> list[Shift]:
        return self._week[day.weekday()]

    def _hours(self, day: date) -> list[Shift]:
        return self._exceptions.get(day, self._usual(day))

    def _is_moved(self, day: date) -> bool:
        return bool(self._exceptions.get(day)) and not self._usual(day)

    def _cut(self, begin: datetime, end: datetime, hours: Any) -> Iterator[tuple[datetime, datetime]]:
        """Cut at midnights, and where shifts of exceptional days begin and end."""
        moments: set[datetime] = set()
        for day in self._dates(begin, end):
            minutes = [0, *(m for shift in hours(day) for m in shift)] if day in self._exceptions else [0]
            moments.update(self._instant(day, minute) for minute in minutes)
        inner = sorted(moment for moment in moments if begin < moment < end)
        yield from zip([begin, *inner], [*inner, end], strict=True)

    def _dates(self, begin: datetime, end: datetime) -> list[date]:
        """Dates whose shifts may reach into the stretch: the one before it too, for a shift may end after midnight."""
        first, last = begin.astimezone(self._zone).date() - DAY, end.astimezone(self._zone).date()
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    def _instant(self, day: date, minute: int) -> datetime:
        wall = datetime.combine(day, time(), self._zone) + timedelta(minutes=minute)
        return wall.astimezone(UTC)

    def _wall(self, at: datetime) -> tuple[date, int]:
        local = at.astimezone(self._zone)
        return local.date(), local.hour * 60 + local.minute

    def _in_a_day(self, piece: Piece) -> bool:
        return self._wall(piece.begin)[0] == self._wall(piece.end)[0]

    @staticmethod
    def _as(piece: Piece, other: Piece) -> Piece:
        return replace(piece, why=other.why, name=other.name)


def _shifts(hours: Any) -> list[Shift]:
    spans = [(_minutes(begin), _minutes(end)) for begin, end in hours]
    return [(begin, end if begin < end else end + 24 * 60) for begin, end in spans]


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _shift_date(hours: Any, day: date, minute: int) -> date | None:
    """The date of the shift in which a wall time lies: a shift belongs to the date on which it begins."""
    for begun, since in ((day, minute), (day - DAY, minute + 24 * 60)):
        if any(begin <= since < end for begin, end in hours(begun)):
            return begun
    return None


def _joined(pieces: list[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].is_like(piece):
            found[-1] = replace(found[-1], end=piece.end)
        else:
            found.append(piece)
    return found
