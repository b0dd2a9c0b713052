"""Forms of absences: one entry, and a file of many. Shape only."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from servicedesk.people.absence_rules import NOTE_LENGTH, is_midnight, last_day
from servicedesk.web.forms.choices import listed

_NO_DAY = _l("Enter a day.")
_TIME = {"autocomplete": "off"}


class AbsenceForm(FlaskForm):
    """`first` and `last` are whole days; a time beside them makes them exact. Refusals of the slice come as from and to."""

    person = StringField(_l("Who is away"), [Length(max=254)])
    first = DateField(_l("First day"), [InputRequired(_NO_DAY)])
    first_time = TimeField(_l("From (time)"), [Optional()], render_kw=_TIME)
    last = DateField(_l("Last day"), [InputRequired(_NO_DAY)])
    last_time = TimeField(_l("Until (time)"), [Optional()], render_kw=_TIME)
    substitute = StringField(
        _l("Who stands in"), [Length(max=254)], description=_l("Name or address. Empty: the team hears instead.")
    )
    note = StringField(
        _l("Note"), [Length(max=NOTE_LENGTH)], description=_l("For your team alone. Requesters never see it.")
    )

    def begin(self, zone: str) -> date | datetime:
        return _exact(self.first.data or date.min, self.first_time.data, zone)

    def end(self, zone: str) -> date | datetime:
        return _exact(self.last.data or date.min, self.last_time.data, zone)

    def put(self, name: str, sentence: str) -> bool:
        """Show a refusal at its field; False where there is no such field."""
        field = self._fields.get({"from": "first", "to": "last"}.get(name, name))
        if field is None:
            return False
        field.errors = [*field.errors, sentence]
        return True


class ImportForm(FlaskForm):
    """A file of absences, and of a calendar also whose it is."""

    kind = SelectField(
        _l("What the file is"), choices=listed([("csv", _l("Table (CSV)")), ("ical", _l("Calendar of one person (.ics)"))])
    )  # fmt: skip
    person = StringField(
        _l("Whose calendar"), [Length(max=254)], description=_l("Name or address; of a table it stands in each row.")
    )
    file = FileField(_l("File"))
    text = TextAreaField(_l("Or its text"), render_kw={"rows": 4})


def filled(row: Any, zone: str) -> AbsenceForm:
    """The form of an entry as it stands."""
    wall = ZoneInfo(zone)
    begins, ends = row.begins_at.astimezone(wall), row.ends_at.astimezone(wall)
    whole = is_midnight(row.ends_at, zone)
    return AbsenceForm(formdata=None, data={
        "person": row.person.name, "first": begins.date(), "last": last_day(row.ends_at, zone) if whole else ends.date(),
        "first_time": None if is_midnight(row.begins_at, zone) else begins.time(), "last_time": None if whole else ends.time(),
        "substitute": row.substitute.name if row.substitute else "", "note": row.note,
    })  # fmt: skip


def _exact(day: date, at: time | None, zone: str) -> date | datetime:
    return day if at is None or not 1970 <= day.year <= 9000 else datetime.combine(day, at, ZoneInfo(zone))
