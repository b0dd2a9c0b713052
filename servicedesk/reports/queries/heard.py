"""Reads of low-rating cases and of notes of thanks."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Department, Person
from servicedesk.reports.models import LowRatingCase, ThankYou

STANDINGS = ("open", "answered")


def cases(
    department_ids: Collection[int], *, standing: str | None = None, cursor: str | None = None, limit: int = 20
) -> Page[LowRatingCase]:
    """Those of these departments, the newest month first and within it in no order."""
    query = select(LowRatingCase).where(LowRatingCase.department_id.in_(department_ids))
    if standing in STANDINGS:
        answered = LowRatingCase.answered_at.is_not(None)
        query = query.where(answered if standing == "answered" else ~answered)
    query = query.options(
        joinedload(LowRatingCase.department), joinedload(LowRatingCase.improvement),
        joinedload(LowRatingCase.answered_by).lazyload(Person.grants),
    )  # fmt: skip
    return page_of(query, [LowRatingCase.month, LowRatingCase.id], cursor=cursor, limit=limit, descending=True)


def case(case_id: str) -> LowRatingCase | None:
    return db.session.get(LowRatingCase, case_id)


def open_case_count(department_ids: Collection[int]) -> int:
    query = select(func.count()).select_from(LowRatingCase)
    query = query.where(LowRatingCase.department_id.in_(department_ids), LowRatingCase.answered_at.is_(None))
    return db.session.scalar(query) or 0


def thanks(
    *, department_id: int | None = None, person_id: int | None = None, cursor: str | None = None, limit: int = 20
) -> Page[ThankYou]:
    """Notes that a department published, or all for one person, the newest month first and within it in no order."""
    query = select(ThankYou)
    if department_id is not None:
        query = query.where(ThankYou.department_id == department_id, ThankYou.published)
    if person_id is not None:
        query = query.where(ThankYou.person_id == person_id)
    query = query.options(joinedload(ThankYou.department), joinedload(ThankYou.person).lazyload(Person.grants))
    return page_of(query, [ThankYou.month, ThankYou.id], cursor=cursor, limit=limit, descending=True)


def names_consented(month: str, department_key: str) -> set[str]:
    """Names of those thanked in the month who let everybody read that they were."""
    query = select(Person.name).join(ThankYou, ThankYou.person_id == Person.id)
    query = query.join(Department, Department.id == ThankYou.department_id)
    query = query.where(ThankYou.month == month, Department.key == department_key, Person.thanks_name == "all")
    return set(db.session.scalars(query.distinct()))
