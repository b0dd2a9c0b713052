"""Loads the plain rows of one month. Promises come as a stream; what happened to tickets is loaded in walks.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, union_all

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from servicedesk.people.queries import company, departments
from servicedesk.ratings.models import Invitation, SkippedInvitation
from servicedesk.ratings.queries import opened
from servicedesk.reports import rules
from servicedesk.reports.figures import (
    ClockRow,
    DepartmentRow,
    HandOverRow,
    MonthRows,
    RatingRow,
    TermRow,
    TicketRow,
)
from servicedesk.reports.queries.walks import AT_ONCE, Walks
from servicedesk.sla.models import BreachReason, Clock, Term
from servicedesk.tickets import queries as ticket_queries
from servicedesk.tickets.models import Stay, Ticket
from servicedesk.tickets.rules import ACTIVE, REOPENED


def month_rows(month: str, zone: str) -> MonthRows:
    """Everything the report of `month` is made of but the opinions, as the rows stand now."""
    begin, end = rules.bounds(month, zone)
    walks = Walks(begin, end, zone)
    return MonthRows(
        month=month, begin=begin, end=end,
        departments=[
            DepartmentRow(row.id, row.key, dict(row.name), row.active) for row in departments(active_only=False)
        ],
        clocks=_clocks(begin, end), tickets=_filed(begin, end), backlog=_backlog(end),
        resolutions=walks.resolutions, hand_overs=_hand_overs(begin, end), triaged=_triaged(begin, end),
        journeys=walks.journeys, balls=walks.balls, terms=_terms(begin, end),
        invited=_counts(select(Invitation.department_id, func.count()).where(Invitation.month == month)),
        held_back=_counts(select(SkippedInvitation.department_id, func.sum(SkippedInvitation.held_back)).where(
            SkippedInvitation.month == month
        )),
    )  # fmt: skip


def ratings_of(month: str, keys: Sequence[str]) -> list[RatingRow]:
    """The opinions of a month that is about to close; raises `Conflict` where they cannot be opened."""
    return [
        RatingRow(
            row.department_id, row.customer_department_id, row.quality, row.speed, row.helpfulness, row.rater,
            row.comment, row.signed, row.served_by_id, row.thanks,
        )
        for row in opened(month, keys)
    ]  # fmt: skip


def _clocks(begin: datetime, end: datetime) -> Iterator[ClockRow]:
    """In the order in which they were decided, which an index has already; some thousand are in memory at a time."""
    query = (
        select(
            Clock.id, Clock.ticket_id, Clock.metric, Clock.department_id, Ticket.customer_department_id,
            Clock.breached_at, Clock.elapsed_seconds, Clock.paused_seconds, Clock.target_seconds, Clock.stopped_at,
            Ticket.confidential, Ticket.requester_id, BreachReason.excused, BreachReason.code, BreachReason.text,
            Clock.ball_at_breach,
        )
        .join(Ticket, Ticket.id == Clock.ticket_id)
        .outerjoin(BreachReason, BreachReason.clock_id == Clock.id)
        .where(Clock.decided_at >= begin, Clock.decided_at < end, Clock.state.in_(("met", "breached")))
        .order_by(Clock.decided_at, Clock.id)
    )  # fmt: skip
    for row in db.session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield ClockRow(
            clock_id=row.id, ticket_id=row.ticket_id, metric=row.metric, department_id=row.department_id,
            customer_department_id=row.customer_department_id, kept=row.breached_at is None,
            elapsed_seconds=row.elapsed_seconds, paused_seconds=row.paused_seconds, target_seconds=row.target_seconds,
            stopped=row.stopped_at is not None, breached_at=row.breached_at, confidential=row.confidential,
            requester_id=row.requester_id, excused=bool(row.excused), reason_code=row.code, reason_text=row.text,
            ball=row.ball_at_breach,
        )  # fmt: skip


def _terms(begin: datetime, end: datetime) -> list[TermRow]:
    """The tickets with agreed dates among those whose resolution was decided."""
    decided = and_(
        Clock.decided_at >= begin,
        Clock.decided_at < end,
        Clock.metric == "resolution",
        Clock.state.in_(("met", "breached")),
    )
    agreed = (
        select(Term.ticket_id, func.count().label("times"), func.min(Term.number).label("first"))
        .where(Term.state == "accepted", Term.ticket_id.in_(select(Clock.ticket_id).where(decided)))
        .group_by(Term.ticket_id)
        .subquery()
    )
    query = (
        select(Clock.ticket_id, Clock.department_id, Term.due_at, agreed.c.times, Clock.breached_at, Clock.stopped_at)
        .join(agreed, agreed.c.ticket_id == Clock.ticket_id)
        .join(Term, and_(Term.ticket_id == Clock.ticket_id, Term.number == agreed.c.first))
        .where(decided)
        .order_by(Clock.id)
    )
    return [
        TermRow(row.ticket_id, row.department_id, row.due_at, row.times, row.breached_at is None, row.stopped_at)
        for row in db.session.execute(query)
    ]


def _counts(query: Select[int, int]) -> dict[int, int]:
    column = query.selected_columns[0]
    return {department_id: int(count) for department_id, count in db.session.execute(query.group_by(column))}


def _tickets_held_at(moment: datetime) -> Select[*tuple[Any, ...]]:
    """Tickets with the department that held them just before `moment`."""
    held = and_(
        Stay.ticket_id == Ticket.id, Stay.began_at < moment, or_(Stay.ended_at.is_(None), Stay.ended_at >= moment)
    )
    return select(
        Ticket.id,
        Stay.department_id,
        Ticket.customer_department_id,
        Ticket.created_at,
        Ticket.confidential,
        Ticket.requester_id,
    ).join(Stay, held)


def _filed(begin: datetime, end: datetime) -> list[TicketRow]:
    query = _tickets_held_at(end).where(Ticket.created_at >= begin, Ticket.created_at < end).order_by(Ticket.id)
    return [TicketRow(*row) for row in db.session.execute(query)]


def _backlog(end: datetime) -> list[TicketRow]:
    """Tickets filed and not resolved at `end`, whatever happened to them since."""
    # Each part has an index of its own: years of closed tickets are not looked through.
    unresolved = union_all(
        select(Ticket.id).where(Ticket.status.in_(ACTIVE)),
        select(Ticket.id).where(Ticket.resolved_at >= end, Ticket.status.not_in(ACTIVE)),
        select(Ticket.id).where(Ticket.status == "cancelled", Ticket.closed_at >= end, Ticket.resolved_at.is_(None)),
    ).subquery()
    query = _tickets_held_at(end).join(unresolved, unresolved.c.id == Ticket.id).where(Ticket.created_at < end)
    resolved_then = _resolved_at(end)
    return [TicketRow(*row) for row in db.session.execute(query.order_by(Ticket.id)) if row.id not in resolved_then]


def _resolved_at(end: datetime) -> set[int]:
    """Tickets whose next turn after `end` is a reopening: they rested then, though they may be open now."""
    query = (
        ticket_queries.turns_query()
        .join(Ticket, Ticket.id == Entry.subject_id)
        .where(Entry.at >= end, Ticket.reopen_count > 0)
    )
    first: dict[int, str] = {}
    for row in db.session.execute(query.order_by(Entry.at, Entry.id)):
        first.setdefault(row.subject_id, row.what)
    return {ticket_id for ticket_id, what in first.items() if what == REOPENED}


def _hand_overs(begin: datetime, end: datetime) -> list[HandOverRow]:
    query = (
        select(Entry.subject_id, Entry.data, Ticket.confidential)
        .join(Ticket, Ticket.id == Entry.subject_id)
        .where(Entry.subject_kind == "ticket", Entry.what == "TicketHandedOver", Entry.at >= begin, Entry.at < end)
    )
    return [
        HandOverRow(
            row.subject_id, row.data["from_department_id"], row.data["to_department_id"], row.data.get("because"),
            row.confidential,
        )
        for row in db.session.execute(query.order_by(Entry.id))
    ]  # fmt: skip


def _triaged(begin: datetime, end: datetime) -> int:
    """Requests that came to the triage department in the month: they left it as such, or wait there without a type."""
    found = company()
    waits = and_(
        Stay.department_id == (found.triage_department_id if found else None),
        Stay.left_because.is_(None),
        Ticket.request_type_id.is_(None),
    )
    query = select(func.count(Stay.ticket_id.distinct())).join(Ticket, Ticket.id == Stay.ticket_id)
    query = query.where(Stay.began_at >= begin, Stay.began_at < end, or_(Stay.left_because == "triage", waits))
    return db.session.scalar(query) or 0
