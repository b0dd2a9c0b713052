"""Reads of approvals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.models import Approval, Ticket


def approvals(ticket_id: int) -> list[Approval]:
    """Everybody who was or will be asked about the ticket, all rounds, in order, with their names."""
    return approvals_of([ticket_id]).get(ticket_id, [])


def approvals_page(ticket_id: int, *, cursor: str | None = None, limit: int = 50) -> Page[Approval]:
    return page_of(_with_names(Approval.ticket_id == ticket_id), [Approval.id], cursor=cursor, limit=limit)


def approvals_of(ticket_ids: Collection[int]) -> dict[int, list[Approval]]:
    """The same of several tickets, in one statement."""
    query = _with_names(Approval.ticket_id.in_(ticket_ids)).order_by(Approval.id)
    found: dict[int, list[Approval]] = {}
    for row in db.session.scalars(query):
        found.setdefault(row.ticket_id, []).append(row)
    return found


def approval_waits(
    ticket: Ticket, asked: Sequence[Approval] | None = None
) -> list[tuple[str, datetime, datetime | None]]:
    """When the ball was with approvers, or with a requester whom they refused: see `rules.approval_spans`.

    `asked` are the ticket's approvals, where they are known already. Tickets that never waited cost no statement.
    """
    if asked is None:
        asked = approvals(ticket.id) if rules.was_to_be_approved(ticket) else []
    return rules.approval_spans(asked, ticket.approved_at or ticket.closed_at)


def approvals_waiting_for(person_id: int, *, cursor: str | None = None, limit: int = 50) -> Page[Approval]:
    """What waits for this person's word, their own and what they cover, oldest first, with the tickets."""
    query = (
        select(Approval)
        .where(*_waits_for(person_id))
        .options(
            joinedload(Approval.approver).lazyload(Person.grants),
            joinedload(Approval.cover).lazyload(Person.grants),
            joinedload(Approval.ticket).joinedload(Ticket.department),
            joinedload(Approval.ticket).joinedload(Ticket.request_type),
            joinedload(Approval.ticket).joinedload(Ticket.requester).lazyload(Person.grants),
        )
    )
    return page_of(query, [Approval.asked_at, Approval.id], cursor=cursor, limit=limit)


def count_waiting_for(person_id: int) -> Select[int]:
    """How many that are, as a statement to be part of another one."""
    return select(func.count(Approval.id)).where(*_waits_for(person_id))


def _with_names(which: ColumnElement[bool]) -> Select[Any]:
    return (
        select(Approval)
        .where(which)
        .options(
            joinedload(Approval.approver).lazyload(Person.grants),
            joinedload(Approval.cover).lazyload(Person.grants),
            joinedload(Approval.decided_by).lazyload(Person.grants),
        )
    )


def _waits_for(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Approval.decided_at.is_(None),
        Approval.asked_at.is_not(None),
        or_(Approval.approver_id == person_id, Approval.cover_id == person_id),
    )


def approvals_to_remind_of(at: datetime, limit: int) -> list[int]:
    """Ids of approvals whose reminder is due."""
    query = select(Approval.id).where(Approval.decided_at.is_(None), Approval.remind_at <= at)
    return list(db.session.scalars(query.order_by(Approval.remind_at).limit(limit)))


def undecided_of(person_id: int) -> list[Approval]:
    """Approvals for which this person is to answer, asked or not yet, with their tickets locked."""
    return _locked(Approval.approver_id == person_id)


def waiting_of(person_ids: Collection[int], *, covered_by: int) -> list[Approval]:
    """Approvals whose word is waited for from one of these people, or from somebody for whom `covered_by` stands in."""
    return _locked(
        Approval.asked_at.is_not(None),
        or_(Approval.approver_id.in_(person_ids), Approval.cover_id == covered_by),
    )


def _locked(*conditions: ColumnElement[bool]) -> list[Approval]:
    """Undecided approvals with their tickets. The tickets are locked first, as whoever decides does, and the approvals
    read after that: what was decided while this waited is not among them."""
    undecided = (Approval.decided_at.is_(None), *conditions)
    wanted = Ticket.id.in_(select(Approval.ticket_id).where(*undecided))
    fresh = {"populate_existing": True}
    tickets = select(Ticket).where(wanted).order_by(Ticket.id).with_for_update().execution_options(**fresh)
    locked = db.session.scalars(tickets).all()
    if not locked:
        return []
    query = select(Approval).where(*undecided, Approval.ticket_id.in_([ticket.id for ticket in locked]))
    return list(db.session.scalars(query.order_by(Approval.ticket_id, Approval.id).execution_options(**fresh)))
