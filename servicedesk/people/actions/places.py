"""The company and its departments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people import queries, rules
from servicedesk.people.actions.checking import assign, check
from servicedesk.people.events import CompanyChanged, DepartmentAdded, DepartmentChanged
from servicedesk.people.models import Company, Department

QUESTIONS_A_WEEK = range(21)


def describe_company(stamp: Stamp, *, name: str, language: str, timezone: str, **more: Any) -> Company:
    """Set or change the company's one row; publishes `CompanyChanged` when something differs.

    `more` may have triage_department_id (the department that finds out whose a request is, None for no such) and
    questions_a_week (how many questions about resolved requests one person gets in seven days, 0 for none).
    """
    check(language=language, timezone=timezone)
    _check_triage(more.get("triage_department_id"))
    if more.get("questions_a_week", 0) not in QUESTIONS_A_WEEK:
        raise Invalid(fields={"questions_a_week": N_("Give a whole number from 0 to 20.")})
    values = {"name": name, "language": language, "timezone": timezone, **more}
    company = queries.company()
    if company is None:
        company = Company(id=1, **values)
        db.session.add(company)
        publish(CompanyChanged(stamp=stamp, fields=tuple(values)))
        return company
    changed = assign(company, values)
    if changed:
        publish(CompanyChanged(stamp=stamp, fields=changed))
    return company


def add_department(
    stamp: Stamp, *, key: str, name: Mapping[str, str], mission: Mapping[str, str] | None = None,
    email: str | None = None, external_name: str | None = None, customers: Mapping[str, str] | None = None,
) -> Department:  # fmt: skip
    if not rules.is_key(key):
        raise Invalid(fields={"key": N_("A key has lower-case Latin letters, digits and hyphens.")})
    if queries.department_by_key(key):
        raise Invalid(fields={"key": N_("This key is taken.")})
    row = Department(
        key=key, name=dict(name), mission=dict(mission or {}), customers=dict(customers or {}), email=email,
        external_name=external_name,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    publish(DepartmentAdded(stamp=stamp, department_id=row.id, key=key))
    return row


def change_department(stamp: Stamp, department: Department, values: Mapping[str, Any]) -> None:
    """Set those of name, mission, customers, email, active, parent_id that `values` has.

    Publishes `DepartmentChanged` if any differs. Raises `Invalid` at the field parent for a department above that does not exist or stands below this one.
    """
    _check_parent(department, values.get("parent_id"))
    changed = assign(department, values)
    if changed:
        publish(DepartmentChanged(stamp=stamp, department_id=department.id, fields=changed))


def _check_parent(department: Department, parent_id: int | None) -> None:
    if parent_id is None:
        return
    known = queries.departments_by_id()
    if parent_id not in known:
        raise Invalid(fields={"parent": N_("There is no such department.")})
    if department.id in (parent_id, *rules.above(parent_id, {row.id: row.parent_id for row in known.values()})):
        raise Invalid(fields={"parent": N_("A department cannot stand above itself, directly or through others.")})


def _check_triage(department_id: int | None) -> None:
    if department_id is not None and department_id not in queries.departments_by_id():
        raise Invalid(fields={"triage": N_("There is no such department.")})
