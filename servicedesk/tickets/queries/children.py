"""Reads of child requests. Who may see the tickets themselves is asked of access."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager, joinedload

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.models import ChildRequest, Ticket


def children(parent_id: int) -> list[ChildRequest]:
    """What was asked from this ticket, planned ones too, by step, with the tickets as they stand now."""
    query = (
        select(ChildRequest)
        .where(ChildRequest.parent_id == parent_id)
        .options(joinedload(ChildRequest.ticket))
        .order_by(ChildRequest.batch, ChildRequest.step, ChildRequest.id)
        # Whoever waited for the parent's lock must not go by what was read before.
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def has_children(parent_id: int) -> bool:
    """Whether anything was asked from this ticket; most never ask, and finding out what costs far more."""
    return db.session.scalar(select(ChildRequest.id).where(ChildRequest.parent_id == parent_id).limit(1)) is not None


def children_of(parent_ids: Collection[int]) -> list[ChildRequest]:
    """Those of several tickets, in one statement."""
    query = select(ChildRequest).where(ChildRequest.parent_id.in_(parent_ids)).options(joinedload(ChildRequest.ticket))
    return list(db.session.scalars(query.order_by(ChildRequest.batch, ChildRequest.step, ChildRequest.id)))


def parents_that_wait(ticket_ids: Collection[int]) -> set[int]:
    """Those of the tickets that have asked for something and wait for it, ended or not."""
    query = select(ChildRequest.parent_id).where(ChildRequest.parent_id.in_(ticket_ids), ChildRequest.waits)
    return set(db.session.scalars(query))


def children_seen(parent_ids: Collection[int], visible: ColumnElement[bool]) -> list[tuple[ChildRequest, bool]]:
    """The same with whether their tickets fulfil `visible`, and with what a list of them shows. One statement."""
    query = (
        select(ChildRequest, visible)
        .outerjoin(Ticket, Ticket.id == ChildRequest.ticket_id)
        .where(ChildRequest.parent_id.in_(parent_ids))
        .options(
            contains_eager(ChildRequest.ticket).joinedload(Ticket.department),
            contains_eager(ChildRequest.ticket).joinedload(Ticket.assignee).lazyload(Person.grants),
            joinedload(ChildRequest.request_type).joinedload(RequestType.department),
        )
        .order_by(ChildRequest.batch, ChildRequest.step, ChildRequest.id)
    )
    return [(row, bool(seen)) for row, seen in db.session.execute(query)]


def parents_seen(ticket_ids: Collection[int], visible: ColumnElement[bool]) -> list[tuple[ChildRequest, bool]]:
    """The rows that say from which tickets these were asked, and whether those fulfil `visible`. One statement."""
    query = (
        select(ChildRequest, visible)
        .join(Ticket, Ticket.id == ChildRequest.parent_id)
        .where(ChildRequest.ticket_id.in_(ticket_ids))
        .options(contains_eager(ChildRequest.parent), joinedload(ChildRequest.asking_department))
    )
    return [(row, bool(seen)) for row, seen in db.session.execute(query)]


def parent_of(ticket_id: int) -> ChildRequest | None:
    """The row that says from which ticket this one was asked, without that ticket: it is to be locked first."""
    return db.session.scalars(select(ChildRequest).where(ChildRequest.ticket_id == ticket_id)).one_or_none()


def open_children_asked_by(person_id: int, statuses: Collection[str]) -> list[ChildRequest]:
    """Child requests in one of these states of which this person is the requester."""
    query = select(ChildRequest).join(Ticket, Ticket.id == ChildRequest.ticket_id)
    query = query.where(Ticket.requester_id == person_id, Ticket.status.in_(statuses))
    return list(db.session.scalars(query.order_by(ChildRequest.id)))


def locked(ticket_id: int) -> Ticket:
    """The ticket, locked, as it is now: what was read of it before may have changed while others held it."""
    query = select(Ticket).where(Ticket.id == ticket_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


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


def levels_below(ticket_id: int) -> list[set[int]]:
    """Ids of the tickets below this one, the nearest level first; a statement for each level."""
    levels: list[set[int]] = []
    wanted = {ticket_id}
    for _ in range(rules.DEEPEST + 1):
        query = select(ChildRequest.ticket_id).where(
            ChildRequest.parent_id.in_(wanted), ChildRequest.ticket_id.is_not(None)
        )
        wanted = {number for number in db.session.scalars(query) if number is not None}
        if not wanted:
            break
        levels.append(wanted)
    return levels
