"""The form of the question what another promise would have kept: asked by GET, so that its answer has an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, ValidationError

from servicedesk.kernel.text import in_language
from servicedesk.sla.rules import METRICS, general_target
from servicedesk.sla_engine import Target, TargetError
from servicedesk.web.forms.catalog import PRIORITY_NAMES
from servicedesk.web.forms.choices import listed

METRIC_NAMES = {
    "first_reply": lazy_gettext("First reply"), "reply": lazy_gettext("Reply"),
    "resolution": lazy_gettext("Resolution"), "stay": lazy_gettext("Stay"),
}  # fmt: skip


class WhatIfForm(FlaskForm):
    """Lists refuse what is not in them."""

    class Meta:
        csrf = False

    department = SelectField(lazy_gettext("Department"))
    metric = SelectField(lazy_gettext("Promise"), choices=listed((key, METRIC_NAMES[key]) for key in METRICS), default="resolution")  # fmt: skip
    month = SelectField(lazy_gettext("Month"))
    request_type = SelectField(lazy_gettext("Kind of request"))
    priority = SelectField(lazy_gettext("Priority"))
    target = StringField(
        lazy_gettext("If we had promised"), render_kw={"autocomplete": "off", "maxlength": 40, "placeholder": "8h"},
        description=lazy_gettext("8h or 90m of working time, 3bd for working days, 24h wall round the clock; empty: what was promised."),
    )  # fmt: skip
    calendar = SelectField(lazy_gettext("Counted by the hours of"))
    begun = BooleanField(lazy_gettext("Only what also began in this month"))

    def offer(
        self, departments: Iterable[Any], request_types: Iterable[Any], calendars: Iterable[Any], months: Iterable[tuple[str, str]],
        language: str,
    ) -> None:  # fmt: skip
        """The reader's departments, all of their kinds of requests; months are (month, name)."""
        names = {row.id: in_language(row.name, language) for row in departments}
        self.department.choices = listed((row.key, names[row.id]) for row in departments)
        kinds = [(row.key, f"{names[row.department_id]}: {in_language(row.name, language)}") for row in request_types]
        self.request_type.choices = listed([("", gettext("Any")), *kinds])
        self.priority.choices = listed([("", gettext("Any")), *PRIORITY_NAMES.items()])
        self.calendar.choices = listed([("", gettext("As it was")), *((row.key, row.key) for row in calendars)])
        self.month.choices = listed(months)

    def validate_target(self, field: Any) -> None:
        said = (field.data or "").strip()
        if not said and not self.calendar.data:
            raise ValidationError(gettext("Say another time, or choose other hours below."))
        try:
            target = self.said()
        except TargetError:
            target = Target(0)
        if target is not None and not 0 < target.amount <= 5 * 366 * 86400:
            raise ValidationError(
                gettext("Write it like 8h, 90m, 3bd (working days) or 24h wall (round the clock), up to five years.")
            )

    def said(self) -> Target | None:
        """The other target; None where only the hours change."""
        text = (self.target.data or "").strip()
        return Target.parse(general_target(text)) if text else None
