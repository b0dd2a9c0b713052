"""The form of a request: what every request has, and the fields of its type, built when the page is asked for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from servicedesk.catalog.rules import LONGEST
from servicedesk.kernel.text import in_language
from servicedesk.tickets.rules import SUBJECT_LENGTH, TEXT_LENGTH
from servicedesk.web.forms.choices import listed
from servicedesk.web.forms.people import SelectMultipleCheckField

PRIORITY_NAMES = {
    "low": lazy_pgettext("priority", "Low"), "normal": lazy_pgettext("priority", "Normal"),
    "high": lazy_pgettext("priority", "High"), "urgent": lazy_pgettext("priority", "Urgent"),
}  # fmt: skip
# Fields of the type stand apart from our own, whatever they are called.
PREFIX = "fields."


class RequestForm(FlaskForm):
    """What every request has. The token is checked for all forms at once, so this one has none of its own."""

    class Meta:
        csrf = False

    key = HiddenField()
    subject = StringField(_l("What is it about?"), render_kw={"maxlength": SUBJECT_LENGTH, "autocomplete": "off"})
    description = TextAreaField(_l("Description"), [Length(max=TEXT_LENGTH)], render_kw={"rows": 7})
    priority = RadioField(
        _l("Priority"), choices=listed(PRIORITY_NAMES.items()), default="normal", validate_choice=False
    )
    on_behalf_of = StringField(
        _l("On behalf of"), description=_l("E-mail of the colleague who asks; empty when it is you."),
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )  # fmt: skip

    def answers(self) -> dict[str, Any]:
        """What was entered into the type's fields, in the form the catalog's rules check."""
        return {
            name.removeprefix(PREFIX): _entered(field)
            for name, field in self._fields.items()
            if name.startswith(PREFIX)
        }

    def of_the_type(self) -> list[Field]:
        return [field for name, field in self._fields.items() if name.startswith(PREFIX)]

    def values(self) -> dict[str, Any]:
        return {
            "subject": self.subject.data or "", "description": self.description.data or "",
            "priority": self.priority.data or "normal", "answers": self.answers(),
        }  # fmt: skip


def form_of(request_type: Any, language: str, *, for_others: bool, **given: Any) -> RequestForm:
    """A form with the fields of `request_type`, labelled in `language`."""
    about = {PREFIX + field["key"]: _field(field, language) for field in request_type.fields}
    made: type[RequestForm] = type("FormOfType", (RequestForm,), about)
    form = made(**given)
    form.subject.flags.required = True
    if not for_others:
        del form.on_behalf_of
    if not form.key.data:
        form.key.data = secrets.token_urlsafe(16)
    return form


def filled(request_type: Any, language: str, ticket: Any, **given: Any) -> RequestForm:
    """The form with what the ticket says now; an answer to a field that the form has no more is left out."""
    known = {answer["key"]: answer["value"] for answer in ticket.answers}
    answers = {
        PREFIX + field["key"]: _entered_as(known[field["key"]]) for field in request_type.fields if field["key"] in known
    }
    about = {"subject": ticket.subject, "description": ticket.description, "priority": ticket.priority}
    return form_of(request_type, language, for_others=False, **(about | answers | given))


def _entered_as(value: Any) -> Any:
    """What a person would have entered to give this answer."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _field(field: Mapping[str, Any], language: str) -> Any:
    about: dict[str, Any] = {
        "label": in_language(field["label"], language), "description": in_language(field.get("help"), language),
        "id": f"field-{field['key']}",
    }  # fmt: skip
    if field.get("required"):
        about["validators"] = [Needed()]
    kind = field["type"]
    options = listed((option["key"], in_language(option["label"], language)) for option in field.get("options") or [])
    if kind == "choice":
        return SelectField(choices=[SelectChoice("", _l("— choose —")), *options], validate_choice=False, **about)
    if kind == "choices":
        return SelectMultipleCheckField(choices=options, validate_choice=False, **about)
    if kind == "yes_no":
        return RadioField(choices=listed([("yes", _l("Yes")), ("no", _l("No"))]), validate_choice=False, **about)
    if kind == "long_text":
        return TextAreaField(render_kw={"rows": 4, "maxlength": LONGEST["long_text"]}, **about)
    shapes: dict[str, dict[str, Any]] = {
        "number": {"inputmode": "decimal"}, "date": {"type": "date"}, "text": {"maxlength": LONGEST["text"]},
    }  # fmt: skip
    return StringField(render_kw={"autocomplete": "off", **shapes[kind]}, **about)


class Needed:
    """Marks a field as needed for people and browsers; whether it was filled is judged by the catalog's rules."""

    field_flags = {"required": True}  # noqa: RUF012 — read by WTForms as a plain attribute

    def __call__(self, form: Any, field: Any) -> None:
        pass


def _entered(field: Field) -> Any:
    if isinstance(field, RadioField):
        return {"yes": True, "no": False}.get(field.data)
    return field.data
