"""The chain of a ticket as one person may see it, in a number of statements that does not grow with its links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, literal, select

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.sla import chain
from servicedesk.sla.chain import Case, Chain, Child, Link, Timer
from servicedesk.sla.ledger import Rest, Stay, Wait
from servicedesk.sla.queries.clocks import clocks_of, current
from servicedesk.sla.queries.holding import hours_of_stays, versions_of_stays
from servicedesk.sla.queries.rulebook import engine_calendar, read_calendars
from servicedesk.sla_engine import Target
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.access import visible_to
from servicedesk.tickets.models import ChildRequest, Hold, Ticket
from servicedesk.tickets.models import Stay as StayRow
from servicedesk.tickets.rules import ENDED, approval_spans, is_known, resolved_spans

# What is adopted brings its own children along, so a chain may be deeper than what can be asked.
MOST_LEVELS = 20
# More tickets than that nobody reads on a page; those nearest to the root are told.
MOST_TICKETS = 300


class Who(NamedTuple):
    name: str
    email: str


@dataclass(frozen=True)
class Told:
    """A chain and what its numbers are called. `here` is the ticket from which it was asked for.

    Links of tickets that the person may not see have neither ticket nor person. `more`: it is longer than what is told.
    """

    chain: Chain
    here: int
    subjects: Mapping[int, str]
    people: Mapping[int, Who]
    more: bool

    @property
    def matters(self) -> bool:
        """Whether it is more than one department that works: a hand-over, an approval, a child."""
        links = [link for link in self.chain.links if link.kind != "wait"]
        return len(links) > 1


def chain_of(ticket: Ticket, person: Person, at: datetime) -> Told:
    """The chain of the topmost ticket above this one that the person may see.

    Confidential tickets that are not theirs to see are left out, with everything above and below them.
    """
    root_id = _topmost(ticket.id, person)
    rows = _tickets_below(root_id, person)
    more, rows = len(rows) > MOST_TICKETS, rows[:MOST_TICKETS]
    children = _children_of([row.id for row in rows])
    kept = _kept(root_id, {row.id: row for row in rows}, children)
    cases, people = _cases(kept, children, person, at)
    people |= {row.assignee_id: Who(row.name, row.email) for row in kept if row.assignee_id is not None}
    subjects = {row.id: row.subject for row in kept if row.visible}
    found = chain.build(root_id, cases, at, hours_of_stays())
    links = tuple(link if link.ticket_id in subjects else _redacted(link) for link in found.links)
    return Told(replace(found, links=links), ticket.id, subjects, people, more)


def _topmost(ticket_id: int, person: Person) -> int:
    """The highest ticket above that the person sees. What is confidential and not theirs hides all that is above it."""
    up = select(literal(ticket_id).label("id"), literal(0).label("level")).cte("up", recursive=True)
    up = up.union_all(
        select(ChildRequest.parent_id, up.c.level + 1)
        .join(up, ChildRequest.ticket_id == up.c.id)
        .where(up.c.level < MOST_LEVELS)
    )
    query = select(Ticket.id, Ticket.confidential, visible_to(person).label("visible"))
    highest = ticket_id
    for row in db.session.execute(query.join(up, up.c.id == Ticket.id).order_by(up.c.level)):
        if row.visible:
            highest = row.id
        elif row.confidential:
            break
    return highest


def _tickets_below(root_id: int, person: Person) -> Sequence[Any]:
    """The root and all that was asked from it, those nearest to it first, one more than can be told."""
    down: CTE = select(literal(root_id).label("id"), literal(0).label("level")).cte("down", recursive=True)
    down = down.union_all(
        select(ChildRequest.ticket_id, down.c.level + 1)
        .join(down, ChildRequest.parent_id == down.c.id)
        .where(ChildRequest.ticket_id.is_not(None), down.c.level < MOST_LEVELS)
    )
    query = (
        select(
            Ticket.id, Ticket.subject, Ticket.status, Ticket.confidential, Ticket.department_id, Ticket.assignee_id,
            Ticket.created_at, Ticket.approved_at, Ticket.closed_at, Person.name, Person.email, visible_to(person).label("visible"),
        )
        .join(down, down.c.id == Ticket.id)
        .outerjoin(Person, Person.id == Ticket.assignee_id)
        .order_by(down.c.level, Ticket.id)
        .limit(MOST_TICKETS + 1)
    )  # fmt: skip
    return db.session.execute(query).all()


def _children_of(ticket_ids: Collection[int]) -> Sequence[Any]:
    """What was asked from these tickets or is planned, with the department that will have it."""
    query = (
        select(
            ChildRequest.parent_id, ChildRequest.ticket_id, ChildRequest.waits, ChildRequest.subject,
            ChildRequest.by_id, ChildRequest.asked_at, ChildRequest.opened_at,
            RequestType.department_id, RequestType.confidential,
        )
        .outerjoin(RequestType, RequestType.id == ChildRequest.request_type_id)
        .where(ChildRequest.parent_id.in_(ticket_ids), ChildRequest.dropped_at.is_(None))
        .order_by(ChildRequest.batch, ChildRequest.step, ChildRequest.id)
    )  # fmt: skip
    return db.session.execute(query).all()


def _kept(root_id: int, rows: Mapping[int, Any], children: Iterable[Any]) -> list[Any]:
    """The tickets of which the person may know, without what stands below the others."""
    below: dict[int, list[int]] = defaultdict(list)
    for child in children:
        if child.ticket_id is not None:
            below[child.parent_id].append(child.ticket_id)
    kept, waiting = {root_id}, [root_id]
    while waiting:
        parent = rows[waiting.pop()]
        for number in below[parent.id]:
            child = rows.get(number)
            if child is not None and number not in kept and (child.visible or _is_known(parent, child.confidential)):
                kept.add(number)
                waiting.append(number)
    return [row for row in rows.values() if row.id in kept]


def _is_known(parent: Any, secret: bool) -> bool:
    """Whether the person may know that something was asked from this one and how it stands, without seeing it."""
    if not parent.visible:
        return not parent.confidential and not secret
    return is_known(parent_is_secret=parent.confidential, child_is_secret=secret)


def _cases(
    rows: Sequence[Any], children: Iterable[Any], person: Person, at: datetime
) -> tuple[dict[int, Case], dict[int, Who]]:
    """The tickets as plain values, and who was asked to approve them."""
    ids = [row.id for row in rows]
    stays, holds = _stays(ids), _holds(ids)
    turns, approvals = tickets.turns(ids), tickets.approvals_of(ids)
    timers = _timers(ids, [stay for of_one in stays.values() for stay in of_one], at)
    by_id, below = {row.id: row for row in rows}, defaultdict[int, list[Child]](list)
    for child in children:
        parent = by_id.get(child.parent_id)
        planned = child.ticket_id is None
        if parent is not None and (
            not planned or child.by_id == person.id or _is_known(parent, bool(child.confidential))
        ):
            below[parent.id].append(_child(child, named=parent.department_id in person.serves))
    cases = {}
    for row in rows:
        end = row.closed_at if row.status in ENDED else None
        asked = approvals.get(row.id, [])
        cases[row.id] = Case(
            row.id, row.created_at, end, row.department_id, stays[row.id], holds[row.id],
            [chain.Ask(a.round, a.step, a.need, a.approver_id, a.asked_at, a.decided_at, a.decision) for a in asked],
            [Wait(*span) for span in approval_spans(asked, row.approved_at or row.closed_at)],
            [Rest(*span) for span in resolved_spans(turns.get(row.id, []))], timers[row.id], below[row.id],
            row.assignee_id, row.status == "cancelled",
        )  # fmt: skip
    return cases, {a.approver_id: Who(a.approver.name, a.approver.email) for of in approvals.values() for a in of}


def _child(row: Any, *, named: bool) -> Child:
    opened = row.opened_at or row.asked_at if row.ticket_id is not None else None
    return Child(row.ticket_id, row.department_id, opened, row.waits, row.subject if named else "")


def _stays(ticket_ids: Collection[int]) -> dict[int, list[Stay]]:
    query = select(StayRow.ticket_id, StayRow.department_id, StayRow.began_at)
    found: dict[int, list[Stay]] = defaultdict(list)
    for row in db.session.execute(query.where(StayRow.ticket_id.in_(ticket_ids)).order_by(StayRow.id)):
        found[row.ticket_id].append(Stay(row.department_id, row.began_at))
    return found


def _holds(ticket_ids: Collection[int]) -> dict[int, list[chain.Hold]]:
    """A hold ends at its set end however late anybody looks."""
    query = select(Hold.ticket_id, Hold.reason, Hold.began_at, Hold.ended_at, Hold.until)
    found: dict[int, list[chain.Hold]] = defaultdict(list)
    for row in db.session.execute(query.where(Hold.ticket_id.in_(ticket_ids)).order_by(Hold.id)):
        found[row.ticket_id].append(chain.Hold(row.reason, row.began_at, row.ended_at or row.until))
    return found


def _timers(ticket_ids: Collection[int], stays: Iterable[Stay], at: datetime) -> dict[int, list[Timer]]:
    """The promises that judge links, as they stand at `at`; every calendar that the chain needs is read at once."""
    clocks = {
        key: [clock for clock in rows if clock.metric in ("resolution", "stay")]
        for key, rows in clocks_of(ticket_ids).items()
    }
    version_of = versions_of_stays()
    versions = {clock.calendar_version_id for rows in clocks.values() for clock in rows}
    read_calendars(versions | {version for stay in stays if (version := version_of(stay)) is not None})
    return {key: [_timer(clock, at) for clock in rows] for key, rows in clocks.items()}


def _timer(clock: Any, at: datetime) -> Timer:
    reading, hours = current(clock, at), engine_calendar(clock.calendar_version_id)
    return Timer(
        clock.metric, clock.department_id, reading.state, clock.started_at, clock.due_at, clock.stopped_at,
        clock.breached_at, reading.at_risk, clock.target, Target.parse(clock.target).calendar(hours) if clock.target else hours,
    )  # fmt: skip


def _redacted(link: Link) -> Link:
    """Of a ticket that the person may not see: whose turn it was, how it stood and when."""
    return replace(link, ticket_id=None, person_ids=())
