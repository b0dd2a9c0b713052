"""How near a moment is in the reader's days: what lets a page say "tomorrow" instead of a date.

Pure functions of moments and a zone, and the filters over them; the words are the templates'.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.web.present import day, formatted, here, zone
from servicedesk.web.session import timezone


def days_between(first: datetime, second: datetime, zone: tzinfo) -> int:
    """Midnights between two moments on the reader's wall clock; negative when `second` is earlier."""
    return (second.astimezone(zone).date() - first.astimezone(zone).date()).days


def near_day(at: datetime, reference: datetime, locale: str, zone: tzinfo) -> str:
    """`Tue, 24 Nov`, with the year where it is another one."""
    local = at.astimezone(zone)
    other_year = local.year != reference.astimezone(zone).year
    return formatted(at, "EEE, d MMM y" if other_year else "EEE, d MMM", locale, zone)


def end_of_day(at: datetime, zone: ZoneInfo) -> datetime:
    """The reader's next midnight."""
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(), zone)


def wall() -> ZoneInfo:
    """The reader's zone, of the kind that a wall clock time can be put into: Babel's own would read it as of 1900."""
    return ZoneInfo(timezone())


def install(app: Any) -> None:
    app.jinja_env.globals["days_until"] = lambda now, at: days_between(now, at, zone())
    app.jinja_env.filters["plain_day"] = lambda text: day(date.fromisoformat(text), here(), zone())
    app.jinja_env.globals["here_zone"] = zone
    app.jinja_env.filters["near_day"] = lambda at, now: near_day(at, now, here(), zone())
