"""Forms by which a request asks other departments."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField

from servicedesk.web.forms.account import SelectMultipleCheckField
from servicedesk.web.forms.tickets import TicketForm

WAITS = _l("The request waits for it")


class WaitsForm(FlaskForm):
    """Beside the form of the request type: whether the request it is asked from waits for it."""

    class Meta:
        csrf = False

    waits = BooleanField(WAITS, description=_l("You are told when everything it waits for is back."), default=True)


class TemplateForm(FlaskForm):
    """Which of a template's requests are asked; `chosen` are their places in it."""

    class Meta:
        csrf = False

    key = HiddenField()
    template = HiddenField()
    chosen = SelectMultipleCheckField(_l("What is asked"), validate_choice=False)

    def give_key(self) -> None:
        if not self.key.data:
            self.key.data = secrets.token_urlsafe(16)

    def numbers(self) -> list[int]:
        return [int(text) for text in self.chosen.data or [] if text.isdecimal() and len(text) < 4]


class AdoptForm(TicketForm):
    """An existing request that is put below this one."""

    ticket = StringField(
        _l("Number of the request"), id="adopt-ticket", render_kw={"inputmode": "numeric", "autocomplete": "off"}
    )
    waits = BooleanField(WAITS, id="adopt-waits", default=True)

    def number(self) -> int:
        """0 for what is no number."""
        text = (self.ticket.data or "").strip().removeprefix("#")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def typed(self) -> str:
        return self.ticket.data or ""


def quoted(ticket: Any) -> str:
    """What the requester wrote, as a quotation to be edited; nothing of a confidential request leaves it unasked."""
    if ticket.confidential or not ticket.description:
        return ""
    return "\n".join(f"> {line}" for line in ticket.description[:10_000].splitlines()) + "\n"
