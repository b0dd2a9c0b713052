"""Form of a correction of a report. Shape only."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

_LONG = {"rows": 3, "maxlength": 2000}


class CorrectionForm(FlaskForm):
    reason = TextAreaField(lazy_gettext("What is corrected, and why"), [Length(max=2000)], render_kw=_LONG)
