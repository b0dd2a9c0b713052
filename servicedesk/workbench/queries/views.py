"""Reads of saved views, and how many requests stand in each. What a view shows is asked as whoever looks."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, lazyload

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.tickets.queries import counts
from servicedesk.workbench.models import OpeningView, SavedView
from servicedesk.workbench.queries.queue import Reader, queue
from servicedesk.workbench.rules import Asked


def views_seen_by(person: Person) -> list[SavedView]:
    """One's own, then those of each department in which the person works; each in their order. One statement."""
    shared = SavedView.shared_with_id.in_(person.serves)
    own = and_(SavedView.shared_with_id.is_(None), SavedView.owner_id == person.id)
    query = select(SavedView).where(SavedView.removed_at.is_(None), or_(own, shared))
    query = query.options(joinedload(SavedView.owner).options(lazyload(Person.grants)))
    order = (SavedView.shared_with_id.is_not(None), SavedView.shared_with_id, SavedView.position, SavedView.id)
    return list(db.session.scalars(query.order_by(*order)))


def saved_view(view_id: int) -> SavedView | None:
    return db.session.get(SavedView, view_id) if 0 < view_id < 2**31 else None


def beside(view: SavedView) -> list[SavedView]:
    """The views of the same owner or department, this one too, in their order."""
    return siblings(view.owner_id, view.shared_with_id)


def siblings(owner_id: int, shared_with_id: int | None) -> list[SavedView]:
    group = (
        and_(SavedView.shared_with_id.is_(None), SavedView.owner_id == owner_id)
        if shared_with_id is None
        else SavedView.shared_with_id == shared_with_id
    )
    query = select(SavedView).where(group, SavedView.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(SavedView.position, SavedView.id)))


def opening_view(person_id: int) -> OpeningView | None:
    return db.session.get(OpeningView, person_id)


def view_counts(reader: Reader, asked: Mapping[str, tuple[Asked, int | None]], most: int = 100) -> dict[str, int]:
    """How many requests stand in each list (what it asks for, in whose queue), counted up to `most`; one statement."""
    return counts({name: queue(reader, wish, department_id) for name, (wish, department_id) in asked.items()}, most)
