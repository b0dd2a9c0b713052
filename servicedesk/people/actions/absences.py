"""Entering, changing and calling off absences, and their beginning and end. What follows for tickets is theirs to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_, is_storable
from servicedesk.people import absence_rules, away, queries
from servicedesk.people.absence_rules import Span
from servicedesk.people.events import AbsenceBegan, AbsenceCancelled, AbsenceEnded, AbsencePlanned
from servicedesk.people.models import Absence, Company, Person


def plan_absence(
    stamp: Stamp, person: Person, by: Person, *, begins_at: datetime, ends_at: datetime, substitute: Person | None = None,
    note: str = "", external_id: str | None = None,
) -> Absence:  # fmt: skip
    """Enter that `person` is away in [begins_at, ends_at) and who stands in. Publishes `AbsencePlanned`.

    What is over already is kept for the calendar and causes nothing. Raises `Invalid` at from, to, substitute or note.
    """
    _one_at_a_time()
    _check(stamp, person, begins_at, ends_at, substitute, note)
    over = stamp.at if ends_at <= stamp.at else None
    row = Absence(
        person_id=person.id, person=person, substitute_id=substitute.id if substitute else None, substitute=substitute,
        begins_at=begins_at, ends_at=ends_at, note=_one_line(note), external_id=external_id, by_id=by.id, made_at=stamp.at,
        began_at=over, ended_at=over,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _planned(stamp, row)
    return row


def change_absence(stamp: Stamp, absence: Absence, values: Mapping[str, Any]) -> None:
    """Set those of begins_at, ends_at, substitute (a person or None) and note that `values` has.

    One that runs keeps its beginning; shortened to before now, it is over. Publishes `AbsencePlanned` if anything
    differs. Raises `Invalid` as `plan_absence`, `Conflict` when it is over.
    """
    _one_at_a_time()
    db.session.refresh(absence, with_for_update=True)
    if absence_rules.is_over(absence):
        raise Conflict(N_("This absence is over; nothing about it can be changed any more."))
    begins_at, ends_at = values.get("begins_at", absence.begins_at), values.get("ends_at", absence.ends_at)
    substitute, note = values.get("substitute", absence.substitute), values.get("note", absence.note)
    if absence.began_at is not None and begins_at != absence.begins_at:
        raise Invalid(fields={"from": N_("It has begun already; only its end can be moved.")})
    _check(stamp, absence.person, begins_at, ends_at, substitute, note, absence, changed=values.keys())
    after = {
        "begins_at": begins_at, "ends_at": ends_at, "note": _one_line(note),
        "substitute_id": substitute.id if substitute else None,
    }  # fmt: skip
    if all(getattr(absence, name) == value for name, value in after.items()):
        return
    for name, value in after.items():
        setattr(absence, name, value)
    absence.substitute = substitute
    if absence.began_at is None and ends_at <= stamp.at:
        absence.began_at = absence.ended_at = stamp.at
    db.session.flush()
    _planned(stamp, absence)


def cancel_absence(stamp: Stamp, absence: Absence) -> None:
    """Call it off; once more changes nothing. Publishes `AbsenceCancelled`. Raises `Conflict` when it is over."""
    db.session.refresh(absence, with_for_update=True)
    if absence.cancelled_at is not None:
        return
    if absence.ended_at is not None:
        raise Conflict(N_("This absence is over; nothing about it can be changed any more."))
    absence.cancelled_at = stamp.at
    publish(AbsenceCancelled(**_about(stamp, absence), had_begun=absence.began_at is not None))


def begin_absence(stamp: Stamp, absence_id: int) -> bool:
    """The worker's part, when those who stand in have the tickets. Publishes `AbsenceBegan`; False if somebody was faster."""
    due = (Absence.began_at.is_(None), Absence.cancelled_at.is_(None), Absence.begins_at <= stamp.at)
    if not _mark(absence_id, due, began_at=stamp.at):
        return False
    publish(AbsenceBegan(**_about(stamp, db.session.get_one(Absence, absence_id, populate_existing=True))))
    return True


