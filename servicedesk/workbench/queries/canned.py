"""Reads of prepared replies."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.people.models import Department, Person
from servicedesk.workbench.models import CannedReply


def owned_by(owner: Department | Person) -> ColumnElement[bool]:
    """The condition that a reply is this department's, or this person's own."""
    return CannedReply.department_id == owner.id if isinstance(owner, Department) else CannedReply.person_id == owner.id


def replies_of(owner: Department | Person) -> list[CannedReply]:
    """All of a department's or a person's, by shortcut: there are never more than `rules.MOST_REPLIES`."""
    query = select(CannedReply).where(owned_by(owner)).order_by(CannedReply.shortcut)
    return list(db.session.scalars(query.options(joinedload(CannedReply.changed_by).lazyload(Person.grants))))


def replies_for(person: Person, department_id: int) -> list[CannedReply]:
    """What `person` may insert on a request that this department holds: its replies and the person's own, those first."""
    theirs = or_(CannedReply.department_id == department_id, CannedReply.person_id == person.id)
    query = select(CannedReply).where(theirs)
    return list(db.session.scalars(query.order_by(CannedReply.person_id.is_(None), CannedReply.shortcut)))


def count_of(owner: Department | Person) -> int:
    return db.session.scalar(select(func.count()).select_from(CannedReply).where(owned_by(owner))) or 0


def reply_with(owner: Department | Person, shortcut: str) -> CannedReply | None:
    return db.session.scalars(
        select(CannedReply).where(owned_by(owner), CannedReply.shortcut == shortcut)
    ).one_or_none()
