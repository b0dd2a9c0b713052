"""Reads of who opened confidential requests, and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Person
from servicedesk.tickets.models import BrokenSeal


def open_seal(person_id: int, ticket_id: int) -> BrokenSeal | None:
    """The one by which this person reads the request now."""
    query = select(BrokenSeal).where(
        BrokenSeal.person_id == person_id, BrokenSeal.ticket_id == ticket_id, BrokenSeal.ended_at.is_(None)
    )
    return db.session.scalars(query.order_by(BrokenSeal.id.desc()).limit(1)).one_or_none()


def seals_of(ticket_id: int) -> list[BrokenSeal]:
    """Everybody who ever opened the request, newest first, with their names."""
    query = select(BrokenSeal).where(BrokenSeal.ticket_id == ticket_id)
    query = query.options(joinedload(BrokenSeal.person).lazyload(Person.grants))
    return list(db.session.scalars(query.order_by(BrokenSeal.id.desc())))


def seals(*, are_open: bool, cursor: str | None = None, limit: int = 50) -> Page[BrokenSeal]:
    """Those that are open or those that ended, newest first, with the names of who opened; the requests are not read."""
    query = select(BrokenSeal).options(joinedload(BrokenSeal.person).lazyload(Person.grants))
    query = query.where(BrokenSeal.ended_at.is_(None) if are_open else BrokenSeal.ended_at.is_not(None))
    return page_of(query, [BrokenSeal.id], cursor=cursor, limit=limit, descending=True)


def seals_to_end(at: datetime, limit: int = 100) -> list[int]:
    """Ids of the open ones whose time has passed by `at`."""
    query = select(BrokenSeal.id).where(BrokenSeal.ended_at.is_(None), BrokenSeal.until <= at)
    return list(db.session.scalars(query.order_by(BrokenSeal.until).limit(limit)))
