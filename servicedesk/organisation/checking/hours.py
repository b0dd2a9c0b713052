"""Checks the company and its calendars; what hours may be is decided by the engine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from servicedesk.kernel.text import LANGUAGES
from servicedesk.organisation.checking.notebook import Notebook, plain
from servicedesk.organisation.plan import CalendarPlan
from servicedesk.organisation.reading import Entries, Node, Word
from servicedesk.organisation.standing import Standing
from servicedesk.sla.holidays import countries, holiday_exceptions
from servicedesk.sla_engine import BusinessCalendar, CalendarError
from servicedesk.sla_engine.schedule import read_schedule

COMPANY = ("name", "language", "timezone", "calendar")
CALENDAR = ("timezone", "week", "holidays", "exceptions")


@dataclass(frozen=True)
class Calendars:
    """`named` has the keys of faulty ones too, so that one fault does not cause others."""

    found: tuple[CalendarPlan, ...]
    named: frozenset[str]


def check_company(
    notes: Notebook, node: Node | None, desk: Standing, calendars: Collection[str]
) -> tuple[dict[str, str], str | None]:
    """What the file says of the company, and the key of its calendar."""
    said = notes.entries(node, "company", COMPANY)
    values: dict[str, str | None] = {}
    for name, value in said.entries.items():
        if name == "name":
            names = notes.names(value, "the company's name")
            values[name] = names.get(notes.language, next(iter(names.values()))) if names else None
        elif name == "language":
            values[name] = notes.one_of(value, "language", LANGUAGES)
        elif name == "timezone":
            values[name] = notes.zone(value)
    if node is not None and not desk.has_company:
        for name in COMPANY[:3]:
            if name not in said.entries:
                notes.fault(node, f"The company needs a {name}.")
    calendar = said.entries.get("calendar")
    key = notes.reference(calendar, "calendar", calendars) if calendar is not None else None
    return {name: value for name, value in values.items() if value is not None}, key


def check_calendars(notes: Notebook, node: Node | None, desk: Standing) -> Calendars:
    said = notes.entries(node, "calendars")
    found = []
    for key, value in said.entries.items():
        before = len(notes.faults)
        notes.key(said.lines[key], key, "The key of a calendar")
        plan = _calendar(notes, key, said.lines[key], notes.entries(value, f"calendar {key}", CALENDAR))
        if plan is not None and len(notes.faults) == before:
            _refuse_if_never_open(notes, said.lines[key], plan, desk)
            found.append(plan)
    return Calendars(tuple(found), frozenset(said.entries))


def _calendar(notes: Notebook, key: str, line: int, said: Entries) -> CalendarPlan | None:
    for name in CALENDAR[:2]:
        if name not in said.entries:
            notes.fault(line, f"The calendar {key} needs a {name}.")
    zone = notes.zone(said.entries["timezone"]) if "timezone" in said.entries else None
    week = _hours(notes, said.entries.get("week"), f"the week of {key}", dated=False)
    exceptions = _hours(notes, said.entries.get("exceptions"), f"the exceptions of {key}", dated=True)
    country = _country(notes, said.entries["holidays"]) if "holidays" in said.entries else None
    return CalendarPlan(key, zone, week, country, exceptions) if zone is not None else None


def _hours(notes: Notebook, node: Node | None, what: str, *, dated: bool) -> dict[str, Any]:
    """Each day's hours by themselves, so that a fault has its own line."""
    said = notes.entries(node, what)
    hours: dict[str, Any] = {}
    for day, value in said.entries.items():
        hours[day] = plain(value)
        one = {day: hours[day]}
        try:
            read_schedule("UTC", {} if dated else one, one if dated else {})
        except CalendarError as error:
            notes.fault(said.lines[day], str(error))
    return hours


def _country(notes: Notebook, node: Node) -> str | None:
    if isinstance(node, Word) and node.is_nothing:
        return None
    if isinstance(node, Word) and node.text in countries():
        return node.text
    said = repr(node.text) if isinstance(node, Word) else "this"
    notes.fault(node, f"No holidays are known for {said}; name the country like RU.")
    return None


def _refuse_if_never_open(notes: Notebook, line: int, plan: CalendarPlan, desk: Standing) -> None:
    year = desk.at.year
    holidays = holiday_exceptions(plan.holidays, plan.week, year)[0] if plan.holidays else {}
    try:
        calendar = BusinessCalendar(plan.timezone, plan.week, holidays | dict(plan.exceptions))
        calendar.refuse_if_never_open(desk.at)
    except CalendarError as error:
        notes.fault(line, f"Calendar {plan.key}: {error}")
