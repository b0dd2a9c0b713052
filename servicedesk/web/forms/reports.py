"""Form of a correction of a report. Shape only."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

_NO_REASON = lazy_gettext("Say what is corrected: whoever read the issue before will ask.")
_LONG = {"rows": 3, "maxlength": 2000}


class CorrectionForm(FlaskForm):
    reason = TextAreaField(
        lazy_gettext("What is corrected, and why"), [DataRequired(_NO_REASON), Length(max=2000)], render_kw=_LONG
    )
