"""The filter of the list of broken promises, and the reason a lead gives. Shape only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import N_
from servicedesk.reports.rules import bounds, is_month
from servicedesk.sla.queries import BreachFilter
from servicedesk.sla.rules import BALLS, BREACH_REASONS, METRICS, STANDINGS


class ReasonForm(FlaskForm):
    """What is allowed is said by the rules of promises."""

    code = StringField(lazy_gettext("Reason"))
    text = TextAreaField(lazy_gettext("What happened"))
    excused = BooleanField(lazy_gettext("Excused: shown and counted apart"))
    # Which reason was there when somebody began to write.
    seen = HiddenField()


class ReasonsForm(ReasonForm):
    """One reason for several; `chosen` gives the rows."""

    ids = StringField(lazy_gettext("Broken promises"))

    def chosen(self) -> list[int]:
        """The numbers of the rows that are ticked, each once; what is no number is passed over."""
        return list(dict.fromkeys(int(text) for text in self.ids.raw_data or () if _is_number(text)))


@dataclass(frozen=True)
class BreachQuery:
    """What the address asks for. `month` goes before `since` and `until`, which are days; `assignee` is a person's
    number or "none". Empty texts ask for nothing."""

    department: str = ""
    month: str = ""
    since: date | None = None
    until: date | None = None
    metric: str = ""
    standing: str = ""
    reason: str = ""
    ball: str = ""
    assignee: str = ""

    def narrowed(self, department_id: int | None, company_zone: str, own_zone: str) -> BreachFilter:
        """The same for the slice: a month as the company counts it, days as the reader does."""
        since, until = self._instants(company_zone, own_zone)
        return BreachFilter(
            department_id, since, until, metric=self.metric or None, standing=self.standing or None,
            reason=self.reason or None, ball=self.ball or None, unassigned=self.assignee == "none",
            assignee_id=int(self.assignee) if self.assignee.isdecimal() else None,
        )  # fmt: skip

    def as_query(self, **changes: Any) -> dict[str, Any]:
        """The same, with changes, as an address writes it: without what is not asked for."""
        changed = replace(self, **changes)
        values = {field.name: getattr(changed, field.name) for field in fields(changed)}
        return {
            _NAMES.get(name, name): value.isoformat() if isinstance(value, date) else value
            for name, value in values.items()
            if value
        }

    def _instants(self, company_zone: str, own_zone: str) -> tuple[datetime | None, datetime | None]:
        if self.month:
            return bounds(self.month, company_zone)
        zone = ZoneInfo(own_zone)
        begin = datetime.combine(self.since, time(), zone) if self.since else None
        return begin, datetime.combine(self.until + timedelta(days=1), time(), zone) if self.until else None


# What the fields are called in an address.
_NAMES = {"since": "from", "until": "to"}
_KNOWN = {"metric": METRICS, "standing": STANDINGS, "reason": BREACH_REASONS, "ball": BALLS}


def asked(query: Mapping[str, str]) -> BreachQuery:
    """Raises `Invalid` for a month or day that is none, and for words that are not known."""
    month = query.get("month", "")
    if month and not is_month(month):
        raise Invalid(N_("A month is written as year and number, like 2026-04."))
    words = {name: query.get(name, "") for name in _KNOWN}
    if query.get("unexplained", "") in ("1", "true"):
        words["standing"] = "unexplained"
    assignee = query.get("assignee", "")
    if any(word and word not in _KNOWN[name] for name, word in words.items()) or not (
        assignee in ("", "none") or _is_number(assignee)
    ):
        raise Invalid(N_("This filter is not known; choose one of the list."))
    return BreachQuery(
        query.get("department", ""), month, _day(query.get("from", "")), _day(query.get("to", "")), assignee=assignee,
        **words,
    )  # fmt: skip


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


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
