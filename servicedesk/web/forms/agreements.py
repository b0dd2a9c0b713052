"""The form in which an agreement is proposed: texts, days and any number of promises. Shape only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import DateField, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from servicedesk.kernel.text import in_language
from servicedesk.sla.agreement_rules import LONGEST_NOTE, LONGEST_TEXT, MOST_LINES, Line, Terms
from servicedesk.sla.rules import METRICS
from servicedesk.web.forms.catalog import PRIORITY_NAMES
from servicedesk.web.forms.choices import listed
from servicedesk.web.forms.rows import FormWithRows, RowList, Rows

_TARGET = {"autocomplete": "off", "maxlength": 40, "placeholder": "8h"}
_NO_DAY = lazy_gettext("Enter a day.")


class PairForm(FlaskForm):
    """Which two departments; asked by GET, so it has no token."""

    class Meta:
        csrf = False

    supplier = SelectField(lazy_gettext("Supplier"), validate_choice=False)
    customer = SelectField(lazy_gettext("Customer"), validate_choice=False)

    def offer(self, departments: Iterable[tuple[str, str]]) -> None:
        """`departments` are (key, name)."""
        self.supplier.choices = self.customer.choices = listed(
            [("", gettext("Choose a department …")), *departments]
        )  # fmt: skip


class LineForm(Form):
    """One promise of an agreement."""

    request_type = SelectField(lazy_gettext("Kind of request"), validate_choice=False)
    priority = SelectField(lazy_gettext("Priority"), validate_choice=False)
    first_reply = StringField(lazy_pgettext("promise", "First reply"), render_kw=_TARGET)
    reply = StringField(lazy_pgettext("promise", "Reply"), render_kw=_TARGET)
    resolution = StringField(lazy_pgettext("promise", "Resolution"), render_kw=_TARGET)
    stay = StringField(lazy_pgettext("promise", "Stay"), render_kw=_TARGET)

    def is_blank(self) -> bool:
        return not any((field.data or "").strip() for field in self)

    def line(self) -> Line:
        said = {metric: (self[metric].data or "").strip() for metric in METRICS}
        targets = {metric: text for metric, text in said.items() if text}
        return Line(self.request_type.data or None, self.priority.data or None, targets)


class AgreementForm(FormWithRows):
    """A proposal. `seen` is the number of the newest version that the writer knows, 0 for none."""

    lists = (
        Rows("promises", "promises", "resolution", lazy_gettext("Promises"), lazy_gettext("Promise %(number)d, %(field)s")),
    )  # fmt: skip

    seen = HiddenField()
    services = TextAreaField(
        lazy_gettext("Services"), description=lazy_gettext("What the supplier does for the customer."),
        render_kw={"rows": 4, "maxlength": LONGEST_TEXT},
    )  # fmt: skip
    mission = TextAreaField(
        lazy_gettext("Purpose"), description=lazy_gettext("What the customer can do because of it."),
        render_kw={"rows": 3, "maxlength": LONGEST_TEXT},
    )  # fmt: skip
    promises = RowList(FormField(LineForm), min_entries=1, max_entries=MOST_LINES + 1)
    customer_provides = TextAreaField(
        lazy_gettext("What the customer provides"),
        description=lazy_gettext("What the supplier needs so that the promises can be kept."),
        render_kw={"rows": 3, "maxlength": LONGEST_TEXT},
    )  # fmt: skip
    calendar = SelectField(lazy_gettext("Hours by which the promises are counted"), validate_choice=False)
    valid_from = DateField(lazy_gettext("First day"), [InputRequired(_NO_DAY)])
    valid_until = DateField(
        lazy_gettext("Last day"), [Optional()], description=lazy_gettext("Empty: until something else is agreed.")
    )
    review_on = DateField(
        lazy_gettext("To be reviewed on"), [Optional()],
        description=lazy_gettext("Both sides are reminded a month before."),
    )  # fmt: skip

    def offer(self, request_types: Iterable[Any], calendars: Iterable[str], language: str) -> None:
        """The supplier's kinds of requests, and the names of calendars, for the lists."""
        types = listed([("", gettext("Any")), *((row.key, in_language(row.name, language)) for row in request_types)])
        priorities = listed([("", gettext("Any")), *PRIORITY_NAMES.items()])
        self.calendar.choices = listed([("", gettext("The supplier's own")), *((key, key) for key in calendars)])
        for entry in self.promises:
            entry.form.request_type.choices, entry.form.priority.choices = types, priorities

    def add_line(self) -> None:
        if len(self.promises) < MOST_LINES:
            self.promises.append_entry()

    def take_line(self, number: int) -> None:
        """Drop one line and keep the others as they were typed."""
        if number < len(self.promises):
            self.promises.pop_entry(number)
        if not self.promises:
            self.promises.append_entry()

    def terms(self) -> Terms:
        """What was typed, blank lines left out. Only after the form was found valid."""
        return Terms(
            promises=tuple(entry.form.line() for entry in self.filled_rows()), valid_from=self.valid_from.data or date.min,
            valid_until=self.valid_until.data, review_on=self.review_on.data, services=self.services.data or "",
            mission=self.mission.data or "", customer_provides=self.customer_provides.data or "",
            calendar=self.calendar.data or None,
        )  # fmt: skip


class DeclineForm(FlaskForm):
    note = TextAreaField(lazy_gettext("Why not"), render_kw={"rows": 3, "maxlength": LONGEST_NOTE})


def filled(terms: Terms | None, today: date, seen: int) -> AgreementForm:
    """A form that says what `terms` say, from today on where they begin earlier; an empty one without terms."""
    if terms is None:
        return AgreementForm(formdata=None, data={"seen": seen, "valid_from": today, "promises": [{}]})
    begins = max(terms.valid_from, today)
    lines = [
        {"request_type": line.request_type or "", "priority": line.priority or "", **line.targets}
        for line in terms.promises
    ]
    return AgreementForm(formdata=None, data={
        "seen": seen, "services": terms.services, "mission": terms.mission, "customer_provides": terms.customer_provides,
        "calendar": terms.calendar or "", "valid_from": begins, "promises": lines,
        "valid_until": terms.valid_until if terms.valid_until and terms.valid_until >= begins else None,
        "review_on": terms.review_on if terms.review_on and terms.review_on >= begins else None,
    })  # fmt: skip
