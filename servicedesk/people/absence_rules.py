"""Pure answers about absences: whose may be entered by whom, which periods fit, who would stand in for whom in a circle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from servicedesk.people.models import Absence, Person
from servicedesk.people.rules import is_admin

NOTE_LENGTH = 200
# Parental leave is the longest that is entered as one.
LONGEST = timedelta(days=3 * 366 + 31)
# Entering what lies further back or ahead is a slip of the pen.
BACK, AHEAD = timedelta(days=3 * 366), timedelta(days=5 * 366)


@dataclass(frozen=True)
class Span:
    """Somebody is away from `begins_at` until `ends_at` and has named a substitute."""

    person_id: int
    substitute_id: int | None
    begins_at: datetime
    ends_at: datetime


def period(first: date | datetime, last: date | datetime, zone: str) -> tuple[datetime, datetime]:
    """What people write as an absence, as instants: days are meant whole on the wall clock of `zone`, moments exactly."""
    begins_at = first if isinstance(first, datetime) else midnight(_sane(first), zone)
    ends_at = last if isinstance(last, datetime) else midnight(_sane(last) + timedelta(days=1), zone)
    return begins_at, ends_at


def whole_days(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """From the midnight before `first` to the one after `last` on the wall clock of `zone`, as instants."""
    return period(first, last, zone)


def midnight(day: date, zone: str) -> datetime:
    """Where clocks skip midnight, the first moment of the day."""
    wall = datetime.combine(day, time(), ZoneInfo(zone))
    return wall.astimezone(UTC)


def last_day(ends_at: datetime, zone: str) -> date:
    """The last day on any part of which somebody is away who is away until `ends_at`."""
    return (ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def first_day(begins_at: datetime, zone: str) -> date:
    return begins_at.astimezone(ZoneInfo(zone)).date()


def is_midnight(at: datetime, zone: str) -> bool:
    return at == midnight(at.astimezone(ZoneInfo(zone)).date(), zone)


def circle_of(new: Span, others: Iterable[Span]) -> list[int]:
    """Ids of those who would stand in for each other at one and the same moment, beginning and ending with the person
    of `new`; empty where nobody would."""
    by_person: dict[int, list[Span]] = defaultdict(list)
    for span in others:
        if span.substitute_id is not None and span.person_id != new.person_id:
            by_person[span.person_id].append(span)
    if new.substitute_id is None:
        return []
    waiting = [([new.person_id, new.substitute_id], new.begins_at, new.ends_at)]
    while waiting:
        path, begin, end = waiting.pop()
        if path[-1] == new.person_id:
            return path
        for span in by_person[path[-1]]:
            inner = (max(begin, span.begins_at), min(end, span.ends_at))
            if inner[0] < inner[1] and span.substitute_id is not None and span.substitute_id not in path[1:]:
                waiting.append(([*path, span.substitute_id], *inner))
    return []


def enters_absences_of(by: Person, person: Person) -> bool:
    """One's own; a lead those of the department's people; an administrator anybody's."""
    return by.id == person.id or is_admin(by) or bool(by.leads & teams_of(person))


def reads_note(reader: Person, person: Person) -> bool:
    """Why somebody is away is for the team and administrators; others read only until when, and who stands in."""
    return reader.id == person.id or is_admin(reader) or bool(teams_of(reader) & teams_of(person))


def teams_of(person: Person) -> frozenset[int]:
    """Ids of the departments a person is of: the own one, and those in whose queue they work."""
    return person.serves | {person.department_id} if person.department_id is not None else person.serves


def is_over(absence: Absence) -> bool:
    """Nothing can be changed any more."""
    return absence.cancelled_at is not None or absence.ended_at is not None


def _sane(day: date) -> date:
    """Days that no calendar can count from are far from today all the same."""
    return min(max(day, date(1970, 1, 1)), date(9000, 1, 1))
