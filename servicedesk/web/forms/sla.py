"""The filter of the list of broken promises, and the reason a lead gives. Shape only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import N_
from servicedesk.reports.rules import bounds, is_month


class ReasonForm(FlaskForm):
    """What is allowed is said by the rules of promises."""

    code = StringField(lazy_gettext("Reason"))
    text = TextAreaField(lazy_gettext("What happened"))
    excused = BooleanField(lazy_gettext("Excused: shown and counted apart"))


@dataclass(frozen=True)
class BreachFilter:
    """What the address asks for. `month` goes before `since` and `until`, which are days."""

    department: str = ""
    month: str = ""
    since: date | None = None
    until: date | None = None
    unexplained: bool = False

    def instants(self, company_zone: str, own_zone: str) -> tuple[datetime | None, datetime | None]:
        """The half-open interval in time: a month as the company counts it, days as the reader does."""
        if self.month:
            return bounds(self.month, company_zone)
        zone = ZoneInfo(own_zone)
        begin = datetime.combine(self.since, time(), zone) if self.since else None
        return begin, datetime.combine(self.until + timedelta(days=1), time(), zone) if self.until else None

    def as_query(self) -> dict[str, Any]:
        """The same as an address writes it, without what is not asked for."""
        texts = {"department": self.department, "month": self.month, "unexplained": "1" if self.unexplained else ""}
        days = {
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
        }
        return {name: text for name, text in (texts | days).items() if text}


def asked(query: Mapping[str, str]) -> BreachFilter:
    """Raises `Invalid` for a month or day that is none."""
    month = query.get("month", "")
    if month and not is_month(month):
        raise Invalid(N_("A month is written as year and number, like 2026-04."))
    return BreachFilter(
        query.get("department", ""), month, _day(query.get("from", "")), _day(query.get("to", "")),
        query.get("unexplained", "") in ("1", "true"),
    )  # fmt: skip


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not 1970 <= found.year < 9000:
        raise Invalid(N_("A day is written as year, month and day, like 2026-04-30."))
    return found
