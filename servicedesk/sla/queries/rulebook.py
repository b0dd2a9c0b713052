"""Calendars and policies as the rules in force: which calendar a department works by, which promise a case gets."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Text, cast, func, select

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db, known_for_good, remember, remembered
from servicedesk.people.models import Person
from servicedesk.sla import rules
from servicedesk.sla.models import Calendar, CalendarVersion, DepartmentCalendar, Policy, PolicyVersion
from servicedesk.sla_engine import BusinessCalendar, NeverOpensError, Target


@dataclass(frozen=True)
class Promise:
    """What a case would be promised: the target in words of the file, the due instant, whose policy it is."""

    metric: str
    target: str
    due_at: datetime | None
    policy: str


def policies() -> list[rules.PolicyRow]:
    """All active policies with their newest version."""
    return remembered("policies", _load_policies)


def _load_policies() -> list[rules.PolicyRow]:
    newest = (
        select(PolicyVersion.policy_id, func.max(PolicyVersion.number).label("number"))
        .group_by(PolicyVersion.policy_id)
        .subquery()
    )
    query = (
        select(Policy, PolicyVersion)
        .join(newest, newest.c.policy_id == Policy.id)
        .join(PolicyVersion, (PolicyVersion.policy_id == Policy.id) & (PolicyVersion.number == newest.c.number))
        .where(Policy.active)
    )
    return [
        rules.PolicyRow(
            version_id=version.id, name=policy.name, department_id=policy.department_id,
            request_type_id=policy.request_type_id, priority=policy.priority,
            customer_department_id=policy.customer_department_id, valid_from=policy.valid_from,
            valid_until=policy.valid_until, targets=dict(version.targets), warn_at=tuple(version.warn_at),
            escalate=tuple(version.escalate), calendar_id=version.calendar_id, agreement_version_id=version.agreement_version_id,
        )
        for policy, version in db.session.execute(query)
    ]  # fmt: skip


def policy_names(version_ids: set[int | None]) -> dict[int, tuple[str, int]]:
    """Name and version number of the policies with these version ids."""
    if not version_ids - {None}:
        return {}
    query = (
        select(PolicyVersion.id, Policy.name, PolicyVersion.number)
        .join(Policy)
        .where(PolicyVersion.id.in_(version_ids))
    )
    return {row.id: (row.name, row.number) for row in db.session.execute(query)}


def calendars() -> list[Calendar]:
    return list(db.session.scalars(select(Calendar).order_by(Calendar.key)))


def calendar_by_key(key: str) -> Calendar | None:
    return db.session.scalars(select(Calendar).where(Calendar.key == key)).one_or_none()


def newest_version(calendar_id: int) -> CalendarVersion | None:
    query = select(CalendarVersion).where(CalendarVersion.calendar_id == calendar_id)
    return db.session.scalars(query.order_by(CalendarVersion.number.desc()).limit(1)).one_or_none()


def calendar_of(department_id: int, calendar_id: int | None = None) -> int | None:
    """Id of the newest version of the calendar named, else of the department's, else of the company's; None without any."""
    versions, own, company = remembered("calendars", _load_calendars)
    calendar_id = calendar_id or own.get(department_id, company)
    return versions.get(calendar_id) if calendar_id is not None else None


def calendar_names() -> dict[int, str]:
    """Key of the calendar by department id, for departments with their own."""
    query = select(DepartmentCalendar.department_id, Calendar.key).join(Calendar)
    return {row.department_id: row.key for row in db.session.execute(query)}


def _load_calendars() -> tuple[dict[int, int], dict[int, int], int | None]:
    newest = select(CalendarVersion.calendar_id, func.max(CalendarVersion.id)).group_by(CalendarVersion.calendar_id)
    versions = {row[0]: row[1] for row in db.session.execute(newest)}
    own = {row.department_id: row.calendar_id for row in db.session.scalars(select(DepartmentCalendar))}
    company = db.session.scalar(select(Calendar.id).where(Calendar.of_company))
    return versions, own, company


def engine_calendar(version_id: int) -> BusinessCalendar:
    """The engine's calendar of one version; versions never change, so each is read once."""
    return known_for_good(f"calendar version {version_id}", lambda: _load_calendar(version_id))


