"""Reads of what departments improved."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Person
from servicedesk.reports.models import Improvement


def improvements(
    department_id: int, *, published_only: bool, cursor: str | None = None, limit: int = 20
) -> Page[Improvement]:
    """Those of a department, newest first, with who wrote them."""
    query = select(Improvement).where(Improvement.department_id == department_id)
    if published_only:
        query = query.where(Improvement.published)
    query = query.options(joinedload(Improvement.by).lazyload(Person.grants))
    return page_of(query, [Improvement.id], cursor=cursor, limit=limit, descending=True)


def improvement(improvement_id: int) -> Improvement | None:
    return db.session.get(Improvement, improvement_id)
