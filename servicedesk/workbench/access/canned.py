"""Gives prepared replies, and the department that has them, to who keeps them; else `NotFound`."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.text import N_
from servicedesk.people import queries as people
from servicedesk.people.models import Department, Person
from servicedesk.workbench import queries, rules
from servicedesk.workbench.models import CannedReply


def keeper_of(person: Person, key: str | None) -> Department | Person:
    """Whose replies they are: those of the department `key`, or the person's own (None), if `person` keeps them."""
    if key is None:
        if not person.serves:
            raise NotFound()
        return person
    department = people.department_by_key(key)
    if department is None or not department.active or not rules.manages_replies(person, department):
        raise NotFound()
    return department


def reply_of(owner: Department | Person, reply_id: int) -> CannedReply:
    """One of the replies of somebody who was given by `keeper_of`, locked."""
    row = db.session.get(CannedReply, reply_id, with_for_update=True) if 0 < reply_id < 2**31 else None
    mine = row is not None and (row.department_id if isinstance(owner, Department) else row.person_id) == owner.id
    if row is None or not mine:
        raise NotFound(N_("There is no such prepared reply any more."))
    return row


def reply_for(person: Person, department_id: int, reply_id: int) -> CannedReply:
    """One that `person` may insert on a request that this department holds."""
    found = next((row for row in queries.replies_for(person, department_id) if row.id == reply_id), None)
    if found is None:
        raise NotFound(N_("There is no such prepared reply any more."))
    return found
