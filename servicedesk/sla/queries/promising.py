"""Policies as they are edited: those of a department or of the company, one with its versions, what a version changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Person
from servicedesk.sla import rules
from servicedesk.sla.models import AgreementVersion, Policy, PolicyVersion


@dataclass(frozen=True)
class Shown:
    """A policy with its newest version. `agreement_id` is the agreement of which it is a line."""

    id: int
    number: int
    active: bool
    agreement_id: int | None
    row: rules.PolicyRow


@dataclass(frozen=True)
class Change:
    """What one version changed: `what` is a metric, warn_at, escalate or calendar_id; None for what was or is not there."""

    what: str
    before: Any
    after: Any


def policy(policy_id: int) -> Policy | None:
    return db.session.get(Policy, policy_id) if 0 < policy_id < 2**31 else None


def home_of(row: Policy) -> int | None:
    """Id of the department whose promise it is; None for the company's."""
    if row.department_id is not None or row.request_type_id is None:
        return row.department_id
    return db.session.scalar(select(RequestType.department_id).where(RequestType.id == row.request_type_id))


def shown(row: Policy) -> Shown:
    """The policy with its newest version."""
    version = db.session.scalars(_newest(Policy.id == row.id)).one()
    return _shown(version)


def policies_page(
    department_id: int | None, reader: Person, *, active: bool = True, cursor: str | None = None, limit: int = 50
) -> Page[Shown]:
    """What a department (None: the company as a whole) promises, agreements that `reader` may know among it; by name."""
    types = select(RequestType.id).where(RequestType.department_id == department_id)
    mine: ColumnElement[bool] = or_(Policy.department_id == department_id, Policy.request_type_id.in_(types))
    if department_id is None:
        mine = and_(Policy.department_id.is_(None), Policy.request_type_id.is_(None))
    query = _newest(mine, Policy.active.is_(active))
    if department_id not in reader.serves:
        # Of agreements with others, only their two departments know.
        known = or_(Policy.customer_department_id.is_(None), Policy.customer_department_id == reader.department_id)
        query = query.where(known)
    return page_of(query, [Policy.name, Policy.id], cursor=cursor, limit=limit).map(_shown)


def policy_of_case(department_id: int | None, request_type_id: int | None, priority: str | None) -> Policy | None:
    """The active policy in general for exactly this case. A request type is of a department, named or not."""
    query = select(Policy).where(
        Policy.active, Policy.customer_department_id.is_(None), Policy.valid_from.is_(None),
        Policy.request_type_id.is_not_distinct_from(request_type_id), Policy.priority.is_not_distinct_from(priority),
    )  # fmt: skip
    if request_type_id is None:
        query = query.where(Policy.department_id.is_not_distinct_from(department_id))
    return db.session.scalars(query.order_by(Policy.id).limit(1)).one_or_none()


def policy_by_name(name: str) -> Policy | None:
    return db.session.scalars(select(Policy).where(Policy.name == name)).one_or_none()


def numbered(policy_id: int, numbers: Collection[int]) -> dict[int, PolicyVersion]:
    """These versions of a policy by number, and the one before each of them."""
    wanted = {*numbers, *(number - 1 for number in numbers)}
    query = select(PolicyVersion).where(PolicyVersion.policy_id == policy_id, PolicyVersion.number.in_(wanted))
    return {row.number: row for row in db.session.scalars(query)}


def changes(before: PolicyVersion | None, after: PolicyVersion) -> list[Change]:
    """What the later of two versions says otherwise; all it says where it is the first."""
    old: Mapping[str, str] = before.targets if before else {}
    found = [
        Change(metric, old.get(metric), after.targets.get(metric))
        for metric in rules.METRICS
        if old.get(metric) != after.targets.get(metric)
    ]
    for what in ("warn_at", "escalate", "calendar_id"):
        was, now = getattr(before, what, None), getattr(after, what)
        if was != now:
            found.append(Change(what, was, now))
    return found


def _newest(*conditions: Any) -> Select[Any]:
    """The newest version of each policy that fits."""
    other = aliased(PolicyVersion)
    newest = select(func.max(other.number)).where(other.policy_id == Policy.id).scalar_subquery()
    return (
        select(PolicyVersion)
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .where(PolicyVersion.number == newest, *conditions)
        .options(joinedload(PolicyVersion.policy), joinedload(PolicyVersion.agreement_version))
    )


def _shown(version: PolicyVersion) -> Shown:
    row, wording = version.policy, version.agreement_version
    return Shown(
        row.id, version.number, row.active, wording.agreement_id if isinstance(wording, AgreementVersion) else None,
        rules.PolicyRow(
            version_id=version.id, name=row.name, department_id=row.department_id, request_type_id=row.request_type_id,
            priority=row.priority, customer_department_id=row.customer_department_id, valid_from=row.valid_from,
            valid_until=row.valid_until, targets=dict(version.targets), warn_at=tuple(version.warn_at),
            escalate=tuple(version.escalate), calendar_id=version.calendar_id,
            agreement_version_id=version.agreement_version_id,
        ),
    )  # fmt: skip
