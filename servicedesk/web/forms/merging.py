"""Forms by which requests are merged, split and linked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from servicedesk.tickets.rules import LINKS, SUBJECT_LENGTH
from servicedesk.web.forms.choices import listed
from servicedesk.web.forms.tickets import TextForm, TicketForm

LINK_NAMES = {
    "related": _l("is related to"), "duplicate_of": _l("is a duplicate of"), "caused_by": _l("is caused by"),
}  # fmt: skip


class MergeForm(TicketForm):
    """`into` is the number of the other request, `other_version` the one its reader saw."""

    into = HiddenField()
    other_version = HiddenField()

    def number(self) -> int:
        return number_in(self.into.data)

    def other_seen(self) -> int | None:
        text = self.other_version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else None


class ContestForm(TextForm):
    """The requester says why it is not the same."""

    text = TextAreaField(_l("What is different in your request?"), id="contest-text", render_kw={"rows": 3})


class LinkForm(TicketForm):
    kind = SelectField(
        _l("This request"),
        id="link-kind",
        choices=listed((key, LINK_NAMES[key]) for key in LINKS),
        validate_choice=False,
    )
    to = StringField(
        _l("Number or words of the other request"), id="link-to", render_kw={"maxlength": 200, "autocomplete": "off"}
    )
    # Requests that fit the words, where words were typed.
    fitting: Sequence[Any] = ()

    def number(self) -> int:
        return number_in(self.to.data)

    def typed(self) -> str:
        return self.to.data or ""


class SplitForm(FlaskForm):
    """`place` is a request type ("t34") or a department ("d12"); `key` makes the form one that is sent once."""

    class Meta:
        csrf = False

    key = HiddenField()
    subject = StringField(_l("Subject"), render_kw={"maxlength": SUBJECT_LENGTH, "autocomplete": "off"})
    description = TextAreaField(_l("Description"), render_kw={"rows": 8})
    place = SelectField(_l("Who works on it"), validate_choice=False)
    with_files = BooleanField(_l("With the files that came with it"), default=True)

    def give_key(self) -> None:
        if not self.key.data:
            self.key.data = secrets.token_urlsafe(16)

    def chosen(self) -> tuple[str, int]:
        """ "t" or "d" and an id; ("", 0) for what is neither."""
        text = self.place.data or ""
        kind, number = text[:1], text[1:]
        return (kind, int(number)) if kind in ("t", "d") and number.isdecimal() and len(number) < 10 else ("", 0)


def number_in(text: str | None) -> int:
    """The number of a request that somebody typed; 0 for what is no number."""
    text = (text or "").strip().removeprefix("#")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
