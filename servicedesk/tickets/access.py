"""Gives a ticket to the person who may see it, else `NotFound`; who may not act gets `NotAllowed`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotAllowed, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.tickets import queries, rules
from servicedesk.tickets.models import Stay, Ticket, Watcher


def visible_to(person: Person) -> ColumnElement[bool]:
    """The condition under which `person` sees a ticket. Every list, count and search asks it in its own statement."""
    grounds: list[ColumnElement[bool]] = [_own(person)]
    if person.serves:
        held = exists().where(Stay.ticket_id == Ticket.id, Stay.department_id.in_(person.serves))
        grounds.append(and_(Ticket.confidential, Ticket.department_id.in_(person.serves)))
        grounds.append(and_(~Ticket.confidential, or_(Ticket.department_id.in_(person.serves), held)))
    if person.leads:
        grounds.append(and_(~Ticket.confidential, Ticket.customer_department_id.in_(person.leads)))
    if is_admin(person):
        grounds.append(~Ticket.confidential)
    return or_(*grounds)


def tickets_of(person: Person) -> Select[Any]:
    """All tickets the person may see."""
    return select(Ticket).where(visible_to(person))


def queue_of(person: Person, department_id: int | None = None) -> Select[Any]:
    """Active tickets held by the departments in which the person works (or by the one named, else nothing)."""
    mine = person.serves if department_id is None else person.serves & {department_id}
    if not mine:
        return select(Ticket).where(false())
    return select(Ticket).where(Ticket.department_id.in_(mine), Ticket.status.in_(rules.ACTIVE))


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


def visible_ids(person: Person, ticket_ids: Collection[int]) -> set[int]:
    """Those of the ids whose tickets `person` may see."""
    return set(db.session.scalars(select(Ticket.id).where(Ticket.id.in_(ticket_ids), visible_to(person))))


def reads_notes(person: Person, ticket: Ticket) -> bool:
    return rules.reads_notes(person, ticket, queries.holders(ticket.id))


def _own(person: Person) -> ColumnElement[bool]:
    # The watched ones as a list of ids: asked ticket by ticket, they would make the database walk over all tickets.
    watched = Ticket.id.in_(select(Watcher.ticket_id).where(Watcher.person_id == person.id))
    # A ticket may become confidential, or move to another team, after somebody began to follow it.
    return or_(Ticket.requester_id == person.id, Ticket.registrar_id == person.id, and_(~Ticket.confidential, watched))
