"""What a calendar is to be: read from plain values, checked, holidays added. Pure; every fault stands at its field.

Fields are timezone, week, week-mon … week-sun, holidays, exceptions, exceptions-2026-05-08, names and names-2026-05-08:
pages, API and the organisation file show a fault where it was written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.text import LANGUAGES, N_, is_storable
from servicedesk.sla.holidays import countries, holiday_exceptions
from servicedesk.sla.hours import hours_fault, normal_hours
from servicedesk.sla_engine import BusinessCalendar, CalendarError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_EXCEPTIONS = 1000
LONGEST_NAME = 200
FIRST_DATE, LAST_DATE = date(1970, 1, 1), date(2199, 12, 31)
_NOWHERE = frozenset({"Factory", "localtime", "posixrules"})

Faults = dict[str, DeskError | str]


@dataclass(frozen=True)
class Draft:
    """The content of a version: `own_exceptions` and `own_names` as given, `exceptions` and `names` with the holidays."""

    timezone: str
    week: dict[str, Any]
    holidays: str | None
    own_exceptions: dict[str, Any]
    own_names: dict[str, Any]
    exceptions: dict[str, Any]
    names: dict[str, Any]

    def content(self) -> dict[str, Any]:
        return asdict(self)


def draft(
    *, timezone: Any, week: Any, holidays: Any = None, exceptions: Any = None, names: Any = None, at: datetime,
) -> Draft:  # fmt: skip
    """The calendar with the holidays as they are known now. Raises `Invalid` with all faults, each at its field."""
    exceptions, names = exceptions or {}, names or {}
    faults: Faults = {}
    if not is_zone(timezone):
        faults["timezone"] = DeskError(N_("There is no such time zone. Write it like Europe/Moscow."))
    if holidays is not None and (not isinstance(holidays, str) or holidays not in countries()):
        faults["holidays"] = DeskError(N_("No holidays are known for this country; write it like RU."))
    faults |= week_faults(week) | exception_faults(exceptions) | name_faults(names, exceptions)
    if faults:
        raise Invalid(fields=faults)
    open_week = {day: normal_hours(week[day]) for day in WEEKDAYS if day in week}
    own = {day: normal_hours(exceptions[day]) for day in sorted(exceptions)}
    added, said = holiday_exceptions(holidays, open_week, at.year) if holidays else ({}, {})
    own_names = {day: {lang: text.strip() for lang, text in names[day].items()} for day in sorted(names)}
    made = Draft(timezone, open_week, holidays, own, own_names, added | own, said | own_names)
    _refuse_if_never_open(made, at)
    return made


def is_zone(name: Any) -> bool:
    return isinstance(name, str) and name in zones()


@cache
def zones() -> frozenset[str]:
    """The IANA names, without those that name no place: what localtime means depends on the machine."""
    return frozenset(available_timezones()) - _NOWHERE


def week_faults(week: Any) -> Faults:
    if not isinstance(week, Mapping):
        return {"week": DeskError(N_("The week says the hours by weekday: mon, tue, wed, thu, fri, sat, sun."))}
    faults: Faults = {}
    for day, hours in week.items():
        if day not in WEEKDAYS:
            sentence = N_("“%(day)s” is no weekday. They are mon, tue, wed, thu, fri, sat, sun.")
            faults[f"week-{day}"] = DeskError(sentence, day=_shown(day))
        elif (fault := hours_fault(hours)) is not None:
            faults[f"week-{day}"] = fault
    return faults


def exception_faults(exceptions: Any) -> Faults:
    if not isinstance(exceptions, Mapping):
        return {"exceptions": DeskError(N_("Exceptions say the hours by date, like 2026-04-30."))}
    if len(exceptions) > MOST_EXCEPTIONS:
        return {"exceptions": DeskError(N_("At most %(most)d days can have hours of their own."), most=MOST_EXCEPTIONS)}
    faults: Faults = {}
    for day, hours in exceptions.items():
        fault = date_fault(day) or hours_fault(hours)
        if fault is not None:
            faults[f"exceptions-{day}"] = fault
    return faults


def date_fault(day: Any) -> DeskError | None:
    """Why this cannot be the date of an exception, or None."""
    found = None
    if isinstance(day, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        try:
            found = date.fromisoformat(day)
        except ValueError:
            found = None
    if found is None or not FIRST_DATE <= found <= LAST_DATE:
        return DeskError(N_("“%(day)s” is no date. Write it like 2026-04-30."), day=_shown(day))
    return None


def name_faults(names: Any, exceptions: Any) -> Faults:
    if not isinstance(names, Mapping):
        return {"names": DeskError(N_("Names are given by date and language."))}
    faults: Faults = {}
    for day, said in names.items():
        fault = _name_fault(said)
        if fault is None and isinstance(exceptions, Mapping) and day not in exceptions:
            fault = DeskError(N_("This date has a name but no hours: put it among the exceptions as well."))
        if fault is not None:
            faults[f"names-{day}"] = fault
    return faults


def _name_fault(said: Any) -> DeskError | None:
    texts = list(said.values()) if isinstance(said, Mapping) else []
    if not texts or any(language not in LANGUAGES for language in said):
        return DeskError(N_("Give the name in ru, in en or in both."))
    if any(not isinstance(text, str) or not text.strip() or not is_storable(text) for text in texts):
        return DeskError(N_("The name must be a text."))
    if any(len(text.strip()) > LONGEST_NAME for text in texts):
        return DeskError(N_("At most %(most)d characters fit here."), most=LONGEST_NAME)
    return None


def _refuse_if_never_open(made: Draft, at: datetime) -> None:
    try:
        BusinessCalendar(made.timezone, made.week, made.exceptions).refuse_if_never_open(at)
    except CalendarError as error:
        sentence = (
            N_("This calendar never opens: the exceptions close every open day of the next five years.")
            if any(made.week.values())
            else N_("This calendar never opens: every weekday is closed, and so are the dates of the next five years.")
        )
        raise Invalid(fields={"week": DeskError(sentence)}) from error


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