def end_absence(stamp: Stamp, absence_id: int) -> bool:
    """The worker's part, when nobody stands in any more. Publishes `AbsenceEnded`; False if somebody was faster."""
    over = (Absence.ends_at <= stamp.at) | Absence.cancelled_at.is_not(None)
    due = (Absence.began_at.is_not(None), Absence.ended_at.is_(None), over)
    if not _mark(absence_id, due, ended_at=stamp.at):
        return False
    row = db.session.get_one(Absence, absence_id, populate_existing=True)
    publish(AbsenceEnded(**_about(stamp, row), began_at=row.began_at or row.begins_at))
    return True


def _one_at_a_time() -> None:
    """Two who name each other at the same moment must see each other: on PostgreSQL the second waits here."""
    db.session.get(Company, 1, with_for_update=True)


def _check(
    stamp: Stamp, person: Person, begins_at: datetime, ends_at: datetime, substitute: Person | None, note: str,
    own: Absence | None = None, changed: Any = ("begins_at", "ends_at", "substitute", "note"),
) -> None:  # fmt: skip
    faults: dict[str, DeskError | str] = {}
    if ends_at <= begins_at:
        faults["to"] = N_("The end lies after the beginning.")
    elif ends_at - begins_at > absence_rules.LONGEST:
        faults["to"] = N_("This is longer than three years.")
    elif begins_at < stamp.at - absence_rules.BACK or ends_at > stamp.at + absence_rules.AHEAD:
        faults["from"] = N_("This is too far from today. Check the year.")
    if len(_one_line(note)) > absence_rules.NOTE_LENGTH:
        faults["note"] = DeskError(N_("At most %(most)d characters fit here."), most=absence_rules.NOTE_LENGTH)
    elif not is_storable(note):
        faults["note"] = N_("This text has a character that cannot be kept.")
    if substitute is not None and substitute.id == person.id:
        faults["substitute"] = N_("Nobody stands in for themselves.")
    elif substitute is not None and not substitute.active and "substitute" in changed:
        faults["substitute"] = N_("This person is not with us any more.")
    if not faults:
        faults = _collisions(person, begins_at, ends_at, substitute, own)
    if faults:
        raise Invalid(fields=faults)


def _collisions(
    person: Person, begins_at: datetime, ends_at: datetime, substitute: Person | None, own: Absence | None
) -> dict[str, DeskError | str]:
    own_id = own.id if own is not None else 0
    there = next((row for row in away.overlapping(person.id, begins_at, ends_at) if row.id != own_id), None)
    if there is not None:
        zone = away.zone_of(person)
        return {
            "from": DeskError(
                N_("%(name)s is away from %(first)s to %(last)s already. Change that entry instead."), name=person.name,
                first=absence_rules.first_day(there.begins_at, zone).isoformat(),
                last=absence_rules.last_day(there.ends_at, zone).isoformat(),
            )
        }  # fmt: skip
    if substitute is None:
        return {}
    others = [
        Span(row.person_id, row.substitute_id, row.begins_at, row.ends_at)
        for row in away.overlapping(None, begins_at, ends_at)
        if row.id != own_id
    ]
    circle = absence_rules.circle_of(Span(person.id, substitute.id, begins_at, ends_at), others)
    if not circle:
        return {}
    names = queries.people_by_id(circle, with_roles=False)
    return {
        "substitute": DeskError(
            N_("They would stand in for each other at the same time: %(names)s. Name somebody else, or other days."),
            names=" → ".join(names[number].name for number in circle),
        )
    }


def _mark(absence_id: int, due: Any, **values: datetime) -> bool:
    """Set `values` where it is due still; by the condition only one of several workers does."""
    mark = update(Absence).where(Absence.id == absence_id, *due).values(**values).returning(Absence.id)
    done = db.session.execute(mark, execution_options={"synchronize_session": False}).scalars().all()
    return bool(done)


def _planned(stamp: Stamp, row: Absence) -> None:
    publish(AbsencePlanned(**_about(stamp, row), begins_at=row.begins_at, ends_at=row.ends_at))


def _about(stamp: Stamp, row: Absence) -> dict[str, Any]:
    return {"stamp": stamp, "person_id": row.person_id, "absence_id": row.id, "substitute_id": row.substitute_id}


def _one_line(note: str) -> str:
    return " ".join(note.split())
