"""What an organisation file asks for, checked and in plain values. Holds no rows, ids or lines of the file.

A key that is missing in `values` was not in the file: what is there stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from servicedesk.sla.agreement_rules import FIRST_DAY, Terms
from servicedesk.sla.rules import ESCALATE

# (role, department key); the department is None for roles of the whole company.
RolePair = tuple[str, str | None]
Names = Mapping[str, str]


@dataclass(frozen=True)
class CalendarPlan:
    key: str
    timezone: str
    week: Mapping[str, list[list[str]]]
    holidays: str | None
    exceptions: Mapping[str, list[list[str]]]
    # Names of exceptions by date and language; None where the file says nothing of them.
    names: Mapping[str, Names] | None = None


@dataclass(frozen=True)
class DepartmentPlan:
    """`values`: name, mission, customers, email, external_name, active. `calendar` None is the company's.

    `parent` "" leaves the department above as it is, None takes it away.
    """

    key: str
    values: Mapping[str, Any]
    calendar: str | None
    parent: str | None = ""


@dataclass(frozen=True)
class RequestTypePlan:
    """`values`: name, description, keywords, provides, confidential, mail, approvals, fields, active.

    Steps in `approvals` name people by address. `department` None leaves the type where it is.
    """

    key: str
    department: str | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class TemplatePlan:
    """`values`: name, description, lines, active; a line has all it can say, its request type by key.

    `department` None leaves it where it is.
    """

    key: str
    department: str | None
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Whom:
    """For whom a policy is; no two policies of a desk have the same."""

    department: str | None = None
    request_type: str | None = None
    priority: str | None = None
    valid_from: date | None = None

    @property
    def name(self) -> str:
        """The one way to write it, e.g. "department=it priority=urgent"."""
        parts = [f"department={self.department}"] if self.department else []
        narrowed = (("request_type", self.request_type), ("priority", self.priority), ("from", self.valid_from))
        parts.extend(f"{key}={value}" for key, value in narrowed if value is not None)
        if not (self.department or self.request_type or self.priority):
            parts.insert(0, "company")
        return " ".join(parts)


@dataclass(frozen=True)
class PromisePlan:
    """`targets`: metric to a duration in the engine's own writing."""

    whom: Whom
    targets: Mapping[str, str]
    warn_at: tuple[int, ...]
    valid_until: date | None = None
    escalate: tuple[Mapping[str, str], ...] = ESCALATE
    # The key of the hours it is counted by, where they are not those of the department.
    calendar: str | None = None


@dataclass(frozen=True)
class AgreementPlan:
    """An agreement between two departments by key; without a `from` in the file it holds since ever."""

    supplier: str
    customer: str
    terms: Terms

    @property
    def name(self) -> str:
        """How it is told, e.g. "agreement it→sales request_type=it.incident from=2026-01-01"."""
        parts = [f"agreement {self.supplier}→{self.customer}"]
        if len(self.terms.promises) == 1:
            [line] = self.terms.promises
            narrowed = (("request_type", line.request_type), ("priority", line.priority))
            parts += [f"{key}={value}" for key, value in narrowed if value is not None]
        if self.terms.valid_from != FIRST_DAY:
            parts.append(f"from={self.terms.valid_from}")
        return " ".join(parts)

    @property
    def claims(self) -> frozenset[tuple[str | None, str | None, str]]:
        """What it promises to whom: request type, priority, metric."""
        return frozenset(
            (line.request_type, line.priority, metric) for line in self.terms.promises for metric in line.targets
        )


@dataclass(frozen=True)
class PersonPlan:
    """`values`: name, language, timezone, topics, active; `department` "" leaves it, None takes it away.

    An `implied` person is only named in a department's lists: made when missing, else left alone.
    """

    email: str
    values: Mapping[str, Any] = field(default_factory=dict)
    department: str | None = ""
    implied: bool = False


@dataclass(frozen=True)
class Plan:
    """`closed` are roles of departments that belong to those in the file alone; `own_roles` are people whose
    company-wide roles, and those in their own department, are exactly the ones in `roles`.

    `lists` says which of "policies" and "agreements" the file has: such a list is the whole of the promises.
    """

    company: Mapping[str, str] = field(default_factory=dict)
    company_calendar: str | None = None
    # The department that finds out whose a request is; "" leaves it as it is.
    triage: str | None = ""
    calendars: tuple[CalendarPlan, ...] = ()
    departments: tuple[DepartmentPlan, ...] = ()
    people: tuple[PersonPlan, ...] = ()
    roles: Mapping[str, frozenset[RolePair]] = field(default_factory=dict)
    closed: frozenset[RolePair] = frozenset()
    own_roles: frozenset[str] = frozenset()
    request_types: tuple[RequestTypePlan, ...] = ()
    templates: tuple[TemplatePlan, ...] = ()
    promises: tuple[PromisePlan, ...] = ()
    agreements: tuple[AgreementPlan, ...] = ()
    lists: frozenset[str] = frozenset()
