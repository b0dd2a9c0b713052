"""Forms of one's own account."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone_location
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from servicedesk.kernel.text import LANGUAGES
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


# The page saves one part at a time: what it is called there, and its fields. A form without a part is all of them.
PARTS = {
    "you": ("name", "topics", "thanks_name"),
    "speech": ("language", "timezone"),
    "screen": ("theme", "start_page", "keys_on"),
    "reports": ("report_as_pdf",),
}


class ZoneField(StringField):
    """A time zone by its name, `Europe/Moscow`, or by its city in either language; empty is that of the company."""

    data: str | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            text = " ".join(str(valuelist[0]).split())
            self.data = _by_city().get(text.casefold(), text)

    def pre_validate(self, form: Any) -> None:
        if self.data and self.data not in available_timezones():
            raise ValidationError(
                lazy_gettext("There is no such time zone. Choose one of the list, or leave it empty.")
            )


class AccountForm(FlaskForm):
    part = HiddenField()
    name = StringField(lazy_gettext("Name"), [DataRequired(lazy_gettext("Enter your name.")), Length(max=200)])
    topics = TopicsField(
        lazy_gettext("What I answer"),
        description=lazy_gettext("One topic a line, in the words colleagues use. They find you by them."),
        render_kw={"rows": 4, "maxlength": 2000},
    )
    language = SelectField(lazy_gettext("Language"), choices=listed([("ru", "Русский"), ("en", "English")]))
    timezone = ZoneField(
        lazy_gettext("Time zone"),
        render_kw={"list": "zones", "autocomplete": "off", "spellcheck": "false", "maxlength": 64},
    )
    theme = RadioField(
        lazy_gettext("Appearance"),
        choices=listed(
            [
                ("system", lazy_gettext("As the system says")),
                ("light", lazy_gettext("Always light")),
                ("dark", lazy_gettext("Always dark")),
            ]
        ),
    )
    start_page = RadioField(
        lazy_gettext("After signing in"),
        choices=listed([("home", lazy_gettext("The home page")), ("queue", lazy_gettext("The queue"))]),
        validators=[Optional()],
    )
    keys_on = BooleanField(
        lazy_gettext("Single keys do something"),
        description=lazy_gettext(
            "Such as j and k to walk through a list; the question mark shows all of them. Never while you type."
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

    def keep_part(self) -> str:
        """Leave only the fields of the part that was sent; its name, empty where all of them were."""
        part = self.part.data if self.part.data in PARTS else ""
        for name in [name for name in self._fields if part and name != "part" and name not in PARTS[part]]:
            if name != "csrf_token":
                del self[name]
        return part or ""

    def take(self, refused: AccountForm) -> None:
        """Show the fields of a refused form in the place of one's own."""
        for name, field in refused._fields.items():
            self._fields[name] = field
            setattr(self, name, field)

    def values(self) -> dict[str, Any]:
        given = {name: field.data for name, field in self._fields.items() if name not in ("part", "csrf_token")}
        if "name" in given:
            given["name"] = (given["name"] or "").strip()
        if "timezone" in given:
            given["timezone"] = given["timezone"] or None
        if "topics" in given:
            given["topics"] = self.topics.topics()
        # What has a default and was not sent stays as it is.
        return {
            name: value
            for name, value in given.items()
            if not (name in ("thanks_name", "start_page", "topics") and (value is None or value == ""))
        }


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


# Other names of zones that are called after a city as well.
_TECHNICAL = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")


@cache
def cities() -> tuple[str, ...]:
    """Zones named after a place; not the technical ones."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(_TECHNICAL)))


@cache
def zones_named(language: str) -> tuple[tuple[str, str], ...]:
    """Each zone with its city in the language, by city."""
    named = [(zone, get_timezone_location(ZoneInfo(zone), locale=language, return_city=True)) for zone in cities()]
    return tuple(sorted(named, key=lambda pair: (pair[1], pair[0])))


@cache
def _by_city() -> dict[str, str]:
    """Zones by what people may type; a name that several cities have is none of them."""
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for zone, city in zones_named(language):
            for name in {city.casefold(), zone.casefold(), zone.casefold().replace("_", " ")}:
                found.setdefault(name, set()).add(zone)
    return {name: next(iter(zones)) for name, zones in found.items() if len(zones) == 1}
