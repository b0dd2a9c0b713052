"""Pure answers about months (what one is, when it begins and ends, when its report is due) and about who may do what
with a department's actions. No clock, no session."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.reports.models import Improvement
from servicedesk.sla_engine import BusinessCalendar, CalendarError

# The report of a month closes when this working day of the next month is over.
CLOSES_AFTER_DAYS = 3

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def tells_improvements(person: Person, department_id: int) -> bool:
    """Leads decide on actions and tell what their department changed; administrators may correct it."""
    return department_id in person.leads or is_admin(person)


def reads_improvements(person: Person, department_id: int) -> bool:
    """Who works in the department reads its unpublished actions as well."""
    return department_id in person.serves or is_admin(person)


def reads_improvement(person: Person, row: Improvement) -> bool:
    return row.published or row.owner_id == person.id or reads_improvements(person, row.department_id)


def finishes_improvement(person: Person, row: Improvement) -> bool:
    """Its owner may say that it is done; dropping it or taking it up again is for leads."""
    return row.owner_id == person.id or tells_improvements(person, row.department_id)


def may_own(person: Person, department_id: int) -> bool:
    """An action is given to somebody of the department."""
    return person.active and (person.department_id == department_id or department_id in person.serves)


def answers_cases(person: Person, department_id: int) -> bool:
    """Low ratings are the leads' to work on; administrators have no part in them."""
    return department_id in person.leads


def name_shown(reader: Person, person: Person | None, department_id: int) -> bool:
    """Whether `reader` is told beside a note of thanks that it is for `person`, who decides on it."""
    if person is None:
        return False
    in_the_know = person.thanks_name == "lead" and department_id in reader.leads
    return person.id == reader.id or in_the_know or person.thanks_name == "all"


def gives_away(text: str, name: str) -> bool:
    """Whether a note calls the person by name, in any case of a Russian name: a word that begins as the name does."""
    words = re.findall(r"\w+", text.casefold())
    stems = [word[: max(3, len(word) - 2)] for word in re.findall(r"\w+", name.casefold()) if len(word) > 2]
    return any(word.startswith(stem) for word in words for stem in stems)


def is_overdue(due_on: date | None, state: str, today: date) -> bool:
    return state == "open" and due_on is not None and due_on < today


def is_month(text: str) -> bool:
    """ "2026-04", from the year 1970 on."""
    return bool(_MONTH.fullmatch(text)) and text.isascii() and "1970-01" <= text < "9000-01"


def month_of(at: datetime, timezone: str) -> str:
    """The month in which `at` lies for people in `timezone`."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m}"


def shifted(month: str, by: int) -> str:
    """The month `by` months later (earlier when negative)."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def bounds(month: str, timezone: str) -> tuple[datetime, datetime]:
    """The half-open interval [begin, end) of the month in `timezone`, in UTC."""
    return _begin(month, timezone), _begin(shifted(month, 1), timezone)


def is_over(month: str, at: datetime, timezone: str) -> bool:
    return at >= bounds(month, timezone)[1]


def due_at(month: str, calendar: BusinessCalendar, timezone: str) -> datetime:
    """Closing time of the third working day after the month. A calendar that never opens counts every weekday."""
    end = bounds(month, timezone)[1]
    try:
        return calendar.add_days(end, CLOSES_AFTER_DAYS - 1)
    except CalendarError:
        return weekdays(timezone).add_days(end, CLOSES_AFTER_DAYS - 1)


def asked_at(month: str, calendar: BusinessCalendar, timezone: str) -> datetime:
    """When leads are asked for the reasons that are missing: at the beginning of the second working day after the month."""
    end = bounds(month, timezone)[1]
    try:
        return calendar.next_open(calendar.add_days(end, 0))
    except CalendarError:
        return weekdays(timezone).next_open(weekdays(timezone).add_days(end, 0))


def weekdays(timezone: str) -> BusinessCalendar:
    """Monday to Friday round the clock: stands in where a company has no calendar."""
    return BusinessCalendar(timezone, {day: [("00:00", "24:00")] for day in ("mon", "tue", "wed", "thu", "fri")})


def _begin(month: str, timezone: str) -> datetime:
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=ZoneInfo(timezone)).astimezone(UTC)
