"""The form of a request: what every request has, and the fields of its type, built when the page is asked for."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from servicedesk.kernel.text import in_language
from servicedesk.people import queries as people
from servicedesk.tickets.rules import SUBJECT_LENGTH, TEXT_LENGTH
from servicedesk.web import uploads
from servicedesk.web.forms.asked import PREFIX, about, asked_fields, entered, entered_as
from servicedesk.web.forms.attachments import FilesField
from servicedesk.web.forms.choices import listed

PRIORITY_NAMES = {
    "low": lazy_pgettext("priority", "Low"), "normal": lazy_pgettext("priority", "Normal"),
    "high": lazy_pgettext("priority", "High"), "urgent": lazy_pgettext("priority", "Urgent"),
}  # fmt: skip


class Asked:
    """What a form with fields of a request's type can do besides."""

    _fields: Mapping[str, Field]

    def answers(self) -> dict[str, Any]:
        """What was entered into the type's fields, in the form the catalog's rules check."""
        return {field.name.removeprefix(PREFIX): entered(field) for field in self.of_the_type()}

    def of_the_type(self) -> list[Field]:
        return [field for name, field in self._fields.items() if name.startswith(PREFIX)]


class RequestForm(Asked, FlaskForm):
    """What every request has, and the fields of its type. The token is checked for all forms at once, so this one has none
    of its own."""

    class Meta:
        csrf = False

    key = HiddenField()
    subject = StringField(_l("What is it about?"), render_kw={"maxlength": SUBJECT_LENGTH, "autocomplete": "off"})
    description = TextAreaField(_l("Description"), [Length(max=TEXT_LENGTH)], render_kw={"rows": 7})
    priority = RadioField(
        _l("Priority"), choices=listed(PRIORITY_NAMES.items()), default="normal", validate_choice=False
    )
    files = FilesField()
    on_behalf_of = StringField(
        _l("On behalf of"), description=_l("E-mail of the colleague who asks; empty when it is you."),
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        return {
            "subject": self.subject.data or "", "description": self.description.data or "",
            "priority": self.priority.data or "normal", "answers": self.answers(),
        }  # fmt: skip


def form_of(
    request_type: Any, language: str, *, for_others: bool, ticket_id: int | None = None, **given: Any
) -> RequestForm:
    """A form with the fields of `request_type`, labelled in `language`.

    Files that were chosen are kept at once, so that a form that comes back still has them; `ticket_id` is the request
    that has some already.
    """
    form = _with(RequestForm, request_type.fields, language, given)
    form.subject.flags.required = True
    if not for_others:
        del form.on_behalf_of
    if not form.key.data:
        form.key.data = secrets.token_urlsafe(16)
    uploads.keep(form.of_the_type(), ticket_id)
    uploads.keep_all(form.files)
    return form


def asked_form(
    base: type[Any], fields: Iterable[Mapping[str, Any]], language: str, ticket_id: int | None, **given: Any
) -> Any:
    """A form with some fields of a type, made from `base`."""
    form = _with(base, list(fields), language, given)
    uploads.keep(form.of_the_type(), ticket_id)
    return form


def filled(request_type: Any, language: str, ticket: Any, **given: Any) -> RequestForm:
    """The form with what the ticket says now; an answer to a field that the form has no more is left out."""
    known = {answer["key"]: answer["value"] for answer in ticket.answers}
    answers = {
        PREFIX + field["key"]: entered_as(known[field["key"]]) for field in request_type.fields if field["key"] in known
    }
    known_values = {"subject": ticket.subject, "description": ticket.description, "priority": ticket.priority}
    return form_of(request_type, language, for_others=False, ticket_id=ticket.id, **(known_values | answers | given))


def _with(base: type[Any], fields: list[Any], language: str, given: Mapping[str, Any]) -> Any:
    form = type("FormOfType", (base,), asked_fields(fields, language))(**given)
    departments = None
    for field in fields:
        one = form[PREFIX + field["key"]]
        one.about = about(field, fields, language)
        if field["type"] == "department":
            departments = departments or people.departments()
            named = sorted((in_language(row.name, language), row.key) for row in departments)
            one.choices = [one.choices[0], *(SelectChoice(key, name) for name, key in named)]
    return form
