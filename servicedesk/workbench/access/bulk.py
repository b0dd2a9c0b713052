"""Gives what is kept at somebody's workbench to that person alone, else `NotFound`."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.people.models import Person
from servicedesk.workbench.models import BulkChange, BulkLine


def change_for(person: Person, change_id: int, *, to_go_on: bool = False) -> BulkChange:
    """A bulk change of this person; inside a transaction, where it is to be gone on with, its row is locked."""
    found = db.session.get(BulkChange, change_id, with_for_update=to_go_on) if 0 < change_id < 2**31 else None
    if found is None or found.person_id != person.id:
        raise NotFound()
    return found


def line_for(person: Person, change_id: int, ticket_id: int) -> tuple[BulkChange, BulkLine]:
    """One request of a bulk change of this person, its line locked: two that go on with it do nothing twice."""
    change = change_for(person, change_id)
    line = db.session.get(BulkLine, (change_id, ticket_id), with_for_update=True)
    if line is None:
        raise NotFound()
    return change, line
