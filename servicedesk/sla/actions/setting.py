"""Policies. Every change is a new version for the future; clocks that run keep theirs. Calendars: calendars.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from servicedesk.kernel.db import db, forget_remembered
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.sla import rules
from servicedesk.sla.events import PolicyChanged
from servicedesk.sla.models import Policy, PolicyVersion
from servicedesk.sla_engine import TargetError


def set_policy(
    stamp: Stamp, *, name: str, targets: Mapping[str, str], department_id: int | None = None,
    request_type_id: int | None = None, priority: str | None = None, customer_department_id: int | None = None,
    valid_from: date | None = None, valid_until: date | None = None, warn_at: Sequence[int] = rules.WARN_AT,
    escalate: Sequence[Mapping[str, str]] = rules.ESCALATE, calendar_id: int | None = None,
    agreement_version_id: int | None = None,
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
    content = {
        "targets": readable, "warn_at": rules.readable_percents(warn_at), "escalate": rules.readable_steps(escalate),
        "calendar_id": calendar_id, "agreement_version_id": agreement_version_id,
    }  # fmt: skip
    if newest is not None and same and all(getattr(newest, key) == value for key, value in content.items()):
        return policy
    for key, value in for_whom.items():
        setattr(policy, key, value)
    number = newest.number + 1 if newest else 1
    db.session.add(PolicyVersion(policy_id=policy.id, number=number, made_at=stamp.at, **content))
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
            readable[metric] = rules.general_target(text)
        except TargetError as error:
            faults[metric] = str(error)
    if faults:
        raise Invalid(fields=faults)
    return readable
