"""Lists of broken promises for those who answer for them: a page, all of them, and how many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import LARGEST, Page, page_of
from servicedesk.people.models import Person
from servicedesk.sla.models import Agreement, AgreementVersion, BreachReason, Clock, PolicyVersion
from servicedesk.sla.queries.workdays import late_seconds
from servicedesk.tickets.access import visible_to
from servicedesk.tickets.models import Ticket


@dataclass(frozen=True)
class BreachFilter:
    """Which broken promises are meant; None narrows nothing. `since` and `until` bound the moment it broke, half-open.

    `standing` is one of `rules.STANDINGS`, `ball` who had to act then. Without a department: all that the reader leads.
    """

    department_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    metric: str | None = None
    standing: str | None = None
    reason: str | None = None
    ball: str | None = None
    assignee_id: int | None = None
    unassigned: bool = False


@dataclass(frozen=True)
class Breach:
    """A broken promise with what its lead said of it."""

    clock: Clock
    ticket: Ticket
    reason: BreachReason | None

    def late_seconds(self, at: datetime) -> float:
        """Working time from the moment it broke until it was done, or until `at`; 0 for one done in the same evening."""
        return late_seconds(self.clock, self.clock.stopped_at or at)


@dataclass(frozen=True)
class BreachCounts:
    """`excused` are part of `broken`; `by_reason` has the codes that were given, the most frequent first."""

    broken: int = 0
    unexplained: int = 0
    excused: int = 0
    by_reason: dict[str, int] = field(default_factory=dict)


EVERY = BreachFilter()


def breaches(
    person: Person, wanted: BreachFilter = EVERY, *, cursor: str | None = None, limit: int = 50
) -> Page[Breach]:
    """Broken promises of the departments that `person` leads (or of one in which they serve), newest first."""
    query = _narrowed(select(Clock, BreachReason), person, wanted).options(
        contains_eager(Clock.ticket).joinedload(Ticket.assignee).lazyload(Person.grants),
        # Few policies stand behind many clocks: a statement of their own is cheaper than the same columns in each row.
        selectinload(Clock.policy_version).options(
            joinedload(PolicyVersion.policy),
            joinedload(PolicyVersion.agreement_version)
            .joinedload(AgreementVersion.agreement)
            .options(joinedload(Agreement.supplier), joinedload(Agreement.customer)),
        ),
    )
    found = page_of(query, [Clock.breached_at, Clock.id], cursor=cursor, limit=limit, descending=True)
    return found.map(lambda pair: Breach(pair[0], pair[0].ticket, pair[1]))


def every_breach(person: Person, wanted: BreachFilter = EVERY) -> Iterator[Breach]:
    """The same list without an end, read page by page: however long it is, one page of it is in memory."""
    cursor: str | None = None
    while True:
        page = breaches(person, wanted, cursor=cursor, limit=LARGEST)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def breach_counts(person: Person, wanted: BreachFilter = EVERY) -> BreachCounts:
    """How many there are in the same list, in one statement."""
    columns = (BreachReason.code, BreachReason.excused, func.count())
    query = _narrowed(select(*columns).select_from(Clock), person, wanted)
    rows = db.session.execute(query.group_by(BreachReason.code, BreachReason.excused)).all()
    reasons: Counter[str] = Counter()
    for code, _, count in rows:
        if code is not None:
            reasons[code] += count
    return BreachCounts(
        broken=sum(count for _, _, count in rows),
        unexplained=sum(count for code, _, count in rows if code is None),
        excused=sum(count for _, excused, count in rows if excused),
        by_reason=dict(reasons.most_common()),
    )


def promises_seen_by(person: Person, clock_ids: Iterable[int]) -> dict[int, Clock]:
    """Those of the clocks whose ticket `person` may see, broken or not, with their tickets."""
    query = select(Clock).join(Ticket, Ticket.id == Clock.ticket_id).where(Clock.id.in_(list(clock_ids)))
    query = query.where(visible_to(person)).options(contains_eager(Clock.ticket))
    return {clock.id: clock for clock in db.session.scalars(query)}


def _narrowed(query: Select[*tuple[Any, ...]], person: Person, wanted: BreachFilter) -> Select[*tuple[Any, ...]]:
    mine = person.leads
    if wanted.department_id is not None:
        mine = (person.leads | person.serves) & {wanted.department_id}
    query = query.join(Ticket, Ticket.id == Clock.ticket_id)
    query = query.outerjoin(BreachReason, BreachReason.clock_id == Clock.id)
    query = query.where(Clock.breached_at.is_not(None), Clock.department_id.in_(mine), visible_to(person))
    if wanted.since is not None:
        query = query.where(Clock.breached_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Clock.breached_at < wanted.until)
    if wanted.standing == "unexplained":
        query = query.where(BreachReason.clock_id.is_(None))
    elif wanted.standing is not None:
        query = query.where(BreachReason.excused.is_(wanted.standing == "excused"))
    if wanted.unassigned:
        query = query.where(Ticket.assignee_id.is_(None))
    columns = {
        Clock.metric: wanted.metric, Clock.ball_at_breach: wanted.ball, BreachReason.code: wanted.reason,
        Ticket.assignee_id: wanted.assignee_id,
    }  # fmt: skip
    return query.where(*(column == value for column, value in columns.items() if value is not None))
