"""Taking absences from a file: first what would be entered and what not, then, with one more click, it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from servicedesk.kernel.errors import DeskError, Invalid, NotFound
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions, away
from servicedesk.web import absence_files, ical
from servicedesk.web.absence_files import Line
from servicedesk.web.absences import absences, colleagues, enters_for_others
from servicedesk.web.errors import sentence_of
from servicedesk.web.forms.absences import ImportForm
from servicedesk.web.kept import signed_in_or_kept
from servicedesk.web.session import me, signed_in, stamp


@dataclass(frozen=True)
class Outcome:
    """What becomes of a row: new, changed, joined, there or refused, and why."""

    line: Line
    what: str
    why: str = ""


class _Tried(Exception):
    """Not an error: it takes back what was only tried."""


@absences.get("/absences/import")
@signed_in
def import_form() -> Any:
    _refuse_others()
    return _page(ImportForm(formdata=None))


@absences.post("/absences/import")
@signed_in_or_kept
def import_file() -> Any:
    """`do` is preview or apply; both get the same file or text."""
    _refuse_others()
    form = ImportForm()
    raw = _sent(form)
    if not raw.strip():
        form.file.errors = [_("Choose a file, or paste its text below.")]
        return _page(form), 422
    try:
        lines = _lines(form, raw)
    except Invalid as refusal:
        form.person.errors = [sentence_of(fault) for fault in refusal.fields.values()]
        return _page(form), 422
    except DeskError as refusal:
        form.file.errors = [sentence_of(refusal)]
        return _page(form), 422
    form.text.data = raw.decode("utf-8-sig", "replace") if _is_utf8(raw) else raw.decode("cp1251", "replace")
    applied = request.form.get("do") == "apply"
    outcomes = [_entered(line) for line in lines] if applied else _tried(lines)
    return _page(form, outcomes, applied=applied)


def _sent(form: ImportForm) -> bytes:
    """The file, else the text; of a huge one only so much that it is known to be too large."""
    if not form.file.data:
        return (form.text.data or "").encode("utf-8", "replace")
    with form.file.data.stream as stream:
        return bytes(stream.read(ical.LARGEST + 1))


def _lines(form: ImportForm, raw: bytes) -> list[Line]:
    if form.kind.data != "ical":
        return absence_files.from_table(raw)
    named = (form.person.data or "").strip()
    person = actions.person_meant(named, "person") if named else me()
    return absence_files.from_calendar(raw, person.email, away.zone_of(person))


def _tried(lines: list[Line]) -> list[Outcome]:
    """What would come of it: everything is entered and taken back, so that rows are measured by each other as well."""
    outcomes: list[Outcome] = []
    try:
        with transaction():
            outcomes += [_outcome(line) for line in lines]
            raise _Tried
    except _Tried:
        return outcomes


def _entered(line: Line) -> Outcome:
    """Each row in a transaction of its own: a bad one stops nothing."""
    try:
        with transaction():
            found = _outcome(line)
    except DeskError as refusal:
        return Outcome(line, "refused", sentence_of(refusal))
    return found


def _outcome(line: Line) -> Outcome:
    if line.entry is None:
        return Outcome(line, "refused", sentence_of(line.fault) if line.fault else "")
    try:
        return Outcome(line, actions.enter_absence(stamp(), me(), line.entry))
    except Invalid as refusal:
        return Outcome(line, "refused", " ".join(sentence_of(fault) for fault in refusal.fields.values()))
    except DeskError as refusal:
        return Outcome(line, "refused", sentence_of(refusal))


def _page(form: ImportForm, outcomes: list[Outcome] | None = None, *, applied: bool = False) -> str:
    counts = dict.fromkeys(("new", "changed", "joined", "there", "refused"), 0)
    for outcome in outcomes or []:
        counts[outcome.what] += 1
    return render_template(
        "absences/import.html", form=form, outcomes=outcomes, applied=applied, counts=counts, colleagues=colleagues(),
        columns=absence_files.COLUMNS,
    )  # fmt: skip


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_others() -> None:
    if not enters_for_others():
        raise NotFound(N_("There is nothing here that you may see."))
