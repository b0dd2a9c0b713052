"""Public holidays and moved working days of a country as calendar exceptions; facts from the holidays package."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import holidays as package

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import N_

FIRST_YEAR = 2010
# The years for which decrees may be known, seen from the year of the change.
YEARS_AHEAD = 2


def countries() -> frozenset[str]:
    return frozenset(package.list_supported_countries())


def holiday_exceptions(country: str, week: Mapping[str, Any], year: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Exceptions (date -> hours) and holiday names (date -> language -> name) up to two years after `year`.

    A holiday closes the day; a weekend day that is worked instead of another day has the hours of Monday.
    """
    if country not in countries():
        raise Invalid(fields={"holidays": N_("No holidays are known for this country; write it like RU.")})
    years = range(FIRST_YEAR, year + YEARS_AHEAD + 1)
    local = {language: _in_language(country, years, language) for language in ("ru", "en")}
    exceptions: dict[str, Any] = {}
    names: dict[str, Any] = {}
    days = local["en"]
    for day in sorted(days):
        if _is_open_weekday(day, week):
            exceptions[day.isoformat()] = []
            names[day.isoformat()] = {language: found[day] for language, found in local.items() if day in found}
    for day in sorted(getattr(days, "weekend_workdays", ())):
        exceptions[day.isoformat()] = list(week.get("mon", []))
    return exceptions, names


def _in_language(country: str, years: range, language: str) -> Any:
    supported = {code[:2]: code for code in package.list_localized_countries().get(country, [])}
    code = supported.get(language)
    return (
        package.country_holidays(country, years=years, language=code)
        if code
        else package.country_holidays(country, years=years)
    )


def _is_open_weekday(day: date, week: Mapping[str, Any]) -> bool:
    return bool(week.get(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.weekday()]))
