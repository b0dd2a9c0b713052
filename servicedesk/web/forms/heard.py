"""Forms with which a lead answers a low rating. Shape only."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField

from servicedesk.reports.actions.improving import LONGEST_IMPROVEMENT, LONGEST_TITLE

_LONG = {"rows": 3, "maxlength": LONGEST_IMPROVEMENT}


class ReplyForm(FlaskForm):
    said = TextAreaField(lazy_gettext("What was heard, in your words"), render_kw=_LONG)
    quote = BooleanField(lazy_gettext("Quote the comment; everybody will read it"))
    title = StringField(lazy_gettext("What we change"), render_kw={"maxlength": LONGEST_TITLE})
    did = TextAreaField(lazy_gettext("What is different already"), render_kw=_LONG)


class NoteForm(FlaskForm):
    note = TextAreaField(lazy_gettext("Note"), render_kw=_LONG)
