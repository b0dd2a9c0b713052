"""The form of a change of many requests: what is to be done, and what it needs."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from servicedesk.tickets.rules import TEXT_LENGTH
from servicedesk.web.forms.catalog import PRIORITY_NAMES
from servicedesk.web.forms.choices import listed
from servicedesk.web.forms.tickets import BECAUSE_NAMES, REASON_NAMES
from servicedesk.web.near import wall

# By operation, the fields its page shows; what needs none is done by its button alone.
FIELDS_OF = {
    "assign": ("assignee",), "priority": ("priority",), "kind": ("request_type",), "hold": ("reason", "until", "text"),
    "hand_over": ("department", "because", "text"), "resolve": ("text",), "reopen": ("text",), "reply": ("text",), "note": ("text",),
}  # fmt: skip


class BulkForm(FlaskForm):
    """`do` is the button's word, "priority:high" where the button says it all; `key` makes that it is done once."""

    class Meta:
        csrf = False

    key = HiddenField()
    do = HiddenField()
    back = HiddenField()
    assignee = SelectField(_l("Assigned to"), validate_choice=False)
    priority = SelectField(_l("Priority"), choices=listed(PRIORITY_NAMES.items()), validate_choice=False)
    request_type = SelectField(_l("Kind of request"), validate_choice=False)
    reason = SelectField(_l("Why it waits"), choices=listed(REASON_NAMES.items()), validate_choice=False)
    until = StringField(_l("Until"), render_kw={"type": "datetime-local"})
    department = SelectField(_l("Department"), validate_choice=False)
    because = RadioField(_l("Why it moves on"), choices=listed(BECAUSE_NAMES.items()), validate_choice=False)
    text = TextAreaField(_l("Your message"), [Length(max=TEXT_LENGTH)], render_kw={"rows": 6})

    @property
    def what(self) -> str:
        return (self.do.data or "").partition(":")[0]

    def validate_until(self, field: Any) -> None:
        if field.data and self.ends_at() is None:
            raise ValidationError(str(_l("A day and time are expected here, like 2026-04-30 14:00.")))

    def ends_at(self) -> datetime | None:
        """The end of a hold, from the reader's wall clock."""
        try:
            found = datetime.fromisoformat(self.until.data or "")
            return (found if found.tzinfo else found.replace(tzinfo=wall())).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def is_complete(self, sent: Any) -> bool:
        """Whether the button said it all, or the page with the fields of the operation was sent."""
        return ":" in (self.do.data or "") or all(
            name in sent for name in FIELDS_OF.get(self.what, ()) if name != "because"
        )

    def said(self) -> dict[str, str]:
        """What was chosen and typed, as the change keeps it."""
        what, colon, value = (self.do.data or "").partition(":")
        names = FIELDS_OF.get(what, ())
        if colon and names:
            return {names[0]: value}
        until = self.ends_at()
        said = {name: getattr(self, name).data or "" for name in names}
        return said | ({"until": until.isoformat() if until else ""} if "until" in said else {})

    def once_key(self, chosen: Any) -> str:
        """The same form sent with another choice is another change: who goes back to the list goes on with it."""
        told = repr((self.do.data, sorted(chosen), sorted(self.said().items())))
        return f"{(self.key.data or '')[:40]} {sha256(told.encode()).hexdigest()[:24]}"


def new_key() -> str:
    return secrets.token_urlsafe(12)