def read_calendars(version_ids: Collection[int]) -> None:
    """Read the calendars of all these versions in one statement, for `engine_calendar` to find."""
    texts = cast(CalendarVersion.week, Text), cast(CalendarVersion.exceptions, Text)
    query = select(CalendarVersion.id, CalendarVersion.timezone, *texts).where(CalendarVersion.id.in_(version_ids))
    for version_id, *about in db.session.execute(query):
        remember(f"calendar version {version_id}", _built(*about))


def _load_calendar(version_id: int) -> BusinessCalendar:
    # As text: years of exceptions are decoded when a calendar is built, and not for every page that asks for it.
    texts = cast(CalendarVersion.week, Text), cast(CalendarVersion.exceptions, Text)
    row = db.session.execute(
        select(CalendarVersion.timezone, *texts).where(CalendarVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise LookupError(f"calendar version {version_id} is gone")
    return _built(*row)


@lru_cache(maxsize=256)
def _built(timezone: str, week: str, exceptions: str) -> BusinessCalendar:
    return BusinessCalendar(timezone, json.loads(week), json.loads(exceptions))


def warn_percents(policy_version_id: int | None) -> list[int]:
    """Percents of the target at which a policy warns; what is usual where only a date was agreed."""
    version = _policy_version(policy_version_id)
    return sorted(version.warn_at if version else rules.WARN_AT)


def escalation(policy_version_id: int | None) -> list[Mapping[str, str]]:
    """The steps a policy takes after a breach; what is usual where only a date was agreed."""
    version = _policy_version(policy_version_id)
    return list(version.escalate if version else rules.ESCALATE)


def policy_of(policy_version_id: int | None) -> int | None:
    """Id of the policy that this is a version of."""
    version = _policy_version(policy_version_id)
    return version.policy_id if version else None


def hours_of(policy_version_id: int | None) -> int | None:
    """Id of the calendar that a version of a policy names; None where it counts by the department's."""
    version = _policy_version(policy_version_id)
    return version.calendar_id if version else None


def _policy_version(version_id: int | None) -> PolicyVersion | None:
    """Versions never change: each is read once in a transaction."""
    if version_id is None:
        return None
    return remembered(f"policy version {version_id}", lambda: db.session.get(PolicyVersion, version_id))


def chosen(metric: str, case: rules.Case) -> rules.Choice | None:
    return rules.choose(policies(), metric, case)


def case_of(
    at: datetime, department_id: int, request_type_id: int | None, priority: str, customer_department_id: int | None
) -> rules.Case:
    """The case at an instant."""
    return rules.Case(department_id, request_type_id, priority, customer_department_id, day_of(at, department_id))


def day_of(at: datetime, department_id: int) -> date:
    """The date at an instant by the department's calendar; agreements begin and end on such dates."""
    version_id = calendar_of(department_id)
    zone = engine_calendar(version_id).timezone if version_id is not None else "UTC"
    return at.astimezone(ZoneInfo(zone)).date()


def promise_for(
    metric: str,
    at: datetime,
    *,
    department_id: int,
    request_type_id: int | None,
    priority: str,
    customer_department_id: int | None,
) -> Promise | None:
    """What would be promised to a request made at `at`: shown before it is sent."""
    choice = chosen(metric, case_of(at, department_id, request_type_id, priority, customer_department_id))
    version_id = calendar_of(department_id, choice.calendar_id) if choice else None
    if version_id is None or choice is None:
        return None
    try:
        due = Target.parse(choice.target).due(engine_calendar(version_id), at)
    except NeverOpensError:
        due = None
    return Promise(metric, choice.target, due, choice.name)


def promises_of(department_id: int, reader: Person) -> list[rules.PolicyRow]:
    """What `reader` may know of the policies that speak of the department, its request types and the whole company.

    Most specific first.
    """
    offered_by = remembered("departments of request types", _departments_of_types)
    rows = [
        row
        for row in policies()
        if row.department_id in (None, department_id)
        and (row.request_type_id is None or offered_by.get(row.request_type_id) == department_id)
        and rules.may_know(reader, department_id, row)
    ]
    return sorted(rows, key=rules.specificity, reverse=True)


def _departments_of_types() -> dict[int, int]:
    return {row.id: row.department_id for row in db.session.execute(select(RequestType.id, RequestType.department_id))}
