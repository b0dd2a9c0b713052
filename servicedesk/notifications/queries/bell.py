"""Reads of the bell, and the few facts about others that a mail needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.mailout import queries as mails
from servicedesk.notifications import rules
from servicedesk.notifications.models import Alert, MutedTicket, Notice
from servicedesk.people import away
from servicedesk.people import queries as people
from servicedesk.people.absence_rules import last_day
from servicedesk.people.models import Absence, Grant, Person
from servicedesk.people.rules import Standing
from servicedesk.sla.models import Clock
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.access import visible_ids, visible_to
from servicedesk.tickets.models import Hold, Message, Stay, Ticket


@dataclass(frozen=True)
class Line:
    """One line under the bell; `rules.SENTENCES[kind]` filled with `facts` is what it says."""

    id: int
    kind: str
    ticket_id: int | None
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


def unread_count(person: Person) -> int:
    return db.session.scalar(_unread(person)) or 0


def waiting_counts(person: Person) -> tuple[int, int]:
    """How many lines are unread and how many approvals wait for this person: what stands above every page, in one
    statement. It is made once for a person and their roles: making it takes longer than the database needs for it."""
    row = db.session.execute(_waiting_of(Standing.of(person))).one()
    return int(row[0]), int(row[1])


def page(person: Person, cursor: str | None = None, limit: int = 50) -> Page[Line]:
    """Newest first. Lines about a ticket that has become confidential since keep only its number; who may not see it
    any more has none of them."""
    query = select(Notice, Ticket.confidential).outerjoin(Ticket, Ticket.id == Notice.ticket_id)
    query = query.where(_lines_of(person))
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
    readers = select(Grant.person_id).where(Grant.role.in_(("lead", "report_reader")))
    return list(db.session.scalars(select(Person).where(Person.id.in_(readers), Person.active).order_by(Person.id)))


def people_to_alert(at: datetime, limit: int) -> list[int]:
    """Ids of persons for whom alerts are due, who has waited longest first."""
    query = select(Alert.person_id).where(Alert.deliver_at <= at).group_by(Alert.person_id)
    return list(db.session.scalars(query.order_by(func.min(Alert.deliver_at), Alert.person_id).limit(limit)))


def matters(alerts: Collection[Alert], person: Person) -> list[rules.Matter]:
    """One person's alerts with their clocks and tickets as they stand now, in a fixed number of statements."""
    clock_ids = {alert.clock_id for alert in alerts}
    clocks = {clock.id: clock for clock in db.session.scalars(select(Clock).where(Clock.id.in_(clock_ids)))}
    ticket_ids = {clock.ticket_id for clock in clocks.values()}
    by_id = {ticket.id: ticket for ticket in db.session.scalars(select(Ticket).where(Ticket.id.in_(ticket_ids)))}
    seen = visible_ids(person, ticket_ids)
    departments, acted = people.departments_by_id(), _last_acts(ticket_ids)
    below = {clocks[alert.clock_id].department_id for alert in alerts if alert.why == "above"}
    below = {number for number in below if person in people.leads_above(number)}
    return [
        rules.Matter(
            alert, clock, by_id[clock.ticket_id], departments[clock.department_id].name, clock.ticket_id in seen,
            clock.department_id in below, acted.get(clock.ticket_id),
        )
        for alert in alerts
        if (clock := clocks[alert.clock_id])
    ]  # fmt: skip


def tickets_with_alerts(person_ids: Collection[int], ticket_ids: Collection[int]) -> list[int]:
    """Those of the tickets about which something waits for one of these people because they had the ticket."""
    query = select(Clock.ticket_id).join(Alert, Alert.clock_id == Clock.id)
    query = query.where(Alert.person_id.in_(person_ids), Alert.why.in_(("assignee", "cover")))
    return list(db.session.scalars(query.where(Clock.ticket_id.in_(ticket_ids)).distinct().order_by(Clock.ticket_id)))


