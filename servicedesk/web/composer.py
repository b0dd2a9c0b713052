"""Where people write on a request: replies, notes, holds, solutions and why it is not done; files that go with them, and how
the text will look."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.tickets import actions
from servicedesk.tickets.rules import TEXT_LENGTH
from servicedesk.web import errors, uploads
from servicedesk.web.forms import tickets as forms
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.present import markdown
from servicedesk.web.session import me, signed_in
from servicedesk.web.ticket_changes import Act, back, change
from servicedesk.web.tickets import tickets
from servicedesk.web.uploads import takes_files

composer = Blueprint("composer", __name__)


@tickets.post("/tickets/<int:ticket_id>/messages")
@takes_files
@signed_in_or_kept
def add_message(ticket_id: int) -> Any:
    """The composer: its `kind` says whether the text is a reply, a note, the reason of a hold or the solution."""
    form = filled_form()
    kind = form.kind.data
    if kind == "hold":
        return _hold(ticket_id, form)
    if kind == "resolve":
        return _resolve(ticket_id, form)
    if kind == "note":
        return _note(ticket_id, form)
    if kind == "reply":
        return _reply(ticket_id, form)
    return back(ticket_id, form, Invalid(fields={"kind": N_("Choose one of the list.")}))


@tickets.post("/tickets/<int:ticket_id>/hold")
@takes_files
@signed_in_or_kept
def hold(ticket_id: int) -> Any:
    return _hold(ticket_id, filled_form())


@tickets.post("/tickets/<int:ticket_id>/resolution")
@takes_files
@signed_in_or_kept
def resolve(ticket_id: int) -> Any:
    return _resolve(ticket_id, filled_form())


@tickets.post("/tickets/<int:ticket_id>/reopening")
@takes_files
@signed_in_or_kept
def reopen(ticket_id: int) -> Any:
    form = forms.ReasonForm()
    uploads.keep_all(form.files)
    act: Act = lambda at, ticket: actions.reopen(at, ticket, me(), form.typed(), files=form.files.data)  # noqa: E731
    return change(ticket_id, "reopen", form, act, _("The request is open again."))


@composer.post("/uploads")
@takes_files
@signed_in
def upload() -> Any:
    """One file, kept for a form that is still being written: its line for that form, or the sentence why it is not taken."""
    chosen = request.files.get("file")
    if chosen is None:
        return _sentence(Invalid(fields={"file": N_("Choose a file first.")}))
    try:
        row = uploads.stored(chosen)
    except DeskError as refusal:
        return _sentence(refusal)
    return render_template("composer/_file.html", file=row), 201


@composer.post("/preview")
@signed_in
def preview() -> str:
    """How the text will look when it is sent: made by what makes messages."""
    return str(markdown(request.form.get("text", "")[:TEXT_LENGTH]))


def _sentence(refusal: DeskError) -> Response:
    return Response(uploads.sentence_of(refusal), errors.status_of(refusal), mimetype="text/plain")


def filled_form() -> forms.ComposerForm:
    """The composer as it was sent, with the files that came with it kept at once."""
    form = forms.ComposerForm()
    uploads.keep_all(form.files)
    return form


def _reply(ticket_id: int, form: forms.ComposerForm) -> Any:
    act: Act = lambda at, ticket: actions.reply(at, ticket, me(), form.typed(), files=form.files.data)  # noqa: E731
    return change(ticket_id, "reply", form, act, _("Your message is sent."))


def _note(ticket_id: int, form: forms.ComposerForm) -> Any:
    act: Act = lambda at, ticket: actions.note(at, ticket, me(), form.typed(), files=form.files.data)  # noqa: E731
    return change(ticket_id, "note", form, act, _("Your note is saved."))


def _hold(ticket_id: int, form: forms.ComposerForm) -> Any:
    form.kind.data = "hold"

    def act(at: Stamp, ticket: Any) -> None:
        actions.put_on_hold(
            at, ticket, me(), reason=form.reason.data or "", note=form.typed(), until=form.ends_at(),
            missing=form.missing.data or (), files=form.files.data,
        )  # fmt: skip

    return change(ticket_id, "hold", form, act, _("The request is on hold; the requester sees why."))


def _resolve(ticket_id: int, form: forms.ComposerForm) -> Any:
    form.kind.data = "resolve"

    def act(at: Stamp, ticket: Any) -> None:
        despite = bool(form.despite.data)
        actions.resolve(at, ticket, me(), form.typed(), despite_children=despite, files=form.files.data)

    return change(ticket_id, "resolve", form, act, _("The request is resolved; the requester is asked to confirm."))
