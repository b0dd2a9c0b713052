"""Reads of links between requests. Which of their ends somebody may know is asked of access, in the same statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket, TicketLink
from servicedesk.tickets.rules import READ_FROM_OTHER


class Linked(NamedTuple):
    """A link as one of its ends reads it, and the ticket at the other end."""

    id: int
    kind: str
    ticket: Ticket
    row: TicketLink


def links_seen(ticket_id: int, visible: ColumnElement[bool]) -> list[Linked]:
    """The links of a ticket whose other ends fulfil `visible`, in one statement, oldest first."""
    other_end = case((TicketLink.ticket_id == ticket_id, TicketLink.other_id), else_=TicketLink.ticket_id)
    query = (
        select(TicketLink, Ticket)
        .join(Ticket, Ticket.id == other_end)
        .where(or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id), visible)
        .options(joinedload(Ticket.department), joinedload(TicketLink.by).lazyload(Person.grants))
        .order_by(TicketLink.id)
    )
    return [
        Linked(row.id, row.kind if row.ticket_id == ticket_id else READ_FROM_OTHER[row.kind], other, row)
        for row, other in db.session.execute(query)
    ]


def link_between(first_id: int, second_id: int) -> TicketLink | None:
    """The link of two tickets, whichever way it is read."""
    query = select(TicketLink).where(
        or_(
            and_(TicketLink.ticket_id == first_id, TicketLink.other_id == second_id),
            and_(TicketLink.ticket_id == second_id, TicketLink.other_id == first_id),
        )
    )
    return db.session.scalars(query).one_or_none()


def count_links(ticket_id: int) -> int:
    ends = or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id)
    return db.session.scalar(select(func.count()).select_from(TicketLink).where(ends)) or 0


def locked_in_order(ticket_ids: Sequence[int], visible: ColumnElement[bool]) -> dict[int, Ticket]:
    """Those of the tickets that fulfil `visible`, locked one after the other by number: two who change the same pair
    never wait for each other."""
    query = select(Ticket).where(Ticket.id.in_(ticket_ids), visible).order_by(Ticket.id).with_for_update(of=Ticket)
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return {ticket.id: ticket for ticket in found}
