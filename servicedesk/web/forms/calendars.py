"""The form of a calendar: texts as people type them, read into the plain values that the action takes.

Faults of the reading and of the action stand at the same fields; `faults` lists them for the summary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import FieldList, FileField, Form, FormField, HiddenField, SelectField, StringField, TextAreaField

from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.text import LANGUAGES
from servicedesk.sla.hours import read_hours, write_hours
from servicedesk.web.calendar_year import WEEKDAYS
from servicedesk.web.errors import sentence_of
from servicedesk.web.forms.choices import listed

BLANK_ROWS = 3
MOST_ROWS = 1000
# Stands for hours that could not be read, so that the rest is checked as well.
_SOME_HOURS = [["09:00", "18:00"]]


class DayForm(Form):
    """A date with hours of its own. `mark` says what an import made of it: new or changed."""

    date = StringField(lazy_gettext("Date"))
    hours = StringField(lazy_gettext("Hours"))
    name_ru = StringField(lazy_gettext("Name in Russian"))
    name_en = StringField(lazy_gettext("Name in English"))
    mark = HiddenField()

    @property
    def is_blank(self) -> bool:
        return not any((self[name].data or "").strip() for name in ("date", "hours", "name_ru", "name_en"))


class CalendarForm(FlaskForm):
    key = StringField(lazy_gettext("Key"))
    version = HiddenField()
    timezone = StringField(lazy_gettext("Time zone"))
    mon = StringField(lazy_gettext("Monday"))
    tue = StringField(lazy_gettext("Tuesday"))
    wed = StringField(lazy_gettext("Wednesday"))
    thu = StringField(lazy_gettext("Thursday"))
    fri = StringField(lazy_gettext("Friday"))
    sat = StringField(lazy_gettext("Saturday"))
    sun = StringField(lazy_gettext("Sunday"))
    holidays = SelectField(lazy_gettext("Holidays of"), validate_choice=False)
    exceptions = FieldList(FormField(DayForm), max_entries=MOST_ROWS)
    file = FileField(lazy_gettext("iCalendar file (.ics)"))
    pasted = TextAreaField(lazy_gettext("or its text"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.faults: list[tuple[str, str, str]] = []
        # What is said of the week or of the dates as a whole, by the id of their heading.
        self.of_all: dict[str, str] = {}

    def offer_countries(self, countries: Iterable[tuple[str, str]]) -> None:
        offered = [("", gettext("no country")), *countries]
        sent = self.holidays.data or ""
        # What was sent stays chosen, so that the refusal stands beside it.
        unknown = [] if any(code == sent for code, _name in offered) else [(sent, sent)]
        self.holidays.choices = listed([*offered, *unknown])

    @property
    def expected(self) -> int:
        """The number of the version that was edited, 0 for a new calendar."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def values(self) -> dict[str, Any]:
        """What was typed as the action takes it. What cannot be read is noted at its field and replaced by some hours."""
        week = {day: self._hours(self[day]) for day in WEEKDAYS}
        exceptions: dict[str, Any] = {}
        names: dict[str, Any] = {}
        for row in self._rows():
            day = (row.date.data or "").strip()
            if not day:
                self.note(row.date, gettext("Say which date this is about, or empty the row."))
                continue
            if day in exceptions:
                self.note(row.date, gettext("This date stands twice."))
                continue
            exceptions[day] = self._hours(row.hours)
            said = {language: (row[f"name_{language}"].data or "").strip() for language in LANGUAGES}
            if any(said.values()):
                names[day] = {language: text for language, text in said.items() if text}
        return {
            "timezone": (self.timezone.data or "").strip(), "week": {day: week[day] for day in WEEKDAYS},
            "holidays": self.holidays.data or None, "exceptions": exceptions, "names": names,
        }  # fmt: skip

    def note(self, field: Any, sentence: str) -> None:
        field.errors = [*field.errors, sentence]
        self.faults.append((field.id, str(field.label.text), sentence))

    def put(self, refusal: Invalid) -> None:
        """Show the action's refusals at the fields that they are about, once each."""
        for name, fault in refusal.fields.items():
            self._put(name, fault)

    def _put(self, name: str, fault: DeskError) -> None:
        subject, _, day = name.partition("-")
        field: Any = None
        if subject in ("exceptions", "names") and day:
            row = next((row for row in self._rows() if (row.date.data or "").strip() == day), None)
            if row is not None:
                wrong_date = subject == "exceptions" and not _is_date(day)
                field = row.date if wrong_date else row.hours if subject == "exceptions" else row.name_en
        elif subject == "week" and day in WEEKDAYS:
            field = self[day]
        elif subject in ("key", "timezone", "holidays"):
            field = self[subject]
        if field is not None:
            self.note(field, sentence_of(fault))
            return
        heading, label = (
            ("days", gettext("Days that differ")) if subject == "exceptions" else ("week", gettext("Usual week"))
        )
        self.of_all[heading] = sentence_of(fault)
        self.faults.append((heading, label, sentence_of(fault)))

    def append_rows(self, count: int = BLANK_ROWS) -> None:
        for _number in range(count):
            self.exceptions.append_entry({})

    def take_days(self, days: Mapping[date, str]) -> dict[str, int]:
        """Put imported closed days into the rows; how many are new, changed, and there already."""
        rows = {(row.date.data or "").strip(): row for row in self._rows()}
        counts = {"new": 0, "changed": 0, "same": 0}
        for day, name in sorted(days.items()):
            row = rows.get(day.isoformat())
            state = "new" if row is None else "same" if _is_same(row, name) else "changed"
            counts[state] += 1
            if row is None:
                row = self.exceptions.append_entry({"date": day.isoformat(), "hours": ""}).form
            if state != "same":
                row.hours.data, row.mark.data = "", state
                if name:
                    row[_field_of(name)].data = name
        return counts

    def drop_blank_rows(self) -> None:
        """Rows are numbered anew, so that those that were emptied are gone."""
        kept = [{name: row[name].data for name in row._fields} for row in self._rows()]
        while self.exceptions.entries:
            self.exceptions.pop_entry()
        for values in kept:
            self.exceptions.append_entry(values)

    def _rows(self) -> list[Any]:
        return [entry.form for entry in self.exceptions if not entry.form.is_blank]

    def _hours(self, field: Any) -> Any:
        try:
            return read_hours(field.data or "")
        except DeskError as fault:
            self.note(field, sentence_of(fault))
            return _SOME_HOURS


def filled(version: Any, country_list: Iterable[tuple[str, str]], key: str = "", number: int = 0) -> CalendarForm:
    """The form of a version (or draft) that is there, with blank rows behind."""
    rows = [
        {"date": day, "hours": write_hours(hours)}
        | {f"name_{language}": version.own_names.get(day, {}).get(language, "") for language in LANGUAGES}
        for day, hours in sorted(version.own_exceptions.items())
    ]
    data = {
        "key": key, "version": str(number), "timezone": version.timezone, "holidays": version.holidays or "",
        "exceptions": rows,
    } | {day: write_hours(version.week.get(day, [])) for day in WEEKDAYS}  # fmt: skip
    form = CalendarForm(formdata=None, data=data)
    form.offer_countries(country_list)
    form.append_rows()
    return form


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == 10
    except ValueError:
        return False


def _is_same(row: Any, name: str) -> bool:
    return not (row.hours.data or "").strip() and (not name or name in (row.name_ru.data, row.name_en.data))


def _field_of(name: str) -> str:
    """A calendar names its days in one language; Cyrillic letters tell which."""
    return "name_ru" if any("а" <= letter <= "я" or letter == "ё" for letter in name.lower()) else "name_en"
