"""Calendars: their hours, who works by them, the reminder of next year. A change is a new version for the future."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from servicedesk.kernel.db import db, forget_remembered
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department
from servicedesk.people.rules import is_key
from servicedesk.sla import drafts, queries
from servicedesk.sla.events import CalendarChanged, CalendarRunsOut, DepartmentCalendarChanged
from servicedesk.sla.models import Calendar, CalendarVersion, DepartmentCalendar


def set_calendar(
    stamp: Stamp, *, key: str, timezone: str, week: Mapping[str, Any], holidays: str | None = None,
    exceptions: Mapping[str, Any] | None = None, names: Mapping[str, Any] | None = None, expected: int | None = None,
) -> Calendar:  # fmt: skip
    """Make or change a calendar; the same content makes no new version. Publishes `CalendarChanged`.

    `names` are those of exceptions (date -> language -> name); None keeps the ones there are. `expected` is the number
    of the version that is to be followed, 0 for none. Raises `Invalid` with a sentence at each field at fault (see
    drafts.py), `Conflict` when there is a newer version than expected.
    """
    if not is_key(key):
        raise Invalid(fields={"key": N_("A key has lower-case Latin letters, digits and hyphens, at most 64.")})
    calendar = queries.calendar_by_key(key)
    before = queries.newest_version(calendar.id) if calendar else None
    _refuse_overtaken(before.number if before else 0, expected)
    if names is None:
        kept = before.own_names if before else {}
        names = {day: said for day, said in kept.items() if day in (exceptions or {})}
    made = drafts.draft(
        timezone=timezone, week=week, holidays=holidays, exceptions=exceptions, names=names, at=stamp.at
    )
    content = made.content()
    if calendar is None:
        calendar = Calendar(key=key)
        db.session.add(calendar)
        db.session.flush()
    if before is not None and _same(before, content):
        return calendar
    number = before.number + 1 if before else 1
    db.session.add(CalendarVersion(calendar_id=calendar.id, number=number, made_at=stamp.at, **content))
    db.session.flush()
    forget_remembered()
    publish(CalendarChanged(stamp=stamp, calendar_id=calendar.id, key=key, version=number))
    return calendar


def refresh_calendar(stamp: Stamp, calendar: Calendar) -> bool:
    """Write the holidays anew as they are known today. True if that made a new version."""
    before = queries.newest_version(calendar.id)
    if before is None:
        return False
    set_calendar(
        stamp, key=calendar.key, timezone=before.timezone, week=before.week, holidays=before.holidays,
        exceptions=before.own_exceptions, names=before.own_names,
    )  # fmt: skip
    after = queries.newest_version(calendar.id)
    return after is not None and after.number > before.number


def make_company_calendar(calendar: Calendar) -> bool:
    """Let `calendar` serve every department without one of its own. True if that is a change."""
    if calendar.of_company:
        return False
    db.session.execute(update(Calendar).values(of_company=False))
    calendar.of_company = True
    forget_remembered()
    return True


def set_department_calendar(stamp: Stamp, department: Department, calendar: Calendar | None) -> bool:
    """Give the department its own calendar, or None for the company's. True if that is a change."""
    row = db.session.get(DepartmentCalendar, department.id)
    if (row.calendar_id if row else None) == (calendar.id if calendar else None):
        return False
    if row is not None:
        db.session.delete(row)
        db.session.flush()
    if calendar is not None:
        db.session.add(DepartmentCalendar(department_id=department.id, calendar_id=calendar.id))
    forget_remembered()
    publish(
        DepartmentCalendarChanged(
            stamp=stamp, department_id=department.id, calendar_id=calendar.id if calendar else None
        )
    )
    return True


def remind_of_next_year(stamp: Stamp, calendar_id: int) -> bool:
    """From November on: say once for each calendar and year that next year's holidays are not sure in it.

    Publishes `CalendarRunsOut`.
    """
    calendar = db.session.get(Calendar, calendar_id)
    doubt = queries.doubt_of_next_year(calendar_id, stamp.at) if calendar else None
    if calendar is None or doubt is None or queries.was_reminded(calendar_id, doubt.year):
        return False
    publish(CalendarRunsOut(stamp=stamp, calendar_id=calendar_id, key=calendar.key, year=doubt.year, why=doubt.why))
    return True


def _refuse_overtaken(newest: int, expected: int | None) -> None:
    if expected is None or newest == expected:
        return
    if expected == 0:
        raise Invalid(fields={"key": N_("There is a calendar with this key already.")})
    raise Conflict(
        N_("Somebody saved version %(newest)d of this calendar meanwhile; you changed version %(yours)d."),
        newest=newest, yours=expected,
    )  # fmt: skip


def _same(before: CalendarVersion, content: Mapping[str, Any]) -> bool:
    """A weekday that is not named is closed, so naming it closed changes nothing."""
    week = {day: hours for day, hours in before.week.items() if hours}
    others = ("timezone", "holidays", "own_exceptions", "own_names", "exceptions", "names")
    return week == {day: hours for day, hours in content["week"].items() if hours} and all(
        getattr(before, name) == content[name] for name in others
    )
