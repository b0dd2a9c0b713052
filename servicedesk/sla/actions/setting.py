"""Calendars and policies. Every change is a new version for the future; clocks that run keep theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from servicedesk.kernel.db import db, forget_remembered
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department
from servicedesk.sla import queries, rules
from servicedesk.sla.events import CalendarChanged, DepartmentCalendarChanged, PolicyChanged
from servicedesk.sla.holidays import holiday_exceptions
from servicedesk.sla.models import Calendar, CalendarVersion, DepartmentCalendar, Policy, PolicyVersion
from servicedesk.sla_engine import BusinessCalendar, CalendarError, Target, TargetError


def set_calendar(
    stamp: Stamp, *, key: str, timezone: str, week: Mapping[str, Any], holidays: str | None = None,
    exceptions: Mapping[str, Any] | None = None,
) -> Calendar:  # fmt: skip
    """Make or change a calendar; the same content makes no new version. Publishes `CalendarChanged`.

    Raises `Invalid` with the cause for hours that cannot be, and for a calendar that never opens.
    """
    own = {str(day): _pairs(hours) for day, hours in (exceptions or {}).items()}
    hours = {str(day): _pairs(spans) for day, spans in week.items()}
    added, names = holiday_exceptions(holidays, hours, stamp.at.year) if holidays else ({}, {})
    merged = added | own
    _refuse_bad(timezone, hours, merged, stamp.at)
    calendar = queries.calendar_by_key(key)
    if calendar is None:
        calendar = Calendar(key=key)
        db.session.add(calendar)
        db.session.flush()
    before = queries.newest_version(calendar.id)
    content = {
        "timezone": timezone,
        "week": hours,
        "holidays": holidays,
        "own_exceptions": own,
        "exceptions": merged,
        "names": names,
    }
    if before is not None and all(getattr(before, name) == value for name, value in content.items()):
        return calendar
    number = before.number + 1 if before else 1
    db.session.add(CalendarVersion(calendar_id=calendar.id, number=number, made_at=stamp.at, **content))
    db.session.flush()
    forget_remembered()
    publish(CalendarChanged(stamp=stamp, calendar_id=calendar.id, key=key, version=number))
    return calendar


def make_company_calendar(calendar: Calendar) -> bool:
    """Let `calendar` serve every department without one of its own. True if that is a change."""
    if calendar.of_company:
        return False
    db.session.execute(update(Calendar).values(of_company=False))
    calendar.of_company = True
    forget_remembered()
    return True


def set_department_calendar(stamp: Stamp, department: Department, calendar: Calendar | None) -> bool:
    """Give the department its own calendar, or None for the company's. True if that is a change."""
    row = db.session.get(DepartmentCalendar, department.id)
    if (row.calendar_id if row else None) == (calendar.id if calendar else None):
        return False
    if row is not None:
        db.session.delete(row)
        db.session.flush()
    if calendar is not None:
        db.session.add(DepartmentCalendar(department_id=department.id, calendar_id=calendar.id))
    forget_remembered()
    publish(
        DepartmentCalendarChanged(
            stamp=stamp, department_id=department.id, calendar_id=calendar.id if calendar else None
        )
    )
    return True


def set_policy(
    stamp: Stamp, *, name: str, targets: Mapping[str, str], department_id: int | None = None,
    request_type_id: int | None = None, priority: str | None = None, customer_department_id: int | None = None,
    valid_from: date | None = None, valid_until: date | None = None, warn_at: Sequence[int] = rules.WARN_AT,
) -> Policy:  # fmt: skip
    """Make or change the policy called `name`; the same content makes no new version. Publishes `PolicyChanged`.

    Targets are written like 27h, 90m, 3bd (business days) or "24h wall" (round the clock).
    """
    readable = _readable_targets(targets)
    policy = db.session.query(Policy).filter(Policy.name == name).one_or_none()
    for_whom = {
        "department_id": department_id, "request_type_id": request_type_id, "priority": priority,
        "customer_department_id": customer_department_id, "valid_from": valid_from, "valid_until": valid_until, "active": True,
    }  # fmt: skip
    if policy is None:
        policy = Policy(name=name, **for_whom)
        db.session.add(policy)
        db.session.flush()
    newest = _newest_policy_version(policy.id)
    same = all(getattr(policy, key) == value for key, value in for_whom.items())
    if newest is not None and same and newest.targets == readable and list(newest.warn_at) == list(warn_at):
        return policy
    for key, value in for_whom.items():
        setattr(policy, key, value)
    number = newest.number + 1 if newest else 1
    db.session.add(
        PolicyVersion(policy_id=policy.id, number=number, targets=readable, warn_at=list(warn_at), made_at=stamp.at)
    )
    db.session.flush()
    forget_remembered()
    publish(PolicyChanged(stamp=stamp, policy_id=policy.id, name=name, version=number, active=True))
    return policy


def withdraw_policy(stamp: Stamp, name: str) -> None:
    """The policy promises nothing to new tickets any more; running clocks keep it. Publishes `PolicyChanged`."""
    policy = db.session.query(Policy).filter(Policy.name == name).one_or_none()
    newest = _newest_policy_version(policy.id) if policy is not None else None
    if policy is None or newest is None or not policy.active:
        return
    policy.active = False
    forget_remembered()
    publish(PolicyChanged(stamp=stamp, policy_id=policy.id, name=name, version=newest.number, active=False))


def _newest_policy_version(policy_id: int) -> PolicyVersion | None:
    rows = db.session.query(PolicyVersion).filter(PolicyVersion.policy_id == policy_id)
    return rows.order_by(PolicyVersion.number.desc()).first()


def _readable_targets(targets: Mapping[str, str]) -> dict[str, str]:
    faults: dict[str, DeskError | str] = {}
    readable = {}
    for metric, text in targets.items():
        if metric not in rules.METRICS:
            faults[metric] = N_("The promises are first_reply, reply, resolution and stay.")
            continue
        try:
            readable[metric] = str(Target.parse(text))
        except TargetError as error:
            faults[metric] = str(error)
    if faults:
        raise Invalid(fields=faults)
    return readable


def _refuse_bad(timezone: str, week: Mapping[str, Any], exceptions: Mapping[str, Any], at: datetime) -> None:
    try:
        BusinessCalendar(timezone, week, exceptions).refuse_if_never_open(at)
    except CalendarError as error:
        raise Invalid(fields={"calendar": str(error)}) from error


def _pairs(hours: Any) -> Any:
    """Hours as lists of [open, close] texts, as JSON keeps them; what is not hours is left for the engine to refuse."""
    if isinstance(hours, list | tuple) and all(isinstance(span, list | tuple) for span in hours):
        return [list(span) for span in hours]
    return hours
