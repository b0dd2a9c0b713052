"""Reads of who stands in on which tickets, of what is not as it should be, and of what happened while somebody was away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, lazyload

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from servicedesk.people import away
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.models import Approval, Ticket


@dataclass(frozen=True)
class Wrong:
    """A ticket on which somebody else than now should stand in, or nobody."""

    ticket_id: int
    assignee_id: int
    before_id: int | None
    after_id: int | None
    status: str


@dataclass(frozen=True)
class Meanwhile:
    """What happened to somebody's work while they were away, each with the id of who did it."""

    resolved: list[tuple[Ticket, int | None]] = field(default_factory=list)
    open: list[Ticket] = field(default_factory=list)
    passed_on: list[tuple[Ticket, int | None]] = field(default_factory=list)
    decided: list[Approval] = field(default_factory=list)


def worker_of(ticket: Ticket, at: datetime) -> tuple[Person | None, bool]:
    """Who works on the ticket at an instant, and whether they stand in: the assignee, while that one is away the
    stand-in; nobody where nobody has it, has left, or nobody stands in."""
    person = ticket.assignee
    if person is None or not person.active:
        return None, False
    if away.absence_of(person.id, at) is None:
        return person, False
    found = rules.cover_among(people.stand_ins(person.id, at), ticket.department_id, ticket.requester_id)
    return found, found is not None


def wrongly_covered(at: datetime, assignee_id: int | None = None) -> list[Wrong]:
    """Tickets (of everybody, or of this assignee) whose stand-in is not who it should be at an instant; oldest first.

    What ended while somebody was away keeps its stand-in as long as the absence lasts.
    """
    gone = people.absences_at(at)
    covered = and_(Ticket.assignee_id.in_(gone), Ticket.status.in_(rules.ACTIVE))
    query = select(
        Ticket.id, Ticket.assignee_id, Ticket.cover_id, Ticket.department_id, Ticket.requester_id, Ticket.status
    )
    if assignee_id is not None:
        query = query.where(Ticket.assignee_id == assignee_id)
    rows = db.session.execute(query.where(or_(Ticket.cover_id > 0, covered)).order_by(Ticket.id)).all()
    there = people.stand_ins_of({row.assignee_id for row in rows if row.assignee_id in gone}, at) if rows else {}
    found = []
    for row in rows:
        person, after = row.assignee_id, None
        if person in gone:
            if row.status not in rules.ACTIVE:
                continue
            cover = rules.cover_among(there[person], row.department_id, row.requester_id)
            after = cover.id if cover else None
        if after != row.cover_id and person is not None:
            found.append(Wrong(row.id, person, row.cover_id, after, row.status))
    return found


def approvers_wrongly_covered(at: datetime) -> list[int]:
    """Ids of those whose word is waited for, and for whom somebody else than now should stand in, or nobody."""
    gone = people.absences_at(at)
    query = select(Approval.approver_id, Approval.cover_id, Ticket.requester_id).join(Approval.ticket)
    query = query.where(Approval.decided_at.is_(None), Approval.asked_at.is_not(None))
    rows = db.session.execute(query.where(or_(Approval.cover_id > 0, Approval.approver_id.in_(gone)))).all()
    there = people.stand_ins_of({row.approver_id for row in rows if row.approver_id in gone}, at) if rows else {}
    wrong = set()
    for row in rows:
        fit = [person.id for person in there.get(row.approver_id, ()) if person.id != row.requester_id]
        if row.cover_id != (fit[0] if fit else None):
            wrong.add(row.approver_id)
    return sorted(wrong)


def open_tickets_of(person_id: int) -> list[Ticket]:
    """What this person has and is not done, oldest first, with who stands in."""
    query = select(Ticket).where(Ticket.assignee_id == person_id, Ticket.status.in_(rules.ACTIVE))
    query = query.options(joinedload(Ticket.cover).lazyload(Person.grants), joinedload(Ticket.department))
    return list(db.session.scalars(query.order_by(Ticket.id)))


def covers_of(person_ids: Collection[int]) -> set[tuple[int, int]]:
    """(who is away, who stands in on something open of theirs)."""
    query = select(Ticket.assignee_id, Ticket.cover_id).where(
        Ticket.assignee_id.in_(person_ids), Ticket.cover_id > 0, Ticket.status.in_(rules.ACTIVE)
    )
    return {(row.assignee_id, row.cover_id) for row in db.session.execute(query.distinct())}


def meanwhile(person_id: int, since: datetime, until: datetime) -> Meanwhile:
    """What happened to this person's work in [since, until]: resolved, still open, given to others, decided."""
    given = _given_away(person_id, since, until)
    kept = select(Ticket).where(
        Ticket.assignee_id == person_id, or_(Ticket.status.in_(rules.ACTIVE), Ticket.resolved_at >= since)
    )
    lost = select(Ticket).where(Ticket.id.in_(given), Ticket.assignee_id.is_distinct_from(person_id))
    found = [_by_id(kept), _by_id(lost)]
    resolvers = _resolvers([ticket.id for ticket in found[0] if ticket.status not in rules.ACTIVE], since)
    decided = select(Approval).where(
        Approval.approver_id == person_id, Approval.decided_at >= since, Approval.decided_by_id != person_id
    )
    return Meanwhile(
        resolved=[(ticket, resolvers.get(ticket.id)) for ticket in found[0] if ticket.status not in rules.ACTIVE],
        open=[ticket for ticket in found[0] if ticket.status in rules.ACTIVE],
        passed_on=[(ticket, ticket.assignee_id) for ticket in found[1] if ticket.assignee_id is not None],
        decided=list(db.session.scalars(decided.options(joinedload(Approval.ticket)).order_by(Approval.decided_at))),
    )


def _by_id(query: object) -> list[Ticket]:
    named = query.options(joinedload(Ticket.cover).lazyload(Person.grants), lazyload(Ticket.assignee))  # type: ignore[attr-defined]
    return list(db.session.scalars(named.order_by(Ticket.id)))


def _given_away(person_id: int, since: datetime, until: datetime) -> list[int]:
    """Ids of tickets that were taken from this person, or given to a stand-in in their place."""
    query = select(Entry.subject_id).where(
        Entry.what == "TicketAssigned", Entry.at >= since, Entry.at <= until,
        or_(Entry.data["before_id"].as_integer() == person_id, Entry.data["instead_of_id"].as_integer() == person_id),
    )  # fmt: skip
    return [number for number in db.session.scalars(query.distinct()) if number is not None]


def _resolvers(ticket_ids: Collection[int], since: datetime) -> dict[int, int | None]:
    """Who resolved each ticket last."""
    query = select(Entry.subject_id, Entry.actor_id).where(
        Entry.subject_kind == "ticket",
        Entry.subject_id.in_(ticket_ids),
        Entry.what == rules.RESOLVED,
        Entry.at >= since,
    )
    return {row.subject_id or 0: row.actor_id for row in db.session.execute(query.order_by(Entry.id))}
