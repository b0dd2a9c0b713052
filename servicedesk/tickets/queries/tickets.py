"""Reads of tickets. Who may see them is said in access.py, inside the same statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload, lazyload

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, cursor_after, page_of
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.models import Attachment, Hold, Message, Stay, Ticket, Watcher
from servicedesk.tickets.queries.matching import has_words
from servicedesk.tickets.rules import wording


@dataclass(frozen=True)
class Filter:
    """What a list asks for; None means any."""

    department_id: int | None = None
    statuses: Collection[str] | None = None
    priority: str | None = None
    assignee_id: int | None = None
    # Who has it, or stands in for who has it.
    worker_id: int | None = None
    unassigned: bool = False
    requester_id: int | None = None
    request_type_id: int | None = None
    external_id: str | None = None
    balls: Collection[str] | None = None
    filed_since: datetime | None = None
    filed_before: datetime | None = None
    # Words, and where notes may be read for them (`access.notes_readable`), without which only what all may read counts.
    text: str = ""
    notes_readable: ColumnElement[bool] | None = None


def with_people(query: Select[Any]) -> Select[Any]:
    """Load what a list shows of each ticket in the same statement."""
    return query.options(
        joinedload(Ticket.department), joinedload(Ticket.requester).lazyload(Person.grants), joinedload(Ticket.request_type),
        joinedload(Ticket.assignee).lazyload(Person.grants), joinedload(Ticket.cover).lazyload(Person.grants),
    )  # fmt: skip


def filtered(query: Select[Any], wanted: Filter) -> Select[Any]:
    for column, value in (
        (Ticket.department_id, wanted.department_id),
        (Ticket.priority, wanted.priority),
        (Ticket.assignee_id, wanted.assignee_id),
        (Ticket.requester_id, wanted.requester_id),
        (Ticket.request_type_id, wanted.request_type_id),
        (Ticket.external_id, wanted.external_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.statuses is not None:
        query = query.where(Ticket.status.in_(wanted.statuses))
    if wanted.worker_id is not None:
        query = query.where(or_(Ticket.assignee_id == wanted.worker_id, Ticket.cover_id == wanted.worker_id))
    if wanted.balls is not None:
        query = query.where(Ticket.ball.in_(wanted.balls))
    query = query.where(*_filed(wanted))
    if wanted.unassigned:
        query = query.where(Ticket.assignee_id.is_(None))
    return query.where(has_words(wording.typed(wanted.text), wanted.notes_readable)) if wanted.text else query


def _filed(wanted: Filter) -> list[ColumnElement[bool]]:
    since, before = wanted.filed_since, wanted.filed_before
    bounds = [
        None if since is None else Ticket.created_at >= since,
        None if before is None else Ticket.created_at < before,
    ]
    return [bound for bound in bounds if bound is not None]


def page(query: Select[Any], *, sort: str = "created", cursor: str | None = None, limit: int = 50) -> Page[Ticket]:
    """`sort` is created or updated, newest first. Ids are put in order and their tickets read after that: sorting whole rows
    with their texts takes many times longer."""
    column = {"created": Ticket.created_at, "updated": Ticket.updated_at}[sort]
    ids = query.with_only_columns(Ticket.id)
    found = page_of(ids, [column, Ticket.id], cursor=cursor, limit=limit, descending=True)
    return found.map(tickets_by_id(found.items).__getitem__)


def counts(queries: Mapping[str, Select[Any]], most: int = 100) -> dict[str, int]:
    """How many tickets each query has, counted up to `most`, in one statement: a badge need not know more."""
    if not queries:
        return {}
    columns = [
        select(func.count())
        .select_from(query.with_only_columns(Ticket.id).limit(most).subquery())
        .scalar_subquery()
        .label(name)
        for name, query in queries.items()
    ]
    return dict(db.session.execute(select(*columns)).one()._mapping)


def ticket_by_external_id(external_id: str) -> Ticket | None:
    return db.session.scalars(select(Ticket).where(Ticket.external_id == external_id)).one_or_none()


def known_external_ids(ids: Collection[str]) -> set[str]:
    return set(db.session.scalars(select(Ticket.external_id).where(Ticket.external_id.in_(ids))))


def confidential_ids() -> Select[int]:
    """Ids of confidential tickets, for statements that must leave them out."""
    return select(Ticket.id).where(Ticket.confidential)


def any_ticket() -> bool:
    return db.session.scalar(select(Ticket.id).limit(1)) is not None


def messages(
    ticket_id: int, *, with_notes: bool, cursor: str | None = None, limit: int = 200, newest_first: bool = False,
    visibility: str | None = None, with_files: bool = False,
) -> Page[Message]:  # fmt: skip
    """`visibility` keeps only the public ones or only the notes, `with_files` only those that files came with."""
    query = (
        select(Message)
        .where(Message.ticket_id == ticket_id)
        .options(joinedload(Message.author).lazyload(Person.grants))
    )
    if not with_notes:
        query = query.where(Message.visibility == "public")
    if visibility is not None:
        query = query.where(Message.visibility == visibility)
    if with_files:
        query = query.where(Message.id.in_(select(Attachment.message_id).where(Attachment.ticket_id == ticket_id)))
    return page_of(query, [Message.id], cursor=cursor, limit=limit, descending=newest_first)


class Place(NamedTuple):
    """Where a message stands: how many are newer than it, and the cursor of a page that begins with it."""

    newer: int
    cursor: str


def place_of(ticket_id: int, message_id: int, *, with_notes: bool) -> Place | None:
    """In the conversation with or without notes, newest first; None for a message that is not in it."""
    told = [Message.ticket_id == ticket_id, *([] if with_notes else [Message.visibility == "public"])]
    newer = select(func.count()).select_from(Message).where(*told, Message.id > message_id).scalar_subquery()
    count = db.session.scalar(select(newer).where(exists().where(*told, Message.id == message_id)))
    return None if count is None else Place(count, cursor_after([message_id + 1]))


def stays(ticket_id: int) -> list[Stay]:
    return list(db.session.scalars(select(Stay).where(Stay.ticket_id == ticket_id).order_by(Stay.id)))


def holders(ticket_id: int) -> frozenset[int]:
    """Ids of the departments that hold or held the ticket."""
    return frozenset(db.session.scalars(select(Stay.department_id).where(Stay.ticket_id == ticket_id)))


def holds(ticket_id: int) -> list[Hold]:
    return list(db.session.scalars(select(Hold).where(Hold.ticket_id == ticket_id).order_by(Hold.id)))


def hold_in_force(ticket_id: int) -> Hold | None:
    query = select(Hold).where(Hold.ticket_id == ticket_id, Hold.ended_at.is_(None)).order_by(Hold.id.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def holds_in_force(ticket_ids: Collection[int]) -> dict[int, Hold]:
    """The hold in force of each of these tickets that has one, in one statement."""
    if not ticket_ids:
        return {}
    query = select(Hold).where(Hold.ticket_id.in_(ticket_ids), Hold.ended_at.is_(None)).order_by(Hold.id)
    return {hold.ticket_id: hold for hold in db.session.scalars(query)}


def holds_to_end(at: datetime, limit: int = 100) -> list[int]:
    """Ids of tickets whose hold was to end by `at`."""
    query = select(Hold.ticket_id).where(Hold.ended_at.is_(None), Hold.until <= at).order_by(Hold.until)
    return list(db.session.scalars(query.limit(limit)))


def turns_query() -> Select[*tuple[Any, ...]]:
    """Every turn of every ticket: its id, `Turn.what`, the instant and what was recorded of it."""
    return select(Entry.subject_id, Entry.what, Entry.at, Entry.data).where(
        Entry.subject_kind == "ticket", Entry.what.in_((rules.RESOLVED, rules.REOPENED))
    )


def turns(of: Select[Any] | Collection[int], *, before: datetime | None = None) -> dict[int, list[rules.Turn]]:
    """When the tickets with these ids were resolved and reopened, oldest first, in one statement."""
    query = turns_query().where(Entry.subject_id.in_(of))
    if before is not None:
        query = query.where(Entry.at < before)
    found: dict[int, list[rules.Turn]] = defaultdict(list)
    for row in db.session.execute(query.order_by(Entry.at, Entry.id)):
        found[row.subject_id].append(rules.Turn(row.what, row.at, row.data))
    return found


def resolved_between(begin: datetime, end: datetime) -> Select[Any]:
    """Ids of the tickets that were resolved in [begin, end), whatever happened to them since."""
    return select(Entry.subject_id).where(
        Entry.subject_kind == "ticket", Entry.what == rules.RESOLVED, Entry.at >= begin, Entry.at < end
    )


def watchers(ticket_id: int) -> list[Person]:
    query = select(Person).join(Watcher, Watcher.person_id == Person.id).where(Watcher.ticket_id == ticket_id)
    query = query.options(lazyload(Person.grants))
    return list(db.session.scalars(query.order_by(Person.name)))


def tickets_by_id(ids: Iterable[int]) -> dict[int, Ticket]:
    wanted = list(set(ids))
    return {t.id: t for t in db.session.scalars(_BY_ID, {"ids": wanted})} if wanted else {}


# Built once, as pages ask for it.
_BY_ID = with_people(select(Ticket).where(Ticket.id.in_(bindparam("ids", expanding=True))))


def active_statuses() -> tuple[str, ...]:
    return rules.ACTIVE
