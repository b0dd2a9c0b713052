"""What a search asks of promises: requests whose next one falls due in a span of time, or of which one was broken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_

from servicedesk.people.models import Person
from servicedesk.sla.models import Clock
from servicedesk.sla.queries.lists import _can_break
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
    if span.never:
        return ~_due_before(None)
    parts = [_due_before(span.before)]
    if span.since is not None:
        parts.append(~_due_before(span.since))
    return and_(*parts)


def _due_before(until: datetime | None) -> ColumnElement[bool]:
    pending = exists().where(Clock.ticket_id == Ticket.id, Clock.open, _can_break(), Clock.due_at.is_not(None))
    return pending if until is None else pending.where(Clock.due_at < until)


def _breached(person: Person) -> ColumnElement[bool]:
    broken = exists().where(Clock.ticket_id == Ticket.id, Clock.breached_at.is_not(None))
    own = broken.where(Clock.metric != "stay")
    if not person.serves:
        return own
    return or_(own, and_(Ticket.department_id.in_(person.serves), broken))
