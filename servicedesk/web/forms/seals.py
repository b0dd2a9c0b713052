"""The form by which an administrator opens a confidential request."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired


class SealForm(FlaskForm):
    number = StringField(lazy_gettext("Number of the request"), [InputRequired(lazy_gettext("Enter its number."))])
    reason = TextAreaField(lazy_gettext("Reason"), [InputRequired(lazy_gettext("Say why you need to read it."))])

    def ticket_id(self) -> int:
        """As "1042" or "#1042"; 0 for what is no number."""
        text = (self.number.data or "").strip().removeprefix("#")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
