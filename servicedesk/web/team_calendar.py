"""The month of a department: who is away on which days. Everybody sees that; why is for the team and administrators."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import render_template, request

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.now import now
from servicedesk.people import absence_rules, away
from servicedesk.people import queries as people
from servicedesk.web.absences import absences, days_of
from servicedesk.web.session import me, signed_in, timezone


@dataclass
class Row:
    """One person's month: the days on which they are away, and the entries those come from."""

    person: Any
    days: dict[date, str] = field(default_factory=dict)
    entries: list[Any] = field(default_factory=list)


@absences.get("/departments/<key>/absences")
@signed_in
def month(key: str) -> Any:
    department = people.department_by_key(key)
    if department is None or not department.active:
        raise NotFound()
    first = _month_asked(request.args.get("month", ""))
    last = first.replace(day=monthrange(first.year, first.month)[1])
    begin, end = absence_rules.whole_days(first - timedelta(days=1), last + timedelta(days=1), timezone())
    found = away.all_of(away.Wanted(department_id=department.id, begin=begin, end=end))
    days = [first + timedelta(days=number) for number in range(last.day)]
    rows = {person.id: Row(person) for person in away.members(department.id)}
    for entry in found:
        row = rows.get(entry.person_id)
        if row is not None:
            _mark(row, entry, first, last)
    shown = list(rows.values())
    return render_template(
        "absences/month.html", department=department, rows=shown, days=days, today=absence_rules.first_day(now(), timezone()),
        month=first.strftime("%Y-%m"), before=_key(first - timedelta(days=1)), after=_key(last + timedelta(days=1)),
        entries=sorted((entry for row in shown for entry in row.entries), key=lambda one: (one.begins_at, one.id)), days_of=days_of,
        reads_notes={entry.id for entry in found if absence_rules.reads_note(me(), entry.person)},
    )  # fmt: skip


def _mark(row: Row, entry: Any, first: date, last: date) -> None:
    """The days of the month on which the person is away, whole or in part, on their own wall clock."""
    told = days_of(entry)
    day, end = max(told["first"], first), min(told["last"], last)
    if day <= end:
        row.entries.append(entry)
    while day <= end:
        in_part = (told["begins"] and day == told["first"]) or (told["ends"] and day == told["last"])
        row.days[day] = "part" if in_part else "away"
        day += timedelta(days=1)


def _month_asked(text: str) -> date:
    """The first of the month; without one, of the present month."""
    if not text:
        return absence_rules.first_day(now(), timezone()).replace(day=1)
    year, _, number = text.partition("-")
    if not (text.isascii() and len(text) == 7 and year.isdecimal() and number.isdecimal()):
        raise NotFound()
    if not (2000 <= int(year) <= 2100 and 1 <= int(number) <= 12):
        raise NotFound()
    return date(int(year), int(number), 1)


def _key(day: date) -> str | None:
    return day.strftime("%Y-%m") if 2000 <= day.year <= 2100 else None
