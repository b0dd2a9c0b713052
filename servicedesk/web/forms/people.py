"""Forms of sign-in and of one's own account."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from servicedesk.people.rules import SCOPES
from servicedesk.web.forms.choices import listed

SCOPE_NAMES = {
    "tickets:read": lazy_gettext("Read requests"),
    "tickets:write": lazy_gettext("File and change requests"),
    "reports:read": lazy_gettext("Read reports"),
    "people:read": lazy_gettext("Read people and departments"),
    "setup:write": lazy_gettext("Change calendars"),
}


class SelectMultipleCheckField(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SignInForm(FlaskForm):
    email = EmailField(
        lazy_gettext("E-mail"), [InputRequired(lazy_gettext("Enter your e-mail address.")), Length(max=254)]
    )
    password = PasswordField(
        lazy_gettext("Password"), [InputRequired(lazy_gettext("Enter your password.")), Length(max=1000)]
    )
    next = HiddenField()


class TopicsField(TextAreaField):
    """What a person answers, one topic a line; how many and how long is said by people."""

    def topics(self) -> list[str] | None:
        """None where the field was not sent."""
        if self.data is None:
            return None
        lines = (" ".join(line.split()) for line in str(self.data).splitlines())
        return list(dict.fromkeys(line for line in lines if line))


def in_lines(topics: Iterable[str]) -> str:
    return "\n".join(topics)


class AccountForm(FlaskForm):
    name = StringField(lazy_gettext("Name"), [DataRequired(lazy_gettext("Enter your name.")), Length(max=200)])
    topics = TopicsField(
        lazy_gettext("What I answer"),
        description=lazy_gettext("One topic a line, in the words colleagues use. They find you by them."),
        render_kw={"rows": 4, "maxlength": 2000},
    )
    language = SelectField(lazy_gettext("Language"), choices=listed([("ru", "Русский"), ("en", "English")]))
    timezone = SelectField(lazy_gettext("Time zone"))
    theme = SelectField(
        lazy_gettext("Appearance"),
        choices=listed(
            [
                ("system", lazy_gettext("As the system says")),
                ("light", lazy_gettext("Always light")),
                ("dark", lazy_gettext("Always dark")),
            ]
        ),
    )

    thanks_name = RadioField(
        lazy_gettext("Who is told that a note of thanks is for you"),
        choices=listed(
            [
                ("me", lazy_gettext("Nobody but me")),
                ("lead", lazy_gettext("Me and the heads of my department")),
                ("all", lazy_gettext("Everybody: the department's page and report name me")),
            ]
        ),
        validators=[Optional()],
    )
    report_as_pdf = BooleanField(
        lazy_gettext("Attach the report as PDF"),
        description=lazy_gettext("To the mail that tells of a closed month."),
    )

    def offer_zones(self, company: str, own: str | None) -> None:
        """The company's zone first, then all others by name."""
        named = [zone for zone in {*cities(), own} if zone]
        self.timezone.choices = listed([("", company), *((zone, zone.replace("_", " ")) for zone in sorted(named))])

    def values(self) -> dict[str, Any]:
        topics = self.topics.topics()
        return {
            "name": (self.name.data or "").strip(), "language": self.language.data, "timezone": self.timezone.data or None,
            "theme": self.theme.data, "report_as_pdf": self.report_as_pdf.data,
            **({"thanks_name": self.thanks_name.data} if self.thanks_name.data else {}),
            **({} if topics is None else {"topics": topics}),
        }  # fmt: skip


class PasswordForm(FlaskForm):
    current = PasswordField(lazy_gettext("Present password"), [Length(max=1000)])
    password = PasswordField(lazy_gettext("New password"), [InputRequired(lazy_gettext("Enter a new password."))])
    again = PasswordField(
        lazy_gettext("New password once more"),
        [
            InputRequired(lazy_gettext("Repeat the new password.")),
            EqualTo("password", lazy_gettext("The two new passwords differ.")),
        ],
    )


class TokenForm(FlaskForm):
    # An id of its own: the name of the person stands on the same page.
    name = StringField(lazy_gettext("What it is for"), [Length(max=100)], id="token-name")
    scope = SelectMultipleCheckField(
        lazy_gettext("What it may do"), choices=listed((scope, SCOPE_NAMES[scope]) for scope in SCOPES)
    )
    until = DateField(lazy_gettext("Valid until"), [Optional()])

    @staticmethod
    def names_of(scopes: Iterable[str]) -> str:
        return ", ".join(str(SCOPE_NAMES[scope]) for scope in scopes if scope in SCOPE_NAMES)


@cache
def cities() -> tuple[str, ...]:
    """Zones named after a place; not the technical ones."""
    return tuple(
        sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    )
