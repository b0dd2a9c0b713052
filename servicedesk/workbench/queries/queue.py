"""A queue as somebody asks for it: which requests, in which order. Whose they are is said by tickets.access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Key, Page, page_of
from servicedesk.kernel.text import in_language
from servicedesk.people.models import Department, Grant, Person
from servicedesk.people.queries import departments_by_id
from servicedesk.sla import queries as sla
from servicedesk.tickets import access
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries import Filter, filtered
from servicedesk.tickets.rules import ACTIVE, WORKABLE
from servicedesk.workbench.rules import ME, NONE, Asked

# What somebody works at first stands first.
PRIORITY_RANK = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
STATUS_RANK = {status: rank for rank, status in enumerate((*WORKABLE, *(s for s in ACTIVE if s not in WORKABLE)))}
# Behind everything that has a rank of its own.
LAST = 1_000_000


@dataclass(frozen=True)
class Reader:
    """Who asks, when, and in which language; `day_ends` is their next midnight. Names are read when they are needed."""

    person: Person
    at: datetime
    day_ends: datetime
    language: str

    @cached_property
    def departments(self) -> dict[int, Department]:
        return departments_by_id()

    @cached_property
    def kinds(self) -> Sequence[Any]:
        """Id, key, name and department of what can be asked of the departments this person serves, or could once, by name."""
        columns = (RequestType.id, RequestType.key, RequestType.name, RequestType.department_id)
        query = select(*columns).where(RequestType.department_id.in_(self.person.serves))
        return sorted(db.session.execute(query), key=lambda row: (self.named(row.name).casefold(), row.key))

    @cached_property
    def colleagues(self) -> Sequence[Any]:
        """Id and name of the active people who serve with this person, by name."""
        serving = select(Grant.person_id).where(Grant.department_id.in_(self.person.serves))
        query = select(Person.id, Person.name).where(Person.id.in_(serving), Person.active)
        return db.session.execute(query.order_by(Person.name, Person.id)).all()

    def named(self, names: Mapping[str, str]) -> str:
        return in_language(names, self.language)


@dataclass(frozen=True)
class Order:
    """What a list is sorted by: `keys` are none of them null and together unique. `group` is the first of them, if any."""

    keys: tuple[Key, ...]
    descending: bool = False
    group: ColumnElement[int] | None = None


def queue(reader: Reader, asked: Asked, department_id: int | None = None) -> Select[Any]:
    """The requests asked for, of the departments in which the reader works, or of the one named."""
    held = access.queue_of(reader.person, department_id, statuses=asked.statuses or WORKABLE)
    since, before = asked.filed(reader.at)
    worker = {ME: reader.person.id}.get(asked.assignee) or (int(asked.assignee) if asked.assignee.isdecimal() else None)
    query = filtered(
        held,
        Filter(
            worker_id=worker,
            unassigned=asked.assignee == NONE,
            filed_since=since,
            filed_before=before,
            text=asked.words,
        ),
    )
    mine = reader.person.serves if department_id is None else {department_id}
    query = sla.with_places(query).where(sla.held_by(mine))
    if asked.standings:
        query = query.where(sla.standing(asked.standings, reader.at, reader.day_ends))
    if asked.priorities:
        query = query.where(Ticket.priority.in_(asked.priorities))
    if asked.kinds:
        query = query.where(_among(Ticket.request_type_id, RequestType, asked.kinds))
    if asked.customers:
        query = query.where(_among(Ticket.customer_department_id, Department, asked.customers))
    return query


def order_of(reader: Reader, asked: Asked) -> Order:
    """The order asked for. Groups stand in an order of their own, whichever way their rows are sorted."""
    within = _sorted_by(reader, asked.sort)
    if not asked.group:
        return Order(tuple(within), asked.descending)
    group = _grouped_by(reader, asked.group)
    # A page is cut at one direction of all keys: ranks turned round stand as before.
    return Order((-group if asked.descending else group, *within), asked.descending, group)


def queue_page(query: Select[Any], order: Order, *, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """Pairs of the number of a request and the rank of its group (None where there are none), a page of them."""
    wanted = [Ticket.id] if order.group is None else [Ticket.id, order.group.label("rank")]
    page = page_of(
        query.with_only_columns(*wanted), order.keys, cursor=cursor, limit=limit, descending=order.descending
    )
    return page.map(lambda found: tuple(found) if order.group is not None else (found, None))


def rows_of(ticket_ids: Sequence[int]) -> dict[int, Any]:
    """What a list shows of these requests, by number: plain columns, which cost a fraction of objects."""
    return {row.id: row for row in db.session.execute(_ROWS, {"ids": ticket_ids})} if ticket_ids else {}


_REQUESTER, _ASSIGNEE, _COVER = (aliased(Person, name=name) for name in ("requester", "assignee", "cover"))
# Built once: to build it takes longer than the database needs for it.
_ROWS = (
    select(
        Ticket.id, Ticket.version, Ticket.subject, Ticket.status, Ticket.priority, Ticket.confidential, Ticket.requester_id,
        Ticket.assignee_id, Ticket.department_id, Ticket.request_type_id, Ticket.customer_department_id, Ticket.created_at,
        Ticket.updated_at, _REQUESTER.name.label("requester"), _ASSIGNEE.name.label("assignee"), _COVER.name.label("cover"),
    )
    .join(_REQUESTER, _REQUESTER.id == Ticket.requester_id)
    .outerjoin(_ASSIGNEE, _ASSIGNEE.id == Ticket.assignee_id)
    .outerjoin(_COVER, _COVER.id == Ticket.cover_id)
    .where(Ticket.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


def group_sizes(query: Select[Any], order: Order) -> dict[int, int]:
    """How many requests each group has, by its rank; one statement."""
    if order.group is None:
        return {}
    ranks = query.with_only_columns(order.group.label("rank")).subquery()
    counted = select(ranks.c.rank, func.count().label("size")).group_by(ranks.c.rank)
    return {row.rank: row.size for row in db.session.execute(counted)}


def _among(column: Any, table: Any, keys: Sequence[str]) -> ColumnElement[bool]:
    found = column.in_(select(table.id).where(table.key.in_(keys)))
    return or_(column.is_(None), found) if NONE in keys else found


def _sorted_by(reader: Reader, sort: str) -> list[Any]:
    match sort:
        case "due":
            return list(sla.places_in_order())
        case "number":
            return [Ticket.id]
        case _:
            return [_key(reader, sort), Ticket.id]


def _key(reader: Reader, sort: str) -> Any:
    match sort:
        case "created":
            return Ticket.created_at
        case "updated":
            return Ticket.updated_at
        case "requester":
            return _name_of(Ticket.requester_id)
        case "department":
            return _rank_of_department(reader, Ticket.department_id)
        case "assignee":
            return _name_of(Ticket.assignee_id)
        case _:
            return _grouped_by(reader, sort)


def _grouped_by(reader: Reader, group: str) -> ColumnElement[int]:
    match group:
        case "priority":
            return case(PRIORITY_RANK, value=Ticket.priority, else_=LAST)
        case "status":
            return case(STATUS_RANK, value=Ticket.status, else_=LAST)
        case "kind":
            return _ranked(Ticket.request_type_id, [row.id for row in reader.kinds])
        case "customer":
            return _rank_of_department(reader, Ticket.customer_department_id)
        case "assignee":
            return _ranked(Ticket.assignee_id, [row.id for row in reader.colleagues], nothing=-1)
        case "promise":
            return sla.standing_rank(reader.at, reader.day_ends)
        case _:
            raise ValueError(f"a queue is not grouped by {group}")


def _rank_of_department(reader: Reader, column: Any) -> ColumnElement[int]:
    known = sorted(reader.departments.values(), key=lambda row: (reader.named(row.name), row.key))
    return _ranked(column, [row.id for row in known])


def _ranked(column: Any, ids: Sequence[int], nothing: int = 2 * LAST) -> ColumnElement[int]:
    """The place of the id in a column among those in order; each of the others is a rank of its own behind them."""
    ranks = [(column == number, rank) for rank, number in enumerate(ids)]
    return case((column.is_(None), nothing), *ranks, else_=column + LAST)


def _name_of(column: Any) -> ColumnElement[str]:
    """Nobody comes first: "" is before every name."""
    name = select(Person.name).where(Person.id == column).correlate(Ticket).scalar_subquery()
    return func.coalesce(name, "", type_=Person.name.type)
