"""Who held the ball: every second of a ticket belongs to exactly one holder.

Pure: stays, waits, resolved spans and calendars come in as plain values, rows go out. Reads nothing and knows no words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from servicedesk.sla_engine import BusinessCalendar, segments

# Who may hold the ball while the department that has the ticket is at work, the order in which they are told.
BALLS = ("supplier", "requester", "approver", "third_party")
# Outside its working hours nobody is late, whoever is to act; after a resolution nobody is to act.
HOLDERS = (*BALLS, "closed", "resolved")


class Stay(NamedTuple):
    """A department has the ticket from `begin` until the next stay begins."""

    department_id: int
    begin: datetime


class Wait(NamedTuple):
    """The ball is with somebody else than the department; `end` is None while it still is."""

    holder: str
    begin: datetime
    end: datetime | None


class Rest(NamedTuple):
    """The ticket is resolved; `end` is None while nobody has reopened it."""

    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Life:
    """What happened to a ticket from its first word to `end`."""

    begin: datetime
    end: datetime
    stays: Sequence[Stay]
    waits: Sequence[Wait] = ()
    rests: Sequence[Rest] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of one holder. `department_id` is the department that has the ticket; None while it is resolved."""

    begin: datetime
    end: datetime
    holder: str
    department_id: int | None

    @property
    def seconds(self) -> float:
        return (self.end - self.begin).total_seconds()


class Held(NamedTuple):
    """All the time of one holder, as a length of time on the wall."""

    holder: str
    department_id: int | None
    time: timedelta


# The hours of the department of a stay.
Hours = Callable[[Stay], BusinessCalendar]


def lines(life: Life, hours: Hours) -> list[Line]:
    """The rows of the ledger from `life.begin` to `life.end` without gaps; neighbours differ."""
    found: list[Line] = []
    for line in _lines(life, hours):
        last = found[-1] if found else None
        if last is not None and (last.holder, last.department_id) == (line.holder, line.department_id):
            found[-1] = Line(last.begin, line.end, line.holder, line.department_id)
        else:
            found.append(line)
    return found


def sums(rows: Iterable[Line]) -> list[Held]:
    """The time of each holder, the departments in the order in which they had the ticket, the others as in `HOLDERS`."""
    times: dict[tuple[str, int | None], timedelta] = {}
    for row in rows:
        key = holder_of(row)
        times[key] = times.get(key, timedelta()) + (row.end - row.begin)
    ordered = sorted(times, key=lambda key: HOLDERS.index(key[0]))
    return [Held(holder, department_id, times[holder, department_id]) for holder, department_id in ordered]


def holder_of(row: Line) -> tuple[str, int | None]:
    """Whose time the row is: departments are told apart as suppliers alone."""
    return row.holder, row.department_id if row.holder == "supplier" else None


def in_steps(rows: Sequence[Line], digits: int = 0) -> list[float]:
    """The seconds of each row, rounded so that they sum up to the rounded whole."""
    passed = [round((row.end - rows[0].begin).total_seconds(), digits) for row in rows]
    return [round(until - since, digits) for since, until in pairwise([0.0, *passed])]


def totals(life: Life, hours: Hours) -> dict[tuple[str, int | None], float]:
    """Seconds by holder and department that has the ticket: what `lines` sum up to, without a row for every night."""
    found: dict[tuple[str, int | None], float] = defaultdict(float)
    for begin, end, stay, holder in _spells(life):
        whole = (end - begin).total_seconds()
        if stay is None or holder == "resolved":
            found[holder, None] += whole
            continue
        worked = hours(stay).between(begin, end)
        found[holder, stay.department_id] += worked
        found["closed", stay.department_id] += whole - worked
    return {key: seconds for key, seconds in found.items() if seconds > 0}


def _lines(life: Life, hours: Hours) -> Iterator[Line]:
    for begin, end, stay, holder in _spells(life):
        if stay is None or holder == "resolved":
            yield Line(begin, end, holder, None)
            continue
        for part in segments(hours(stay), begin, end):
            yield Line(part.start, part.end, holder if part.open else "closed", stay.department_id)


def _spells(life: Life) -> Iterator[tuple[datetime, datetime, Stay | None, str]]:
    """The life cut wherever something changes: who has the ticket, and who is to act while that one is at work."""
    moments = {life.begin, life.end, *(stay.begin for stay in life.stays)}
    ends = [wait.end for wait in life.waits] + [rest.end for rest in life.rests]
    moments.update([wait.begin for wait in life.waits], [rest.begin for rest in life.rests])
    moments.update(end for end in ends if end is not None)
    for begin, end in pairwise(sorted(moment for moment in moments if life.begin <= moment <= life.end)):
        stay = _stay_at(life.stays, begin)
        if any(_covers(rest, begin) for rest in life.rests):
            yield begin, end, stay, "resolved"
            continue
        waits = [wait.holder for wait in life.waits if _covers(wait, begin)]
        yield begin, end, stay, waits[-1] if waits else "supplier"


def _stay_at(stays: Sequence[Stay], at: datetime) -> Stay | None:
    """The stay that began last; before the first one, the first."""
    begun = [stay for stay in stays if stay.begin <= at]
    return begun[-1] if begun else stays[0] if stays else None


def _covers(span: Wait | Rest, at: datetime) -> bool:
    return span.begin <= at and (span.end is None or at < span.end)
