"""Forms of sign-in and of one's own account."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, HiddenField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from servicedesk.people.rules import SCOPES

SCOPE_NAMES = {
    "tickets:read": _l("Read requests"),
    "tickets:write": _l("File and change requests"),
    "reports:read": _l("Read reports"),
    "people:read": _l("Read people and departments"),
}


class SelectMultipleCheckField(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SignInForm(FlaskForm):
    email = EmailField(_l("E-mail"), [InputRequired(_l("Enter your e-mail address.")), Length(max=254)])
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password.")), Length(max=1000)])
    next = HiddenField()


class AccountForm(FlaskForm):
    name = StringField(_l("Name"), [DataRequired(_l("Enter your name.")), Length(max=200)])
    language = SelectField(_l("Language"), choices=[("ru", "Русский"), ("en", "English")])
    timezone = SelectField(_l("Time zone"))
    theme = SelectField(
        _l("Appearance"),
        choices=[("system", _l("As the system says")), ("light", _l("Always light")), ("dark", _l("Always dark"))],
    )

    def offer_zones(self, company: str, own: str | None) -> None:
        """The company's zone first, then all others by name."""
        named = [zone for zone in {*cities(), own} if zone]
        self.timezone.choices = [("", company), *((zone, zone.replace("_", " ")) for zone in sorted(named))]

    def values(self) -> dict[str, Any]:
        return {
            "name": (self.name.data or "").strip(), "language": self.language.data, "timezone": self.timezone.data or None,
            "theme": self.theme.data,
        }  # fmt: skip


class PasswordForm(FlaskForm):
    current = PasswordField(_l("Present password"), [Length(max=1000)])
    password = PasswordField(_l("New password"), [InputRequired(_l("Enter a new password."))])
    again = PasswordField(
        _l("New password once more"),
        [InputRequired(_l("Repeat the new password.")), EqualTo("password", _l("The two new passwords differ."))],
    )


class TokenForm(FlaskForm):
    name = StringField(_l("What it is for"), [Length(max=100)])
    scope = SelectMultipleCheckField(_l("What it may do"), choices=[(scope, SCOPE_NAMES[scope]) for scope in SCOPES])
    until = DateField(_l("Valid until"), [Optional()])

    @staticmethod
    def names_of(scopes: Iterable[str]) -> str:
        return ", ".join(str(SCOPE_NAMES[scope]) for scope in scopes if scope in SCOPE_NAMES)


@cache
def cities() -> tuple[str, ...]:
    """Zones named after a place; not the technical ones."""
    return tuple(
        sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    )
