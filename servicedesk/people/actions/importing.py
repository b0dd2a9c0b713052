"""Entering absences from a file, entry by entry. The same entry again changes nothing; periods that overlap are joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people import absence_rules, access, away, queries
from servicedesk.people.actions.absences import change_absence, plan_absence
from servicedesk.people.models import Absence, Person


@dataclass(frozen=True)
class Entry:
    """One absence as a file has it; people by address or whole name. `first` and `last` are days, meant whole on the
    person's wall clock, or exact moments."""

    person: str
    first: date | datetime
    last: date | datetime
    substitute: str = ""
    note: str = ""
    external_id: str | None = None


def enter_absence(stamp: Stamp, by: Person, entry: Entry) -> str:
    """Enter what a file says: "new", "changed" (the same entry of the calendar has other days now), "joined" (with the
    one it overlaps) or "there" already. Raises `DeskError` for what cannot be entered."""
    person = access.person_to_enter(by, person_meant(entry.person, "person"))
    substitute = person_meant(entry.substitute, "substitute") if entry.substitute.strip() else None
    begins_at, ends_at = absence_rules.period(entry.first, entry.last, away.zone_of(person))
    known = away.imported(person.id, entry.external_id) if entry.external_id else None
    if known is not None:
        return _changed(stamp, known, begins_at, ends_at, substitute, entry)
    there = away.overlapping(person.id, begins_at, ends_at)
    if len(there) > 1:
        raise Invalid(fields={"from": N_("It overlaps with several entries of this person. Change those instead.")})
    if there:
        return _joined(stamp, there[0], begins_at, ends_at, substitute)
    plan_absence(
        stamp, person, by, begins_at=begins_at, ends_at=ends_at, substitute=substitute, note=entry.note,
        external_id=entry.external_id,
    )  # fmt: skip
    return "new"


def person_meant(text: str, field: str) -> Person:
    """The one active person with this address or whole name. Raises `Invalid` at `field`."""
    found = queries.people_meant([text]).get(text, []) if text.strip() else []
    if not found:
        raise Invalid(fields={field: DeskError(N_("Nobody here has the address or name %(text)s."), text=text.strip())})
    if len(found) > 1:
        raise Invalid(fields={field: N_("Several people have this name; write the address.")})
    return found[0]


def _changed(
    stamp: Stamp, known: Absence, begins_at: datetime, ends_at: datetime, substitute: Person | None, entry: Entry
) -> str:
    """What the calendar says of it now. Called off by hand, it stays so; the beginning of one that runs stays too."""
    values: dict[str, Any] = {"ends_at": ends_at}
    if known.began_at is None:
        values["begins_at"] = begins_at
    if substitute is not None:
        values["substitute"] = substitute
    if entry.note:
        values["note"] = entry.note
    same = all(getattr(known, name) == value for name, value in values.items())
    if same or absence_rules.is_over(known):
        return "there"
    change_absence(stamp, known, values)
    return "changed"


def _joined(stamp: Stamp, there: Absence, begins_at: datetime, ends_at: datetime, substitute: Person | None) -> str:
    values: dict[str, Any] = {"ends_at": max(there.ends_at, ends_at)}
    if there.began_at is None:
        values["begins_at"] = min(there.begins_at, begins_at)
    if substitute is not None and there.substitute_id is None:
        values["substitute"] = substitute
    if all(getattr(there, name) == value for name, value in values.items()):
        return "there"
    change_absence(stamp, there, values)
    return "joined"
