"""Reads of what departments undertake and what they did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Person
from servicedesk.reports.models import Improvement

# What a list can be narrowed to.
STATES = ("open", "done", "dropped")


def improvements(
    department_id: int, *, published_only: bool, owner_id: int | None = None, state: str | None = None,
    cursor: str | None = None, limit: int = 20,
) -> Page[Improvement]:  # fmt: skip
    """Those of a department, newest first. With `published_only` also those that `owner_id` sees to."""
    query = _with_names(select(Improvement).where(Improvement.department_id == department_id))
    if published_only:
        query = query.where(or_(Improvement.published, Improvement.owner_id == owner_id))
    return page_of(_in_state(query, state), [Improvement.id], cursor=cursor, limit=limit, descending=True)


def improvements_owned(person_id: int, *, cursor: str | None = None, limit: int = 20) -> Page[Improvement]:
    """What this person sees to, newest first."""
    query = _with_names(select(Improvement).where(Improvement.owner_id == person_id))
    return page_of(query, [Improvement.id], cursor=cursor, limit=limit, descending=True)


def improvement(improvement_id: int) -> Improvement | None:
    return db.session.get(Improvement, improvement_id) if 0 < improvement_id < 2**31 else None


def actions_told(since: str, at: datetime) -> list[Improvement]:
    """Actions for a report, as they are known by `at`: those that were open then, and those that ended in the month
    `since` or later."""
    ended_on = func.coalesce(Improvement.done_on, Improvement.dropped_on)
    query = select(Improvement).where(
        Improvement.made_at <= at,
        or_(ended_on.is_(None), Improvement.ended_at > at, ended_on >= datetime.fromisoformat(f"{since}-01").date()),
    )
    query = query.options(joinedload(Improvement.owner).lazyload(Person.grants)).order_by(Improvement.id)
    return list(db.session.scalars(query))


def open_actions(department_ids: frozenset[int]) -> list[Improvement]:
    """What is neither done nor dropped yet, the soonest due first."""
    query = _in_state(select(Improvement).where(Improvement.department_id.in_(department_ids)), "open")
    return list(db.session.scalars(query.order_by(Improvement.due_on.is_(None), Improvement.due_on, Improvement.id)))


def _in_state(query: Select[Improvement], state: str | None) -> Select[Improvement]:
    if state == "open":
        return query.where(Improvement.done_on.is_(None), Improvement.dropped_on.is_(None))
    if state in STATES:
        return query.where((Improvement.done_on if state == "done" else Improvement.dropped_on).is_not(None))
    return query


def _with_names(query: Select[Improvement]) -> Select[Improvement]:
    names = (Improvement.owner, Improvement.by, Improvement.ended_by)
    return query.options(
        joinedload(Improvement.department), *(joinedload(one).lazyload(Person.grants) for one in names)
    )
