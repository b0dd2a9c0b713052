"""Gives an absence to the person who may have it, else `NotFound`; who may not change it gets `NotAllowed`."""

from __future__ import annotations

from servicedesk.kernel.errors import Invalid, NotAllowed, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people import absence_rules, away
from servicedesk.people.models import Absence, Person
from servicedesk.people.rules import is_admin

_OTHERS = N_("Absences are entered by the person, a head of their department or an administrator.")


def absence_for(reader: Person, absence_id: int, to: str = "read") -> Absence:
    """That somebody is away is no secret; changing it (`to` = "change") is for who may enter it.

    Raises `NotFound` where there is none or it was called off, `NotAllowed` where it is others' to change.
    """
    row = away.absence(absence_id)
    if row is None or (row.cancelled_at is not None and to == "read"):
        raise NotFound(N_("There is no such absence."))
    if to != "read" and not absence_rules.enters_absences_of(reader, row.person):
        raise NotAllowed(_OTHERS)
    return row


def person_to_enter(by: Person, person: Person | None, field: str = "person") -> Person:
    """`person`, if `by` may enter absences of theirs. Raises `Invalid` at `field` where there is nobody, `NotAllowed`."""
    if person is None or not person.active:
        raise Invalid(fields={field: N_("Nobody here has this address.")})
    if not absence_rules.enters_absences_of(by, person):
        raise NotAllowed(_OTHERS)
    return person


def people_to_enter(by: Person) -> list[Person]:
    """Whose absences `by` is offered to enter, by name, themselves among them. An administrator may enter anybody's and
    is offered the own team."""
    found = {by.id: by}
    for department_id in absence_rules.teams_of(by) if is_admin(by) else by.leads:
        found |= {person.id: person for person in away.members(department_id)}
    return sorted(found.values(), key=lambda person: (person.name, person.id))
