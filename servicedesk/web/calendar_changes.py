"""How two versions of a calendar differ, for a page. Pure: plain values in, rows out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from servicedesk.sla.hours import write_hours
from servicedesk.web.calendar_year import WEEKDAYS

# So many dates are named; of more the number is said.
MOST_NAMED = 40


@dataclass(frozen=True)
class Changes:
    """`zone` and `country` are (before, after) where they differ; `week` maps weekdays to the same, `days` dates.

    Hours are as people write them, None where there was no exception. `names` are dates of which only the name differs.
    """

    zone: tuple[str, str] | None
    country: tuple[str | None, str | None] | None
    week: Mapping[str, tuple[str, str]]
    days: Mapping[str, tuple[str | None, str | None]]
    names: tuple[str, ...]
    more_days: int = 0

    @property
    def any(self) -> bool:
        return bool(self.zone or self.country or self.week or self.days or self.names)


def changes(before: Any, after: Any, since: int) -> Changes:
    """Of two versions, or of a version and a draft: timezone, holidays, week, exceptions and names of both.

    Days before the year `since` are counted, not named, unless somebody gave them hours by hand.
    """
    days = {
        day: (_written(before.exceptions, day), _written(after.exceptions, day))
        for day in sorted(before.exceptions.keys() | after.exceptions.keys())
        if before.exceptions.get(day) != after.exceptions.get(day)
    }
    by_hand = before.own_exceptions.keys() | after.own_exceptions.keys()
    named = [day for day in days if day >= str(since) or day in by_hand]
    shown = {day: days[day] for day in named[:MOST_NAMED]}
    names = sorted(
        day
        for day in before.own_names.keys() | after.own_names.keys()
        if before.own_names.get(day) != after.own_names.get(day) and day not in days
    )
    return Changes(
        zone=(before.timezone, after.timezone) if before.timezone != after.timezone else None,
        country=(before.holidays, after.holidays) if before.holidays != after.holidays else None,
        week={
            day: (write_hours(before.week.get(day, [])), write_hours(after.week.get(day, [])))
            for day in WEEKDAYS
            if list(before.week.get(day, [])) != list(after.week.get(day, []))
        },
        days=shown, names=tuple(names), more_days=len(days) - len(shown),
    )  # fmt: skip


def _written(exceptions: Mapping[str, Any], day: str) -> str | None:
    return write_hours(exceptions[day]) if day in exceptions else None
