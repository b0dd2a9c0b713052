"""Calendars as things that people keep: who works by them, their versions, whether their holidays are up to date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from servicedesk.audit import queries as audit
from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people import queries as people
from servicedesk.sla.holidays import holiday_exceptions, standing
from servicedesk.sla.models import Calendar, CalendarVersion
from servicedesk.sla.queries.rulebook import calendar_names, newest_version, policies

REMINDED = "CalendarRunsOut"
# The Government moves days off in September or October; who hears of it in November can still act.
FROM_MONTH = 11


@dataclass(frozen=True)
class Doubt:
    """`why` the holidays of `year` are not sure: missing, provisional, or outdated (known, but not in the calendar)."""

    year: int
    why: str


def departments_working_by(calendar: Calendar) -> list[int]:
    """Ids of the active departments that work by this calendar, their own or the company's."""
    return departments_by_calendar([calendar])[calendar.id]


def departments_by_calendar(rows: Iterable[Calendar]) -> dict[int, list[int]]:
    """The same of several calendars, by id, in a fixed number of statements."""
    own, departments = calendar_names(), people.departments()
    return {
        row.id: [one.id for one in departments if own.get(one.id, row.key if row.of_company else None) == row.key]
        for row in rows
    }


def users_of(calendar: Calendar) -> frozenset[int | None]:
    """Departments that work by this calendar or count a promise by it; None for the company or a promise of all."""
    return users_by_calendar([calendar])[calendar.id]


def users_by_calendar(rows: Iterable[Calendar]) -> dict[int, frozenset[int | None]]:
    """The same of several, by id, in a fixed number of statements."""
    rows = list(rows)
    working, promises = departments_by_calendar(rows), policies()
    return {
        row.id: frozenset(
            {*working[row.id], *([None] if row.of_company else [])}
            | {promise.department_id for promise in promises if promise.calendar_id == row.id}
        )
        for row in rows
    }


def newest_versions(calendar_ids: Iterable[int]) -> dict[int, CalendarVersion]:
    """The newest version of each calendar, by its id, in one statement."""
    newest = select(func.max(CalendarVersion.id)).group_by(CalendarVersion.calendar_id)
    query = select(CalendarVersion).where(CalendarVersion.id.in_(newest))
    rows = db.session.scalars(query.where(CalendarVersion.calendar_id.in_(list(calendar_ids))))
    return {row.calendar_id: row for row in rows}


def calendar_versions(calendar_id: int, *, cursor: str | None = None, limit: int = 20) -> Page[CalendarVersion]:
    """Newest first."""
    query = select(CalendarVersion).where(CalendarVersion.calendar_id == calendar_id)
    return page_of(query, [CalendarVersion.number, CalendarVersion.id], cursor=cursor, limit=limit, descending=True)


def version_before(version: CalendarVersion) -> CalendarVersion | None:
    query = select(CalendarVersion).where(CalendarVersion.calendar_id == version.calendar_id)
    query = query.where(CalendarVersion.number < version.number).order_by(CalendarVersion.number.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def outdated_days(version: CalendarVersion, at: datetime) -> int:
    """How many days of this year and the next the holidays as known today would change in it."""
    return sum(_differing_days(version, at, year) for year in (at.year, at.year + 1))


def doubt_of_next_year(calendar_id: int, at: datetime) -> Doubt | None:
    """Why next year is not sure in a calendar with a country's holidays; None before November, or when all is well."""
    version = newest_version(calendar_id)
    if version is None or version.holidays is None:
        return None
    today = at.astimezone(ZoneInfo(version.timezone)).date()
    if today.month < FROM_MONTH:
        return None
    year = today.year + 1
    sure = standing(version.holidays, year)
    if sure in ("missing", "provisional"):
        return Doubt(year, sure or "")
    return Doubt(year, "outdated") if _differing_days(version, at, year) else None


def was_reminded(calendar_id: int, year: int) -> bool:
    """Whether administrators were told of this calendar and year before."""
    found = audit.history("calendar", calendar_id, only=[REMINDED], newest_first=True, limit=1).items
    return bool(found) and found[0].data.get("year") == year


def _differing_days(version: CalendarVersion, at: datetime, year: int) -> int:
    if version.holidays is None:
        return 0
    known = holiday_exceptions(version.holidays, version.week, at.year)[0] | version.own_exceptions
    stored = version.exceptions
    days = {day for day in known.keys() | stored.keys() if day.startswith(f"{year:04d}-")}
    return sum(known.get(day) != stored.get(day) for day in days)
