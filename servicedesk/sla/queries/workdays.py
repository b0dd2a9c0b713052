"""Working time outside clocks: days of the company, hours of people, how late a promise is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.sla.models import Calendar, Clock
from servicedesk.sla.queries.rulebook import calendar_of, engine_calendar, newest_version
from servicedesk.sla_engine import BusinessCalendar, NeverOpensError, Target


def company_hours() -> BusinessCalendar | None:
    """The company's calendar in its newest version."""
    calendar_id = db.session.scalar(select(Calendar.id).where(Calendar.of_company))
    version = newest_version(calendar_id) if calendar_id is not None else None
    return engine_calendar(version.id) if version else None


def next_working_moment(department_id: int | None, at: datetime) -> datetime:
    """When people of the department work next, by its calendar or the company's: `at` itself within the hours, and where
    no calendar tells."""
    # No department has the number 0: somebody without one works by the company's calendar.
    version_id = calendar_of(department_id or 0)
    if version_id is None:
        return at
    try:
        return engine_calendar(version_id).next_open(at)
    except NeverOpensError:
        return at


def late_seconds(clock: Clock, at: datetime) -> float:
    """Counted seconds since the promise broke; 0 for one that did not."""
    if clock.breached_at is None:
        return 0.0
    calendar = Target.parse(clock.target).calendar(engine_calendar(clock.calendar_version_id))
    return max(0.0, calendar.between(clock.breached_at, at))


def working_days_ago(days: int, at: datetime) -> date:
    """The last date of which `days` whole working days have passed by `at`; calendar days without a calendar."""
    hours = company_hours()
    if hours is None:
        return (at - timedelta(days=days)).date()
    zone = ZoneInfo(hours.timezone)
    day = at.astimezone(zone).date()
    while hours.add_days(datetime.combine(day, datetime.min.time(), zone) + timedelta(hours=12), days) > at:
        day -= timedelta(days=1)
    return day
