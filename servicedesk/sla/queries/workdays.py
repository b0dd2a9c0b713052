"""Working days of the company, for what is counted in them outside clocks."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.sla.models import Calendar
from servicedesk.sla.queries.rulebook import engine_calendar, newest_version
from servicedesk.sla_engine import BusinessCalendar


def company_hours() -> BusinessCalendar | None:
    """The company's calendar in its newest version."""
    calendar_id = db.session.scalar(select(Calendar.id).where(Calendar.of_company))
    version = newest_version(calendar_id) if calendar_id is not None else None
    return engine_calendar(version.id) if version else None


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
