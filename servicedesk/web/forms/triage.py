"""The form of who does not know whom to ask: two fields."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from servicedesk.tickets.rules import SUBJECT_LENGTH, TEXT_LENGTH


class UnknownForm(FlaskForm):
    """`key` makes that it is sent once."""

    class Meta:
        csrf = False

    key = HiddenField()
    subject = StringField(
        _l("What do you need?"),
        [InputRequired(_l("Say in a few words what it is about.")), Length(max=SUBJECT_LENGTH)],
        render_kw={"maxlength": SUBJECT_LENGTH, "autocomplete": "off"},
    )
    description = TextAreaField(_l("Description"), [Length(max=TEXT_LENGTH)], render_kw={"rows": 7})

    def values(self) -> dict[str, Any]:
        return {"subject": self.subject.data or "", "description": self.description.data or ""}
