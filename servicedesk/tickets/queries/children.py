"""Reads of child requests. Who may see the tickets themselves is asked of access."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.models import ChildRequest, Ticket


def children(parent_id: int) -> list[ChildRequest]:
    """What was asked from this ticket, planned ones too, by step, with the tickets."""
    query = (
        select(ChildRequest)
        .where(ChildRequest.parent_id == parent_id)
        .options(
            joinedload(ChildRequest.ticket).joinedload(Ticket.department),
            joinedload(ChildRequest.ticket).joinedload(Ticket.assignee).lazyload(Person.grants),
        )
        .order_by(ChildRequest.step, ChildRequest.id)
        .execution_options(populate_existing=False)
    )
    return list(db.session.scalars(query))


def children_of(parent_ids: Collection[int]) -> list[ChildRequest]:
    """Those of several tickets, in one statement."""
    query = select(ChildRequest).where(ChildRequest.parent_id.in_(parent_ids)).options(joinedload(ChildRequest.ticket))
    return list(db.session.scalars(query.order_by(ChildRequest.step, ChildRequest.id)))


def parent_of(ticket_id: int) -> ChildRequest | None:
    """The row that says from which ticket this one was asked."""
    query = select(ChildRequest).where(ChildRequest.ticket_id == ticket_id).options(joinedload(ChildRequest.parent))
    return db.session.scalars(query).one_or_none()


def parents_above(ticket_ids: Collection[int]) -> dict[int, int]:
    """ticket -> its parent, for these tickets and all that stand above them; a statement for each level."""
    found: dict[int, int] = {}
    wanted = set(ticket_ids)
    for _ in range(rules.DEEPEST + 1):
        if not wanted:
            break
        query = select(ChildRequest.ticket_id, ChildRequest.parent_id).where(ChildRequest.ticket_id.in_(wanted))
        rows = {row.ticket_id: row.parent_id for row in db.session.execute(query)}
        found |= rows
        wanted = set(rows.values()) - found.keys()
    return found
