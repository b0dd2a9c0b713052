"""What the holidays package does not know of a country: shortened working days, and which decree moved days off.

Facts written by us from laws and decrees, one file per country. How to add a year: docs/calendars.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from servicedesk.sla.facts import ru
from servicedesk.sla.facts.year import Year

COUNTRIES: Mapping[str, Mapping[int, Year]] = {"RU": ru.YEARS}

DECREED, PROVISIONAL, MISSING = "decreed", "provisional", "missing"


def facts_of(country: str, year: int) -> Year | None:
    return COUNTRIES.get(country, {}).get(year)


def standing(country: str, year: int) -> str | None:
    """How sure the days of a year are: decreed, provisional or missing; None for a country without facts of ours."""
    if country not in COUNTRIES:
        return None
    found = facts_of(country, year)
    if found is None:
        return MISSING
    return PROVISIONAL if found.provisional else DECREED
