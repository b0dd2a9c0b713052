"""Reads of merged requests. Who may see them is asked of access, in the same statement."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.models import Attachment, Merge, Message, Ticket
from servicedesk.tickets.queries.tickets import Filter, filtered, with_people

# Among so many newest requests of a department those that are alike are looked for.
LOOKED_AT = 150


def merge_in_force(ticket_id: int) -> Merge | None:
    """The merge by which this ticket goes on in another one, with who did it."""
    query = select(Merge).where(Merge.ticket_id == ticket_id, Merge.undone_at.is_(None))
    return db.session.scalars(query.options(joinedload(Merge.by).lazyload(Person.grants))).one_or_none()


def merged_into(target_ids: Collection[int]) -> list[Ticket]:
    """The tickets that go on in these, with who asked for them, oldest merge first."""
    query = select(Ticket).where(Ticket.merged_into_id.in_(target_ids))
    query = query.options(joinedload(Ticket.requester).lazyload(Person.grants))
    return list(db.session.scalars(query.order_by(Ticket.id)))


def count_merged_into(target_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(Ticket).where(Ticket.merged_into_id == target_id)) or 0


def merges_seen(target_id: int, visible: ColumnElement[bool]) -> list[Merge]:
    """The merges in force into this ticket, as far as the merged tickets fulfil `visible`; with the tickets, who asked
    and who merged. One statement."""
    query = (
        select(Merge)
        .join(Ticket, Ticket.id == Merge.ticket_id)
        .where(Merge.target_id == target_id, Merge.undone_at.is_(None), visible)
        .options(
            contains_eager(Merge.ticket).joinedload(Ticket.requester).lazyload(Person.grants),
            joinedload(Merge.by).lazyload(Person.grants),
        )
        .order_by(Merge.merged_at, Merge.id)
    )
    return list(db.session.scalars(query))


def messages_of(ticket_ids: Collection[int], *, limit: int) -> list[Message]:
    """Messages and notes of several tickets, the oldest first, with their authors; the newest `limit` of them."""
    query = select(Message).where(Message.ticket_id.in_(ticket_ids))
    query = query.options(joinedload(Message.author).lazyload(Person.grants)).order_by(Message.id.desc()).limit(limit)
    return list(db.session.scalars(query))[::-1]


def files_of(ticket_ids: Collection[int]) -> list[Attachment]:
    """The files of several tickets in the order in which they came, with the messages whose visibility they have."""
    query = select(Attachment).where(Attachment.ticket_id.in_(ticket_ids))
    return list(db.session.scalars(query.options(joinedload(Attachment.file)).order_by(Attachment.id)))


def merge_candidates(ticket: Ticket, person: Person, visible: ColumnElement[bool]) -> list[Ticket]:
    """What this ticket might go on in: the requester's others, and the newest of the departments in which `person` works."""
    query = _into_which(ticket, person).where(visible).order_by(Ticket.id.desc())
    theirs = query.where(Ticket.requester_id == ticket.requester_id).limit(LOOKED_AT // 3)
    found = {row.id: row for part in (theirs, query.limit(LOOKED_AT)) for row in db.session.scalars(part)}
    return list(found.values())


def merge_targets_named(
    ticket: Ticket, person: Person, visible: ColumnElement[bool], text: str, limit: int
) -> list[Ticket]:
    """Those that have the words or the number of `text`, the newest first."""
    query = filtered(_into_which(ticket, person), Filter(text=text)).where(visible)
    return list(db.session.scalars(query.order_by(Ticket.id.desc()).limit(limit)))


def _into_which(ticket: Ticket, person: Person) -> Select[Any]:
    """What `rules.merge_fault` finds nothing against, in one statement."""
    homes = {ticket.department_id} if ticket.confidential else person.serves
    return with_people(select(Ticket)).where(
        Ticket.id != ticket.id, Ticket.status.in_(rules.WORKABLE), Ticket.department_id.in_(homes),
        Ticket.requester_id != person.id, Ticket.confidential.is_(ticket.confidential),
    )  # fmt: skip
