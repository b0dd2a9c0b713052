"""The form of a prepared reply. Shape only: what one may be is said by the workbench."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from servicedesk.kernel.text import LANGUAGES
from servicedesk.web.forms.choices import listed
from servicedesk.web.forms.tickets import KINDS
from servicedesk.workbench.actions import Prepared
from servicedesk.workbench.rules import LONGEST_TITLE

_TITLE = {"maxlength": LONGEST_TITLE, "autocomplete": "off"}


class CannedForm(FlaskForm):
    """Both languages of a reply; `version` is the row's when the page was made."""

    version = HiddenField()
    shortcut = StringField(
        _l("Shortcut"),
        render_kw={"maxlength": 40, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
        description=_l("One word, typed after a slash: /thanks"),
    )
    title_ru = StringField(_l("Name, in Russian"), render_kw=_TITLE)
    title_en = StringField(_l("Name, in English"), render_kw=_TITLE)
    text_ru = TextAreaField(_l("Text, in Russian"), render_kw={"rows": 6})
    text_en = TextAreaField(_l("Text, in English"), render_kw={"rows": 6})
    kind = SelectField(
        _l("What it is meant for"),
        choices=listed([("", _l("Whatever is chosen")), *KINDS.items()]),
        validate_choice=False,
    )

    @classmethod
    def of(cls, row: Any) -> CannedForm:
        texts = {"title": row.title, "text": row.text}
        given = {f"{name}_{key}": said.get(key, "") for name, said in texts.items() for key in LANGUAGES}
        return cls(
            formdata=None, data={**given, "shortcut": row.shortcut, "kind": row.kind or "", "version": row.version}
        )

    def said(self) -> Prepared:
        given = {name: (field.data or "").strip() for name, field in self._fields.items() if name != "version"}
        title, text = ({key: given[f"{name}_{key}"] for key in LANGUAGES} for name in ("title", "text"))
        return Prepared(given["shortcut"].removeprefix("/"), title, text, given["kind"] or None)

    def version_seen(self) -> int | None:
        number = str(self.version.data or "")
        return int(number) if number.isdecimal() and len(number) < 10 else None
