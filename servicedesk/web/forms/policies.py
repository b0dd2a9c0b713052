"""The form of a promise in general: for which case, how much time, warnings and steps after a breach. Shape only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Form, FormField, HiddenField, SelectField, StringField, ValidationError

from servicedesk.kernel.text import in_language
from servicedesk.sla.actions.policies import Content
from servicedesk.sla.rules import ESCALATE, METRICS, MOST_STEPS, STEPS, WARN_AT
from servicedesk.web.forms.catalog import PRIORITY_NAMES
from servicedesk.web.forms.choices import listed
from servicedesk.web.forms.rows import FormWithRows, RowList, Rows

STEP_NAMES = {
    "assignee": lazy_gettext("Whoever has the request"),
    "leads": lazy_gettext("Heads of the department"),
    "above": lazy_gettext("Heads of the department above"),
}
_TARGET = {"autocomplete": "off", "maxlength": 40, "placeholder": "8h"}
# Empty rows that are offered for further steps.
SPARE = 2


class StepForm(Form):
    """One step after a breach."""

    after = StringField(lazy_gettext("After"), render_kw={"autocomplete": "off", "maxlength": 40, "placeholder": "2h"})
    to = SelectField(lazy_gettext("Tell"), validate_choice=False)

    def is_blank(self) -> bool:
        return not (self.after.data or "").strip() and not self.to.data

    def step(self) -> dict[str, str]:
        return {"after": (self.after.data or "").strip(), "to": self.to.data or ""}


class PolicyForm(FormWithRows):
    """`seen` is the version that was shown when somebody began to type."""

    lists = (
        Rows("steps", "escalate", "after", lazy_gettext("After a breach"), lazy_gettext("Step %(number)d, %(field)s")),
    )

    seen = HiddenField()
    request_type = SelectField(lazy_gettext("Kind of request"), validate_choice=False)
    priority = SelectField(lazy_gettext("Priority"), validate_choice=False)
    first_reply = StringField(lazy_gettext("First reply"), render_kw=_TARGET)
    reply = StringField(lazy_gettext("Reply"), render_kw=_TARGET)
    resolution = StringField(lazy_gettext("Resolution"), render_kw=_TARGET)
    stay = StringField(lazy_gettext("Stay"), render_kw=_TARGET)
    calendar = SelectField(lazy_gettext("Counted by the hours of"), validate_choice=False)
    warn_at = StringField(
        lazy_gettext("Warn at these percents of the time"), render_kw={"autocomplete": "off", "maxlength": 100},
        description=lazy_gettext("Numbers from 1 to 99 with commas between; empty for no warning."),
    )  # fmt: skip
    steps = RowList(FormField(StepForm), max_entries=MOST_STEPS + SPARE)

    def validate_warn_at(self, field: Any) -> None:
        if not all(word.isascii() and word.isdecimal() and len(word) < 6 for word in _words(field.data)):
            raise ValidationError(gettext("Write percents as numbers with commas between, like 75, 90."))

    def offer(self, request_types: Iterable[Any], calendars: Iterable[Any], language: str) -> None:
        """Kinds of requests and calendars for the lists, and spare rows for steps."""
        types = ((str(row.id), in_language(row.name, language)) for row in request_types)
        self.request_type.choices = listed([("", gettext("Any")), *types])
        self.priority.choices = listed([("", gettext("Any")), *PRIORITY_NAMES.items()])
        self.calendar.choices = listed(
            [("", gettext("The department")), *((str(row.id), row.key) for row in calendars)]
        )
        spare = sum(entry.form.is_blank() for entry in self.steps)
        for _ in range(min(SPARE - spare, MOST_STEPS + SPARE - len(self.steps))):
            self.steps.append_entry()
        for entry in self.steps:
            entry.form.to.choices = listed([("", gettext("Nobody")), *((key, STEP_NAMES[key]) for key in STEPS)])

    def request_type_id(self) -> int | None:
        """None for any; 0, which is no kind of request, for what is not a number."""
        return _number(self.request_type.data)

    def content(self) -> Content:
        """What was typed. Only after the form was found valid."""
        said = {metric: (self[metric].data or "").strip() for metric in METRICS}
        return Content(
            targets={metric: text for metric, text in said.items() if text},
            warn_at=[int(word) for word in _words(self.warn_at.data)],
            escalate=[entry.form.step() for entry in self.filled_rows()], calendar_id=_number(self.calendar.data),
        )  # fmt: skip


def filled(shown: Any | None) -> PolicyForm:
    """A form that says what a policy says; for a new one what is usual."""
    row = shown.row if shown is not None else None
    percents, steps = (row.warn_at, row.escalate) if row is not None else (WARN_AT, ESCALATE)
    return PolicyForm(formdata=None, data={
        "seen": shown.number if shown is not None else 0, **(row.targets if row is not None else {}),
        "warn_at": ", ".join(str(percent) for percent in sorted(percents)), "steps": [dict(step) for step in steps],
        "calendar": str(row.calendar_id or "") if row is not None else "",
    })  # fmt: skip


def _words(text: str | None) -> list[str]:
    return [word for word in re.split(r"[\s,;%]+", text or "") if word]


def _number(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
