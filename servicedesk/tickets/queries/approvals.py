"""Reads of approvals."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.tickets.models import Approval


def approvals(ticket_id: int) -> list[Approval]:
    """Everybody who was or will be asked about the ticket, all rounds, in order, with their names."""
    return approvals_of([ticket_id]).get(ticket_id, [])


def approvals_of(ticket_ids: Collection[int]) -> dict[int, list[Approval]]:
    """The same of several tickets, in one statement."""
    query = (
        select(Approval)
        .where(Approval.ticket_id.in_(ticket_ids))
        .options(
            joinedload(Approval.approver).lazyload(Person.grants),
            joinedload(Approval.cover).lazyload(Person.grants),
            joinedload(Approval.decided_by).lazyload(Person.grants),
        )
        .order_by(Approval.id)
    )
    found: dict[int, list[Approval]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.ticket_id, []).append(row)
    return found


def approvals_waiting_for(person_id: int) -> list[Approval]:
    """What waits for this person's word, their own and what they cover, oldest first, with the tickets."""
    query = select(Approval).where(
        Approval.decided_at.is_(None),
        Approval.asked_at.is_not(None),
        or_(Approval.approver_id == person_id, Approval.cover_id == person_id),
    )
    return list(db.session.scalars(query.options(joinedload(Approval.ticket)).order_by(Approval.asked_at, Approval.id)))


def approvals_to_remind_of(at: datetime, limit: int) -> list[int]:
    """Ids of approvals whose reminder is due."""
    query = select(Approval.id).where(Approval.decided_at.is_(None), Approval.remind_at <= at)
    return list(db.session.scalars(query.order_by(Approval.remind_at).limit(limit)))


def undecided_of(person_id: int) -> list[Approval]:
    """Approvals for which this person is to answer, asked or not yet."""
    query = select(Approval).where(Approval.approver_id == person_id, Approval.decided_at.is_(None))
    return list(db.session.scalars(query.order_by(Approval.id)))
