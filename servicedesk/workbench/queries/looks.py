"""What is new to somebody in a list, by what the audit wrote down since their last look; their own doings are no news."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket
from servicedesk.workbench import rules
from servicedesk.workbench.models import Look
from servicedesk.workbench.queries.queue import Order


def look_of(person_id: int, place: str) -> datetime | None:
    """When the person looked at this list last; None where they never did, and nothing is called new."""
    return db.session.scalar(select(Look.looked_at).where(Look.person_id == person_id, Look.place == place))


def news_among(person: Person, ticket_ids: Collection[int], since: datetime) -> set[int]:
    """Those of these requests that others changed or that came after `since`, in one statement."""
    if not ticket_ids:
        return set()
    query = select(Entry.subject_id).where(*_by_others(person, since), Entry.subject_id.in_(ticket_ids))
    return {number for number in db.session.scalars(query.distinct()) if number is not None}


def count_news(person: Person, query: Select[Any], since: datetime, most: int = rules.MOST_NEWS) -> int:
    """How many requests of `query`, a list of requests with its access, are new; counted up to `most`."""
    news = exists().where(*_by_others(person, since), Entry.subject_id == Ticket.id)
    # The first condition is found by an index; without it the audit of every request in the list would be asked.
    found = query.with_only_columns(Ticket.id).order_by(None).where(Ticket.updated_at > since, news).limit(most)
    return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0


def versions_page(query: Select[Any], order: Order, *, cursor: str | None = None, limit: int = 50) -> Page[Any]:
    """Numbers and versions of the requests that a page of the list shows: all that is needed to know whether it changed."""
    wanted = query.with_only_columns(Ticket.id, Ticket.version)
    return page_of(wanted, order.keys, cursor=cursor, limit=limit, descending=order.descending)


def _by_others(person: Person, since: datetime) -> list[ColumnElement[bool]]:
    return [
        Entry.subject_kind == "ticket",
        Entry.at > since,
        Entry.what.in_(rules.NEWS),
        or_(Entry.actor_id.is_(None), Entry.actor_id != person.id),
    ]
