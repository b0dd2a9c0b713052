"""Forms of the ticket page. Each carries the version of the ticket that its writer saw."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from servicedesk.tickets.rules import HOLD_REASONS, SUBJECT_LENGTH
from servicedesk.web.forms.account import SelectMultipleCheckField
from servicedesk.web.forms.attachments import FilesField
from servicedesk.web.forms.catalog import PRIORITY_NAMES, Asked
from servicedesk.web.forms.choices import listed
from servicedesk.web.near import wall

KINDS = {
    "reply": _l("Reply"), "note": _l("Internal note"), "hold": _l("Put on hold"), "resolve": _l("Resolve"),
}  # fmt: skip
BECAUSE_NAMES = {
    "misdirected": _l("It was sent to the wrong department"), "next_step": _l("Our part is done, theirs is next"),
}  # fmt: skip
REASON_NAMES = {
    "waiting_for_requester": _l("Waiting for the requester"), "third_party": _l("Waiting for a third party"),
    "scheduled": _l("Scheduled for a date"),
}  # fmt: skip


class TicketForm(FlaskForm):
    """`version` is the ticket's when the page was made, `seen` the moment of the last change it showed."""

    class Meta:
        csrf = False

    version = HiddenField()
    seen = HiddenField()

    def version_seen(self) -> int | None:
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else None

    def seen_until(self) -> datetime | None:
        try:
            found = datetime.fromisoformat(self.seen.data or "")
        except ValueError:
            return None
        return found if found.tzinfo else None

    def typed(self) -> str:
        """The text that must not get lost when the form is refused."""
        return ""


class TextForm(TicketForm):
    text = TextAreaField(_l("Your message"), render_kw={"rows": 5})

    def typed(self) -> str:
        return self.text.data or ""


class WordsForm(TextForm):
    """What is said, and files that go with it."""

    files = FilesField()


class ComposerForm(WordsForm):
    """One field for what is said, and what to do with it; `reason` and `until` are those of a hold."""

    kind = RadioField(_l("What to do"), choices=listed(KINDS.items()), default="reply", validate_choice=False)
    reason = SelectField(
        _l("Why it waits"), choices=listed(REASON_NAMES.items()), default=HOLD_REASONS[0], validate_choice=False
    )
    until = StringField(_l("Until"), render_kw={"type": "datetime-local"})
    missing = SelectMultipleCheckField(_l("What is missing in the form"), choices=[], validate_choice=False)
    # Its label names what is not done.
    despite = BooleanField()

    def validate_until(self, field: Any) -> None:
        if field.data and self.ends_at() is None:
            raise ValidationError(str(_l("A day and time are expected here, like 2026-04-30 14:00.")))
        if self.kind.data == "hold" and self.reason.data == "scheduled" and not field.data:
            raise ValidationError(str(_l("Say until when the work is scheduled.")))

    def ends_at(self) -> datetime | None:
        """The end of the hold, from the reader's wall clock."""
        return _instant(self.until.data)


class MissingForm(Asked, TextForm):
    """Fields of the ticket's form that are asked for, and words that go with them."""

    text = TextAreaField(_l("Something to add"), id="missing-text", render_kw={"rows": 3})

    def typed(self) -> str:
        told = [(str(field.label.text), field.data) for field in self.of_the_type()]
        said = [f"{label}: {value}" for label, value in told if isinstance(value, str) and value]
        return "\n".join([*said, self.text.data or ""]).strip()


class ReasonForm(WordsForm):
    """Why it is not done."""

    # An id of its own: the composer stands on the same page.
    text = TextAreaField(_l("What is still missing?"), id="reopen-text", render_kw={"rows": 4})
    files = FilesField(id="reopen-files")


class TermForm(TicketForm):
    """A date for this request, for the other side to accept."""

    due_at = StringField(_l("Done by"), id="term-due", render_kw={"type": "datetime-local"})
    reason = TextAreaField(
        _l("Why this date"),
        id="term-reason",
        render_kw={"rows": 3},
        description=_l("The other side reads it."),
    )

    def validate_due_at(self, field: Any) -> None:
        if self.moment() is None:
            raise ValidationError(str(_l("A day and time are expected here, like 2026-04-30 14:00.")))

    def moment(self) -> datetime | None:
        """The date from the reader's wall clock."""
        return _instant(self.due_at.data)

    def typed(self) -> str:
        return self.reason.data or ""


class DecisionForm(TicketForm):
    """The word of an approver: the button says which, the reason is needed to refuse."""

    decision = HiddenField()
    reason = TextAreaField(
        _l("Reason"),
        id="approval-reason",
        render_kw={"rows": 3},
        description=_l("Needed to refuse. The requester and the department read it."),
    )

    def typed(self) -> str:
        return self.reason.data or ""


class HandOverForm(TicketForm):
    """`request_type` comes with a suggestion of the triage, from its button."""

    department = SelectField(_l("Department"), validate_choice=False)
    because = RadioField(_l("Why it moves on"), choices=listed(BECAUSE_NAMES.items()), validate_choice=False)
    request_type = HiddenField()
    note = TextAreaField(
        _l("Note for them"), render_kw={"rows": 3}, description=_l("An internal note; the requester does not see it.")
    )

    def typed(self) -> str:
        return self.note.data or ""


class AssignForm(TicketForm):
    assignee = SelectField(_l("Assigned to"), validate_choice=False)


class PriorityForm(TicketForm):
    priority = SelectField(_l("Priority"), choices=listed(PRIORITY_NAMES.items()), validate_choice=False)


class TypeForm(TicketForm):
    request_type = SelectField(_l("Kind of request"), validate_choice=False)


class FollowerForm(TicketForm):
    """Somebody who is to follow the request."""

    who = StringField(_l("E-mail or full name"), id="follower", render_kw={"autocomplete": "off"})

    def typed(self) -> str:
        return self.who.data or ""


class SubjectForm(TicketForm):
    subject = StringField(_l("Subject"), render_kw={"maxlength": SUBJECT_LENGTH, "autocomplete": "off"})

    def typed(self) -> str:
        return self.subject.data or ""


def _instant(text: str | None) -> datetime | None:
    """What a datetime-local field says on the reader's wall clock; None for what is no date."""
    try:
        found = datetime.fromisoformat(text or "")
        return (found if found.tzinfo else found.replace(tzinfo=wall())).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
