"""Form of a department's page: what it says of itself. Shape only."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from servicedesk.kernel.text import LANGUAGES
from servicedesk.people.rules import is_address

_LONG = {"rows": 3, "maxlength": 2000}


class AboutForm(FlaskForm):
    """Mission and whom the department serves, in both languages."""

    mission_ru = TextAreaField(lazy_gettext("Mission, in Russian"), [Length(max=2000)], render_kw=_LONG)
    mission_en = TextAreaField(lazy_gettext("Mission, in English"), [Length(max=2000)], render_kw=_LONG)
    customers_ru = TextAreaField(lazy_gettext("Whom we serve, in Russian"), [Length(max=2000)], render_kw=_LONG)
    customers_en = TextAreaField(lazy_gettext("Whom we serve, in English"), [Length(max=2000)], render_kw=_LONG)
    email = StringField(lazy_gettext("Address for letters"), [Length(max=254)], render_kw={"inputmode": "email"})

    def validate_email(self, field: Any) -> None:
        if (field.data or "").strip() and not is_address(field.data.strip()):
            raise ValidationError(gettext("This is not an e-mail address."))

    @classmethod
    def of(cls, department: Any) -> AboutForm:
        texts = {"mission": department.mission, "customers": department.customers}
        given = {f"{name}_{key}": names.get(key, "") for name, names in texts.items() for key in LANGUAGES}
        return cls(formdata=None, data=given | {"email": department.email or ""})

    def values(self) -> dict[str, Any]:
        said = {name: (field.data or "").strip() for name, field in self._fields.items()}
        texts = {
            name: {key: said[f"{name}_{key}"] for key in LANGUAGES if said[f"{name}_{key}"]}
            for name in ("mission", "customers")
        }
        return texts | {"email": said["email"].lower() or None}
