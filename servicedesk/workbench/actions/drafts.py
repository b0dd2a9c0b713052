"""Keeping what is typed, and forgetting it when it is sent, discarded or old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from servicedesk.files.models import StoredFile
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import queries as ticket_rows
from servicedesk.tickets import rules as tickets
from servicedesk.workbench import queries, rules
from servicedesk.workbench.models import Draft, DraftFile


def keep_draft(
    stamp: Stamp, person: Person, place: str, fields: rules.Typed, files: Sequence[str] = ()
) -> Draft | None:
    """Keep the filled fields of the form `place` in the stead of what was kept of it before, and give what is kept.

    `files` are keys of files that the person sent for it; they are not swept away while the draft is kept. Nothing typed and
    nothing sent, nothing kept: what was there counts as discarded. Raises `NotFound` for a place that keeps no drafts,
    `Invalid` for more than fits.
    """
    if not rules.may_be_kept(place):
        raise NotFound()
    typed = rules.filled(fields)
    if rules.size_of(typed) > rules.LONGEST_DRAFT:
        raise Invalid(N_("This draft is too long to be kept."))
    sent = ticket_rows.files_for(files[: tickets.MOST_FILES], [person.id], None) if files else []
    if not typed and not sent:
        discard_draft(stamp, person, place)
        return None
    row = _locked(person, place)
    if row is None:
        if queries.count_drafts(person.id) >= rules.MOST_DRAFTS:
            raise Invalid(N_("You have left so many drafts that no more are kept. Send or discard some of them."))
        row = Draft(person_id=person.id, place=place)
        db.session.add(row)
    row.fields, row.changed_at, row.discarded_at = typed, stamp.at, None
    db.session.flush()
    _keep_files(row, sent)
    return row


def keep_draft_seen(
    stamp: Stamp, person: Person, place: str, fields: rules.Typed, seen_at: datetime | None, files: Sequence[str] = ()
) -> Draft | None:
    """As `keep_draft`, for a page that shows what was kept at `seen_at` (None: nothing).

    Raises `Conflict` when something else has been kept meanwhile: the same person types in two places, and neither text
    may push the other away.
    """
    row = _locked(person, place)
    kept = row if row is not None and row.discarded_at is None else None
    same = kept is not None and kept.fields == rules.filled(fields) and _keys_of(kept) == set(files)
    if rules.is_newer_elsewhere(kept.changed_at if kept else None, seen_at) and not same:
        if kept is None:
            raise Conflict(N_("What you wrote here was sent or discarded in another window."))
        raise Conflict(N_("You have written something else here in another window."))
    return keep_draft(stamp, person, place, fields, files)


def discard_draft(stamp: Stamp, person: Person, place: str) -> None:
    """Throw it away; `restore_draft` gives it back within `rules.REGRETTED_FOR`."""
    row = _locked(person, place)
    if row is not None and row.discarded_at is None:
        row.discarded_at = stamp.at


def restore_draft(stamp: Stamp, person: Person, place: str) -> None:
    """Have back what was discarded. Raises `NotFound` when there is nothing any more."""
    row = queries.draft_or_discarded(person.id, place, stamp.at)
    if row is None or row.discarded_at is None:
        raise NotFound(N_("There is nothing to bring back."))
    row.discarded_at, row.changed_at = None, stamp.at


def drop_draft(person: Person, place: str) -> None:
    """What was sent is no draft any more. Call in the transaction that sends it."""
    db.session.execute(delete(Draft).where(Draft.person_id == person.id, Draft.place == place))


def forget_old_drafts(at: datetime) -> None:
    """Forget drafts that nobody came back to for `rules.KEPT_DAYS` days, and those discarded for good."""
    old = Draft.changed_at < at - timedelta(days=rules.KEPT_DAYS)
    db.session.execute(delete(Draft).where(or_(old, Draft.discarded_at < at - rules.REGRETTED_FOR)))


def _keep_files(row: Draft, sent: Sequence[StoredFile]) -> None:
    mine = (DraftFile.person_id == row.person_id, DraftFile.place == row.place)
    before, after = set(db.session.scalars(select(DraftFile.file_id).where(*mine))), {file.id for file in sent}
    if before - after:
        db.session.execute(delete(DraftFile).where(*mine, DraftFile.file_id.in_(before - after)))
    db.session.add_all(
        DraftFile(person_id=row.person_id, place=row.place, file_id=file_id) for file_id in sorted(after - before)
    )


def _keys_of(row: Draft) -> set[str]:
    return {file.key for file in queries.files_of_draft(row)}


def _locked(person: Person, place: str) -> Draft | None:
    return db.session.get(Draft, (person.id, place), with_for_update=True, populate_existing=True)