def absences_to_tell_of(at: datetime) -> list[int]:
    """Ids of running absences for which somebody stands in who was not told so."""
    running = {row.person_id: row.id for row in away.running(at)}
    covers = tickets.covers_of(running) if running else set()
    there = people.stand_ins_of(list(running), at) if running else {}
    covers |= {(key, persons[0].id) for key, persons in there.items() if persons}
    keys = {f"{about_cover('cover_for_you', running[key])}:{cover}": running[key] for key, cover in covers}
    untold = keys.keys() - told_before(keys)
    return sorted({keys[key] for key in untold})


def told_before(once: Collection[str]) -> set[str]:
    """Those of these keys of which somebody was told before, by mail or by a line under the bell."""
    if not once:
        return set()
    return mails.known(once) | set(db.session.scalars(select(Notice.once).where(Notice.once.in_(once))))


def lines_to_gather(person: Person, ids: Collection[int]) -> list[tuple[Line, bool]]:
    """Those of these lines that are worth a mail now, oldest first, each with whether it is about something confidential:
    unread still, of tickets that the person still sees and has not muted since, unless the line asks for something."""
    query = select(Notice, Ticket.confidential, MutedTicket.muted_at).outerjoin(Ticket, Ticket.id == Notice.ticket_id)
    of_person = and_(MutedTicket.ticket_id == Notice.ticket_id, MutedTicket.person_id == person.id)
    query = query.outerjoin(MutedTicket, of_person)
    seen = or_(Notice.ticket_id.is_(None), visible_to(person))
    query = query.where(Notice.id.in_(ids), Notice.person_id == person.id, Notice.read_at.is_(None), seen)
    return [
        (_line(notice, confidential), bool(confidential))
        for notice, confidential, muted_at in db.session.execute(query.order_by(Notice.id))
        if muted_at is None or muted_at < notice.created_at or rules.is_asked(notice.kind)
    ]


def about_cover(kind: str, absence_id: int) -> str:
    """What tells the digests of one absence from all others."""
    return f"{kind}:{absence_id}"


def last_day_of(absence_id: int) -> str:
    """The last day of an absence, on the wall clock of who is away."""
    row = db.session.get_one(Absence, absence_id)
    return last_day(row.ends_at, away.zone_of(row.person)).isoformat()


def _last_acts(ticket_ids: Collection[int]) -> dict[int, datetime]:
    """When the holding side last did something that others notice: a public word, a hold, a hand-over."""
    words = select(Message.ticket_id, Message.created_at.label("at")).where(
        Message.ticket_id.in_(ticket_ids), Message.visibility == "public", Message.side == "supplier"
    )
    holds = select(Hold.ticket_id, Hold.began_at).where(Hold.ticket_id.in_(ticket_ids))
    stays = select(Stay.ticket_id, Stay.began_at).where(Stay.ticket_id.in_(ticket_ids))
    acts = union_all(words, holds, stays).subquery()
    query = select(acts.c.ticket_id, func.max(acts.c.at, type_=acts.c.at.type).label("at")).group_by(acts.c.ticket_id)
    return {row.ticket_id: row.at for row in db.session.execute(query)}


@lru_cache(maxsize=2048)
def _waiting_of(reader: Person) -> Select[int, int]:
    unread = _unread(reader).scalar_subquery()
    return select(unread, tickets.count_waiting_for(reader.id).scalar_subquery())


def _unread(person: Person) -> Select[int]:
    query = select(func.count()).select_from(Notice).outerjoin(Ticket, Ticket.id == Notice.ticket_id)
    return query.where(_lines_of(person), Notice.read_at.is_(None))


def _lines_of(person: Person) -> ColumnElement[bool]:
    open_to_them = or_(Notice.ticket_id.is_(None), ~Ticket.confidential, visible_to(person))
    return and_(Notice.person_id == person.id, open_to_them)


def _line(notice: Notice, confidential: bool | None) -> Line:
    kind, facts = notice.kind, notice.facts
    if confidential and notice.ticket_id is not None:
        kind, facts = rules.quiet(kind, notice.ticket_id)
    return Line(notice.id, kind, notice.ticket_id, facts, notice.created_at, notice.read_at)
