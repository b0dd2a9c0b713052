"""Writing prepared replies, changing and dropping them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department, Person
from servicedesk.workbench import queries, rules
from servicedesk.workbench.models import CannedReply


@dataclass(frozen=True)
class Prepared:
    """What a prepared reply says: `title` and `text` by language, `kind` what the composer is set to."""

    shortcut: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    kind: str | None = None


def add_reply(stamp: Stamp, owner: Department | Person, by: Person, said: Prepared) -> CannedReply:
    """A new one of a department or of the person. Raises `Invalid` with every field at fault."""
    _check(owner, said, None)
    if queries.count_of(owner) >= rules.MOST_REPLIES:
        raise Invalid(
            fields={"shortcut": DeskError(N_("There are %(most)d already: drop one first."), most=rules.MOST_REPLIES)}
        )
    row = CannedReply(
        version=1, **({"department_id": owner.id} if isinstance(owner, Department) else {"person_id": owner.id})
    )
    _write(stamp, row, by, said)
    db.session.add(row)
    db.session.flush()
    return row


def change_reply(
    stamp: Stamp, owner: Department | Person, row: CannedReply, by: Person, said: Prepared, seen_version: int | None
) -> None:
    """Raises `Conflict` when somebody has changed it since `seen_version`, else as `add_reply`."""
    if seen_version != row.version:
        raise Conflict(
            N_("A colleague has changed this reply meanwhile. Both texts are shown; yours is not saved yet.")
        )
    _check(owner, said, row)
    row.version += 1
    _write(stamp, row, by, said)


def drop_reply(row: CannedReply) -> None:
    """Messages that were written with it stay as they are."""
    db.session.delete(row)


def _check(owner: Department | Person, said: Prepared, row: CannedReply | None) -> None:
    faults = rules.reply_faults(said.shortcut, said.title, said.text, said.kind)
    taken = queries.reply_with(owner, said.shortcut)
    if taken is not None and taken is not row:
        faults.setdefault("shortcut", N_("Another reply has this shortcut."))
    if faults:
        raise Invalid(fields=faults)


def _write(stamp: Stamp, row: CannedReply, by: Person, said: Prepared) -> None:
    row.shortcut, row.kind = said.shortcut, said.kind
    row.title = {language: text for language, text in said.title.items() if text}
    row.text = {language: text for language, text in said.text.items() if text}
    row.changed_at, row.changed_by_id = stamp.at, by.id
