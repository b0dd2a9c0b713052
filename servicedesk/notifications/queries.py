"""Reads of the bell, and the few facts about others that a mail needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.notifications import rules
from servicedesk.notifications.models import Notice
from servicedesk.people.models import Grant, Person
from servicedesk.sla.models import Clock
from servicedesk.tickets.models import Message, Ticket


@dataclass(frozen=True)
class Line:
    """One line under the bell; `rules.SENTENCES[kind]` filled with `facts` is what it says."""

    id: int
    kind: str
    ticket_id: int | None
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


def unread_count(person_id: int) -> int:
    query = select(func.count()).select_from(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None))
    return db.session.scalar(query) or 0


def page(person_id: int, cursor: str | None = None, limit: int = 50) -> Page[Line]:
    """Newest first. Lines about a ticket that has become confidential since keep only its number."""
    query = select(Notice, Ticket.confidential).outerjoin(Ticket, Ticket.id == Notice.ticket_id)
    query = query.where(Notice.person_id == person_id)
    return page_of(query, [Notice.id], cursor=cursor, limit=limit, descending=True).map(lambda row: _line(*row))


def promises_running(ticket_id: int) -> dict[str, datetime]:
    """When each promise on the ticket is due that runs now, by metric."""
    query = select(Clock.metric, Clock.due_at).where(Clock.ticket_id == ticket_id, Clock.state == "running")
    return {metric: due_at for metric, due_at in db.session.execute(query.order_by(Clock.id)) if due_at is not None}


def answer_to_resolve(ticket_id: int) -> Message | None:
    """The newest public word of the department: just after a resolution the one that says what was done."""
    query = select(Message).where(
        Message.ticket_id == ticket_id, Message.visibility == "public", Message.side == "supplier"
    )
    return db.session.scalars(query.order_by(Message.id.desc()).limit(1)).one_or_none()


def report_audience() -> list[Person]:
    """Active leads and report readers."""
    query = select(Person).join(Grant, Grant.person_id == Person.id)
    query = query.where(Grant.role.in_(("lead", "report_reader")), Person.active).distinct()
    return list(db.session.scalars(query.order_by(Person.id)))


def _line(notice: Notice, confidential: bool | None) -> Line:
    kind, facts = notice.kind, notice.facts
    if confidential and notice.ticket_id is not None:
        kind, facts = rules.quiet(kind, notice.ticket_id)
    return Line(notice.id, kind, notice.ticket_id, facts, notice.created_at, notice.read_at)
