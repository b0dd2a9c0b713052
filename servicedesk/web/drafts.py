"""What is typed and not sent yet, kept while it is typed and shown again on the next visit. Only ever one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.web import errors
from servicedesk.web.session import me, signed_in, stamp
from servicedesk.workbench import actions, queries, rules

drafts = Blueprint("drafts", __name__)


@dataclass(frozen=True)
class Kept:
    """What is kept of the form `place`: `row` is the draft, `discarded` one that can be had back."""

    place: str
    at: datetime
    row: Any = None
    discarded: Any = None
    # Rows of the files that wait with it.
    files: Sequence[Any] = ()

    @property
    def typed(self) -> MultiDict[str, Any] | None:
        """The texts as form data, to fill the form with; None where nothing is kept."""
        return MultiDict(self.row.fields) if self.row is not None else None


def kept_of(place: str) -> Kept:
    """What the signed-in person has typed into the form before: for the form, and for the line beside it
    (`draft_line` of composer/_draft.html)."""
    found = queries.draft_or_discarded(me().id, place, now())
    if found is None:
        return Kept(place, now())
    if found.discarded_at is not None:
        return Kept(place, now(), discarded=found)
    return Kept(place, now(), found, files=queries.files_of_draft(found))


@drafts.put("/drafts/<place>")
@signed_in
def keep(place: str) -> Any:
    """Body: `fields` by name, `files` by key, and `seen`, the moment of the draft that the page shows. Answers with the line to be shown;
    409 with the other text where something newer was typed elsewhere."""
    try:
        body = _sent()
        fields, seen = _fields(body.get("fields")), _moment(body.get("seen"))
        with transaction():
            actions.keep_draft_seen(stamp(), me(), place, fields, seen, _keys(body.get("files")))
    except Conflict as conflict:
        sentence = errors.sentence_of(conflict)
        return render_template("composer/_draft_elsewhere.html", draft=kept_of(place).row, sentence=sentence), 409
    except Invalid as refusal:
        return render_template("composer/_draft_answer.html", sentence=errors.sentence_of(refusal)), 422
    return _line(place)


@drafts.delete("/drafts/<place>")
@signed_in
def discard(place: str) -> Any:
    with transaction():
        actions.discard_draft(stamp(), me(), _known(place))
    return _line(place)


@drafts.post("/drafts/<place>/discard")
@signed_in
def discard_and_return(place: str) -> Any:
    """The same for a page without scripts."""
    with transaction():
        actions.discard_draft(stamp(), me(), _known(place))
    return redirect(_address_of(place), 303)


@drafts.post("/drafts/<place>/restore")
@signed_in
def restore(place: str) -> Any:
    try:
        with transaction():
            actions.restore_draft(stamp(), me(), _known(place))
    except NotFound as gone:
        flash(errors.sentence_of(gone), "warning")
    else:
        flash(_("Your draft is back."), "success")
    return redirect(_address_of(place), 303)


def _line(place: str) -> str:
    return render_template("composer/_draft_answer.html", kept=kept_of(place))


def _known(place: str) -> str:
    if not rules.may_be_kept(place):
        raise NotFound()
    return place


def _address_of(place: str) -> str:
    """Where the form of a known place is."""
    kind, _colon, key = place.partition(":")
    if kind in ("ticket", "reopen"):
        anchor = "composer" if kind == "ticket" else "reopen"
        return url_for("tickets.ticket", ticket_id=int(key), _anchor=anchor)
    return url_for("catalog.form", key=key)


def _sent() -> dict[str, Any]:
    try:
        given = request.get_json(silent=True)
    except RecursionError:  # brackets in brackets without end
        given = None
    if not isinstance(given, dict):
        raise Invalid(N_("The body must be a JSON object."))
    return given


def _fields(given: object) -> dict[str, str | list[str]]:
    """Text by name, or several texts; anything else was not sent by our pages."""
    if not isinstance(given, dict):
        raise Invalid(N_("A draft has fields."))
    fields: dict[str, str | list[str]] = {}
    for name, value in given.items():
        several = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if not (isinstance(name, str) and (isinstance(value, str) or several)):
            raise Invalid(N_("A draft has fields."))
        fields[name] = value
    return fields


def _keys(given: object) -> list[str]:
    return [key for key in given if isinstance(key, str)] if isinstance(given, list) else []


def _moment(text: object) -> datetime | None:
    """The instant that a page carries back as it got it."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) and text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None
