"""Checks the company and its calendars; what hours may be is decided by sla's drafts, as for pages and API."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import LANGUAGES
from servicedesk.organisation.checking.notebook import Notebook, plain
from servicedesk.organisation.plan import CalendarPlan
from servicedesk.organisation.reading import Entries, Node, Word
from servicedesk.organisation.standing import Standing
from servicedesk.sla.drafts import draft, exception_faults, week_faults
from servicedesk.sla.holidays import countries

COMPANY = ("name", "language", "timezone", "calendar", "triage")
CALENDAR = ("timezone", "week", "holidays", "exceptions", "names")


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


def check_triage(notes: Notebook, node: Node | None, departments: Collection[str]) -> str | None:
    """The department that finds out whose a request is; "" where the file does not say."""
    found = node.entries.get("triage") if isinstance(node, Entries) else None
    if found is None:
        return ""
    if isinstance(found, Word) and found.is_nothing:
        return None
    return notes.reference(found, "department", departments)


def check_calendars(notes: Notebook, node: Node | None, desk: Standing) -> Calendars:
    said = notes.entries(node, "calendars")
    found = []
    for key, value in said.entries.items():
        before = len(notes.faults)
        notes.key(said.lines[key], key, "The key of a calendar")
        plan = _calendar(notes, key, said.lines[key], notes.entries(value, f"calendar {key}", CALENDAR))
        if plan is not None and len(notes.faults) == before:
            _refuse_bad(notes, said.lines[key], plan, desk)
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
    names = _names(notes, said.entries["names"], key, exceptions) if "names" in said.entries else None
    return CalendarPlan(key, zone, week, country, exceptions, names) if zone is not None else None


def _names(notes: Notebook, node: Node, key: str, exceptions: Mapping[str, Any]) -> dict[str, Any]:
    """What people call the exceptions that have a name."""
    said = notes.entries(node, f"the names of {key}")
    found = {}
    for day, value in said.entries.items():
        if day not in exceptions:
            notes.fault(said.lines[day], f"{day} has a name but no hours: put it among the exceptions as well.")
        found[day] = notes.names(value, f"the name of {day}") or {}
    return found


def _hours(notes: Notebook, node: Node | None, what: str, *, dated: bool) -> dict[str, Any]:
    """Each day's hours by themselves, so that a fault has its own line."""
    said = notes.entries(node, what)
    hours: dict[str, Any] = {}
    for day, value in said.entries.items():
        hours[day] = plain(value)
        one = {day: hours[day]}
        fault = next(iter((exception_faults(one) if dated else week_faults(one)).values()), None)
        if fault is not None:
            notes.fault(said.lines[day], f"The hours of {day}: {fault}")
    return hours


def _country(notes: Notebook, node: Node) -> str | None:
    if isinstance(node, Word) and node.is_nothing:
        return None
    if isinstance(node, Word) and node.text in countries():
        return node.text
    said = repr(node.text) if isinstance(node, Word) else "this"
    notes.fault(node, f"No holidays are known for {said}; name the country like RU.")
    return None


def _refuse_bad(notes: Notebook, line: int, plan: CalendarPlan, desk: Standing) -> None:
    """What can be said of the calendar as a whole alone."""
    try:
        draft(
            timezone=plan.timezone, week=plan.week, holidays=plan.holidays, exceptions=plan.exceptions, names=plan.names, at=desk.at,
        )  # fmt: skip
    except Invalid as error:
        for fault in error.fields.values():
            notes.fault(line, f"Calendar {plan.key}: {fault}")
