"""Where time went, as JSON: the stretches of a clock, its changes, who set it, who held the ball."""

from __future__ import annotations

from typing import Any

from servicedesk.api.shapes import Json, Names, moment, seconds


def stretch(row: Any, told_seconds: float, names: Names) -> Json:
    """A stretch of a clock's life: how long and why it counts or does not."""
    return {
        "from": moment(row.begin),
        "to": moment(row.end),
        "seconds": seconds(told_seconds),
        "counted": row.counted,
        "why": row.why,
        "holiday": row.name,
        "name": row.name,
        "by": names.email(row.by_id),
        "by_name": names.person_name(row.by_id),
        "reason": row.reason,
        "note": row.note or None,
    }


def retarget(row: Any) -> Json:
    """A change of a promise, with the due dates as known at that moment."""
    return {
        "at": moment(row.at),
        "cause": row.cause,
        "before": row.before,
        "after": row.after,
        "due_before": moment(row.due_before),
        "due_after": moment(row.due_after),
        "hours_changed": row.hours_changed,
    }


def promise_source(clock: Any, found: Any) -> Json:
    """Which policy or agreement set the target; `found` is what people call it, None where only a date was agreed."""
    agreement = None
    if found is not None and found.agreement_id is not None:
        agreement = {"id": found.agreement_id, "version": found.agreement_version}
        agreement |= {"supplier": dict(found.supplier or {}), "customer": dict(found.customer or {})}
    return {
        "target": clock.target or None,
        "policy": found.policy if found else None,
        "policy_version": found.number if found else None,
        "agreement": agreement,
    }


def ledger_line(row: Any, told_seconds: float, names: Names) -> Json:
    """A stretch of a ticket's life and who held the ball in it."""
    return {
        "from": moment(row.begin),
        "to": moment(row.end),
        "seconds": seconds(told_seconds),
        "holder": row.holder,
        "department": names.department(row.department_id),
    }


def held(holder: str, department_id: int | None, told_seconds: float, names: Names) -> Json:
    """All the time of one holder."""
    return {"holder": holder, "department": names.department(department_id), "seconds": seconds(told_seconds)}
