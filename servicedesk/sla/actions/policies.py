"""Promises in general as people edit them: each change is a new version, for what begins from now on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department
from servicedesk.sla import rules
from servicedesk.sla.actions.setting import set_policy
from servicedesk.sla.models import Policy
from servicedesk.sla.queries import promising
from servicedesk.sla.queries.rulebook import calendars
from servicedesk.sla_engine import Target, TargetError

# Beyond this a promise is a slip of the pen.
LONGEST = timedelta(days=5 * 366)
HOW_TO = N_("Write it like 8h, 90m, 3bd (working days) or 24h wall (round the clock), up to five years.")
CHANGED = N_(
    "Somebody changed this promise meanwhile. What you typed is kept: compare it with the present version, and send it again."
)


@dataclass(frozen=True)
class Content:
    """What a version of a policy says; targets by metric, an absent one is not promised."""

    targets: Mapping[str, str]
    warn_at: Sequence[int] = rules.WARN_AT
    escalate: Sequence[Mapping[str, str]] = field(default_factory=lambda: rules.ESCALATE)
    calendar_id: int | None = None


def add_policy(
    stamp: Stamp, content: Content, *, department: Department | None, request_type: RequestType | None = None,
    priority: str | None = None,
) -> Policy:  # fmt: skip
    """Promise something for a case: a department (None: the company), a request type of it, a priority.

    Raises `Invalid` at the fields, also where a promise for this case is there already. Publishes `PolicyChanged`.
    """
    faults = _faults(content) | _faults_of_case(department, request_type, priority)
    if faults:
        raise Invalid(fields=faults)
    name = _name(department, request_type, priority)
    row = promising.policy_by_name(name)
    if row is not None and row.active:
        # Somebody gave another case this name in the organisation file.
        raise Invalid(fields={"priority": N_("A promise of this name is there already; look for it in the list.")})
    return set_policy(
        stamp, name=name, department_id=department.id if department and request_type is None else None,
        request_type_id=request_type.id if request_type else None, priority=priority, **_said(content),
    )  # fmt: skip


def change_policy(stamp: Stamp, row: Policy, seen: int, content: Content) -> bool:
    """A new version of a promise that was at version `seen` when somebody began to edit it; whether anything differs.

    Raises `Conflict` when there is a newer version by now or it was withdrawn. Publishes `PolicyChanged`.
    """
    faults = _faults(content)
    if faults:
        raise Invalid(fields=faults)
    before = promising.shown(row)
    if before.number != seen or not row.active:
        raise Conflict(CHANGED)
    set_policy(
        stamp, name=row.name, department_id=row.department_id, request_type_id=row.request_type_id, priority=row.priority,
        valid_from=row.valid_from, valid_until=row.valid_until, **_said(content),
    )  # fmt: skip
    return promising.shown(row).number != seen


def _said(content: Content) -> dict[str, Any]:
    return {
        "targets": dict(content.targets), "warn_at": content.warn_at, "escalate": content.escalate,
        "calendar_id": content.calendar_id,
    }  # fmt: skip


def _name(department: Department | None, request_type: RequestType | None, priority: str | None) -> str:
    """As the organisation file calls it."""
    parts = [f"request_type={request_type.key}"] if request_type else []
    if department is not None and request_type is None:
        parts.append(f"department={department.key}")
    if priority is not None:
        parts.append(f"priority={priority}")
    return " ".join(parts) or "company"


def _faults_of_case(
    department: Department | None, request_type: RequestType | None, priority: str | None
) -> dict[str, DeskError | str]:
    if request_type is not None and (department is None or request_type.department_id != department.id):
        return {"request_type": N_("Choose a kind of request of this department.")}
    if priority is not None and not rules.is_priority(priority):
        return {"priority": N_("Choose one of the list.")}
    there = promising.policy_of_case(
        department.id if department else None, request_type.id if request_type else None, priority
    )
    if there is not None:
        return {"priority": N_("There is a promise for this case already. Change that one.")}
    return {}


def _faults(content: Content) -> dict[str, DeskError | str]:
    found: dict[str, DeskError | str] = {}
    for metric, text in content.targets.items():
        if metric not in rules.METRICS or _target(text) is None:
            found[metric] = HOW_TO
    if not content.targets:
        found["resolution"] = N_("Promise at least one of the four.")
    if any(not 0 < percent < 100 for percent in content.warn_at):
        found["warn_at"] = N_("Warnings come at percents of the time from 1 to 99.")
    if content.calendar_id is not None and content.calendar_id not in {row.id for row in calendars()}:
        found["calendar"] = N_("There is no calendar of this name.")
    return found | _faults_of_steps(content.escalate)


def _faults_of_steps(steps: Sequence[Mapping[str, str]]) -> dict[str, DeskError | str]:
    """Fields are called escalate-0-after and so on."""
    found: dict[str, DeskError | str] = {}
    before: Target | None = None
    for number, step in enumerate(steps):
        after = _target(step["after"], least=0)
        if step["to"] not in rules.STEPS:
            found[f"escalate-{number}-to"] = N_("Choose who is told.")
        if after is None:
            found[f"escalate-{number}-after"] = N_("Write it like 0h, 2h, 1bd (working days) or 24h wall.")
        elif before is not None and before.unit != after.unit:
            found[f"escalate-{number}-after"] = N_(
                "Write all steps in the same kind of time, so that their order is sure."
            )
        elif before is not None and after.amount < before.amount:
            found[f"escalate-{number}-after"] = N_("A step comes later than the one before it.")
        elif dict(step) in [dict(other) for other in steps[:number]]:
            found[f"escalate-{number}-to"] = N_("This step stands there twice.")
        before = after or before
    if len(steps) > rules.MOST_STEPS:
        found[f"escalate-{rules.MOST_STEPS}-after"] = DeskError(
            N_("At most %(most)d steps follow a breach."), most=rules.MOST_STEPS
        )
    return found


def _target(text: str, least: float = 1) -> Target | None:
    """A readable amount of time, at least `least` seconds (or days) long; None for anything else."""
    try:
        target = Target.parse(rules.general_target(text))
    except TargetError:
        return None
    most = LONGEST.days if target.unit == "days" else LONGEST.total_seconds()
    return target if least <= target.amount <= most else None
