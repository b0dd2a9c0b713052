"""Gives a ticket to the person who may see it, else `NotFound`; who may not act gets `NotAllowed`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import aliased

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotAllowed, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.tickets import queries, rules
from servicedesk.tickets.models import Approval, BrokenSeal, ChildRequest, Stay, Ticket, Watcher


def visible_to(person: Person) -> ColumnElement[bool]:
    """The condition under which `person` sees a ticket. Every list, count and search asks it in its own statement."""
    grounds: list[ColumnElement[bool]] = [_own(person), _approves(person)]
    if person.serves:
        held = exists().where(Stay.ticket_id == Ticket.id, Stay.department_id.in_(person.serves))
        grounds.append(and_(Ticket.confidential, Ticket.department_id.in_(person.serves)))
        asked = Ticket.id.in_(_asked_by(person.serves))
        grounds.append(and_(~Ticket.confidential, or_(Ticket.department_id.in_(person.serves), held, asked)))
    if person.leads:
        grounds.append(and_(~Ticket.confidential, Ticket.customer_department_id.in_(person.leads)))
    if is_admin(person):
        grounds.append(~Ticket.confidential)
        grounds.append(_unsealed(person))
    return or_(*grounds)


def tickets_of(person: Person) -> Select[Any]:
    """All tickets the person may see."""
    return select(Ticket).where(visible_to(person))


def queue_of(person: Person, department_id: int | None = None) -> Select[Any]:
    """What the departments in which the person works can work on (or the one named, else nothing)."""
    mine = person.serves if department_id is None else person.serves & {department_id}
    if not mine:
        return select(Ticket).where(false())
    return select(Ticket).where(Ticket.department_id.in_(mine), Ticket.status.in_(rules.WORKABLE))


def own_tickets(person: Person) -> Select[Any]:
    """What the person asked for, filed for somebody, or watches."""
    return select(Ticket).where(_own(person))


def ticket_for(person: Person, ticket_id: int, to: str = "read") -> Ticket:
    """The ticket, if `person` may do `to` with it. Inside a transaction the row is locked for changes.

    Raises `NotFound` when it is missing or invisible, `NotAllowed` when it is visible but not theirs to change.
    """
    query = select(Ticket).where(Ticket.id == ticket_id, visible_to(person))
    if to == "read":
        query = queries.with_people(query)
    else:
        query = query.with_for_update()
    ticket = db.session.scalars(query).one_or_none() if 0 < ticket_id < 2**31 else None
    if ticket is None:
        raise NotFound(N_("There is no such ticket, or you may not see it."))
    if to != "read" and not rules.may(person, ticket, to):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    return ticket


def approval_for(person: Person, ticket_id: int, approval_id: int) -> tuple[Ticket, Approval]:
    """The ticket, locked, and one of its approvals, if it waits for the word of `person`.

    Raises `NotFound` as `ticket_for`, or for an approval of another ticket; `NotAllowed` where it is somebody else's.
    """
    ticket = ticket_for(person, ticket_id, "approve")
    approval = next((row for row in queries.approvals(ticket.id) if row.id == approval_id), None)
    if approval is None:
        raise NotFound()
    if approval.decided_at is None and not rules.may_decide(person, approval):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    return ticket, approval


def visible_ids(person: Person, ticket_ids: Collection[int]) -> set[int]:
    """Those of the ids whose tickets `person` may see."""
    return set(db.session.scalars(select(Ticket.id).where(Ticket.id.in_(ticket_ids), visible_to(person))))


def reads_notes(person: Person, ticket: Ticket) -> bool:
    return rules.reads_notes(person, ticket, queries.holders(ticket.id))


def _asked_by(departments: Collection[int]) -> Select[Any]:
    """Ids of child requests that these departments asked for, or whose parent they hold now."""
    parent = aliased(Ticket)
    query = select(ChildRequest.ticket_id).join(parent, parent.id == ChildRequest.parent_id)
    holds = or_(ChildRequest.asking_department_id.in_(departments), parent.department_id.in_(departments))
    return query.where(ChildRequest.ticket_id.is_not(None), holds)


def _approves(person: Person) -> ColumnElement[bool]:
    """Requests that wait for this person's word or have it; a stand-in sees them as long as the word is wanted."""
    wanted = and_(
        Approval.asked_at.is_not(None),
        Approval.decided_at.is_(None),
        or_(Approval.approver_id == person.id, Approval.cover_id == person.id),
    )
    return Ticket.id.in_(select(Approval.ticket_id).where(or_(wanted, Approval.decided_by_id == person.id)))


def _unsealed(person: Person) -> ColumnElement[bool]:
    """Confidential requests that this administrator has opened for a reason."""
    opened = select(BrokenSeal.ticket_id).where(BrokenSeal.person_id == person.id, BrokenSeal.ended_at.is_(None))
    return Ticket.id.in_(opened)


def _own(person: Person) -> ColumnElement[bool]:
    # The watched ones as a list of ids: asked ticket by ticket, they would make the database walk over all tickets.
    watched = Ticket.id.in_(select(Watcher.ticket_id).where(Watcher.person_id == person.id))
    # A ticket may become confidential, or move to another team, after somebody began to follow it.
    return or_(Ticket.requester_id == person.id, Ticket.registrar_id == person.id, and_(~Ticket.confidential, watched))
