"""What a search asks of promises: requests whose next one falls due in a span of time, or of which one was broken."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, or_, select

from servicedesk.people.models import Person
from servicedesk.sla.models import Clock, QueuePlace
from servicedesk.sla.models.places import NEVER
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.search import PromiseWish, Span


def conditions(wishes: Iterable[PromiseWish], person: Person) -> list[ColumnElement[bool]]:
    """Of tickets; a stay is between departments, so it is broken only for those who serve one."""
    found = []
    for wish in wishes:
        condition = _breached(person) if wish.breached else _due(wish.span or Span())
        found.append(~condition if wish.excluded else condition)
    return found


def _due(span: Span) -> ColumnElement[bool]:
    """Asked of the places in the queue, which know the next promise of every active request: what is done has none."""
    if span.never:
        return Ticket.id.not_in(select(QueuePlace.ticket_id).where(QueuePlace.due_at < NEVER))
    placed = select(QueuePlace.ticket_id).where(QueuePlace.due_at < (span.before or NEVER))
    if span.since is not None:
        placed = placed.where(QueuePlace.due_at >= span.since)
    return Ticket.id.in_(placed)


def _breached(person: Person) -> ColumnElement[bool]:
    broken = exists().where(Clock.ticket_id == Ticket.id, Clock.breached_at.is_not(None))
    own = Clock.metric != "stay"
    # One condition of one row: two that are alternatives would have the database list all broken promises first.
    return broken.where(or_(own, Ticket.department_id.in_(person.serves)) if person.serves else own)
