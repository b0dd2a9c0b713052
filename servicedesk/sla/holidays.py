"""Public holidays, moved and shortened working days of a country as calendar exceptions.

Days off come from the holidays package; what it does not know comes from our own facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import holidays as package

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import N_
from servicedesk.sla.facts import facts_of, standing
from servicedesk.sla.hours import normal_hours, shortened

__all__ = ["FIRST_YEAR", "YEARS_AHEAD", "countries", "holiday_exceptions", "standing"]

FIRST_YEAR = 2010
# The years for which decrees may be known, seen from the year of the change.
YEARS_AHEAD = 2

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LANGUAGES = ("ru", "en")


def countries() -> frozenset[str]:
    return frozenset(package.list_supported_countries())


def holiday_exceptions(country: str, week: Mapping[str, Any], year: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Exceptions (date -> hours) and names (date -> language -> name) up to two years after `year`.

    A holiday closes the day. A weekend day that is worked instead of another has the hours of that one (of Monday
    where it is not known which). A working day before a holiday ends an hour earlier where facts say so.
    """
    if country not in countries():
        raise Invalid(fields={"holidays": N_("No holidays are known for this country; write it like RU.")})
    last = year + YEARS_AHEAD
    off, worked = _days(country, last)
    exceptions: dict[str, Any] = {}
    names: dict[str, Any] = {}
    for day, said in off.items():
        if _hours_of(day, week):
            exceptions[day.isoformat()], names[day.isoformat()] = [], dict(said)
    for day in worked:
        hours = _hours_of(day, week) or _hours_instead(country, day, week)
        if hours and not _hours_of(day, week):
            exceptions[day.isoformat()], names[day.isoformat()] = hours, _name_of_worked(country, day)
    for some_year in range(FIRST_YEAR, last + 1):
        _shorten(country, some_year, week, exceptions, names)
    return exceptions, names


def _shorten(
    country: str, year: int, week: Mapping[str, Any], exceptions: dict[str, Any], names: dict[str, Any]
) -> None:
    found = facts_of(country, year)
    for day in found.shortened if found else ():
        key = day.isoformat()
        usual = exceptions.get(key, _hours_of(day, week))
        shorter = shortened(usual)
        if shorter == normal_hours(usual):
            continue
        before = {"ru": "Предпраздничный день", "en": "Pre-holiday day"}
        worked = names.get(key, {})
        exceptions[key] = shorter
        names[key] = {
            language: f"{text}, {_begun_small(worked[language])}" if language in worked else text
            for language, text in before.items()
        }


def _hours_of(day: date, week: Mapping[str, Any]) -> list[list[str]]:
    return list(week.get(_WEEKDAYS[day.weekday()], ()))


def _hours_instead(country: str, day: date, week: Mapping[str, Any]) -> list[list[str]]:
    instead = _moved_to(country, day)
    return _hours_of(instead, week) if instead else list(week.get("mon", ()))


def _name_of_worked(country: str, day: date) -> dict[str, str]:
    instead = _moved_to(country, day)
    if instead is None:
        return {"ru": "Рабочий день вместо другого", "en": "Worked instead of another day"}
    return {
        "ru": f"Рабочий день вместо {instead:%d.%m.%Y}",
        "en": f"Worked instead of {instead.day} {instead:%B %Y}",
    }


def _begun_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _moved_to(country: str, day: date) -> date | None:
    found = facts_of(country, day.year)
    return found.moved.get(day) if found else None


@lru_cache(maxsize=64)
def _days(country: str, last: int) -> tuple[dict[date, dict[str, str]], tuple[date, ...]]:
    """Days off with their names, and weekend days that are worked. Asking the package takes a tenth of a second."""
    years = range(FIRST_YEAR, last + 1)
    local = {language: _in_language(country, years, language) for language in _LANGUAGES}
    days = local["en"]
    off = {day: {language: found[day] for language, found in local.items() if day in found} for day in sorted(days)}
    return off, tuple(day for day in sorted(getattr(days, "weekend_workdays", ())) if day.year in years)


def _in_language(country: str, years: range, language: str) -> Any:
    supported = {code[:2]: code for code in package.list_localized_countries().get(country, [])}
    code = supported.get(language)
    return (
        package.country_holidays(country, years=years, language=code)
        if code
        else package.country_holidays(country, years=years)
    )
