"""What would be promised to a request before it is sent, by priority, and why then. Asks the rule book, decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from servicedesk.sla import queries
from servicedesk.web.forms.catalog import PRIORITY_NAMES


@dataclass(frozen=True)
class Offer:
    """When an answer and the solution are promised; None where nothing is. `not_counted` are the reasons, in order,
    for which time until then does not count; `begins_at` is set when the department is closed now."""

    priority: str | None
    answer_at: datetime | None
    done_at: datetime | None
    not_counted: list[tuple[str, dict[str, str] | None]]
    begins_at: datetime | None
    round_the_clock: bool
    source: Any


def offers(
    at: datetime, *, department_id: int, request_type_id: int | None, customer_department_id: int | None
) -> list[Offer]:
    """One offer for each priority in which something differs, else a single one with priority None."""
    found = [
        _offer(at, priority, department_id, request_type_id, customer_department_id) for priority in PRIORITY_NAMES
    ]
    plain = [replace(offer, priority=None, source=None) for offer in found]
    return [replace(found[0], priority=None)] if all(offer == plain[0] for offer in plain) else found


def _offer(at: datetime, priority: str, department_id: int, request_type_id: int | None, customer: int | None) -> Offer:
    case = {
        "department_id": department_id, "request_type_id": request_type_id, "priority": priority, "customer_department_id": customer,
    }  # fmt: skip
    answer = queries.promise_for("first_reply", at, **case)  # type: ignore[arg-type]
    done = queries.promise_for("resolution", at, **case)  # type: ignore[arg-type]
    answer_at, done_at = (promise.due_at if promise else None for promise in (answer, done))
    last = max((p for p in (answer, done) if p and p.due_at), key=lambda p: p.due_at or at, default=None)
    stretches: list[Any] = []
    source = next((row for row in queries.policies() if last is not None and row.name == last.policy), None)
    calendar = queries.calendar_of(department_id, source.calendar_id if source else None)
    if last is not None and last.due_at is not None and calendar is not None:
        stretches = queries.ahead(calendar, last.target, at, last.due_at)
    closed = [(part.why, part.name) for part in stretches if not part.counted]
    reasons = [reason for number, reason in enumerate(closed) if reason not in closed[:number]]
    first = next((part for part in stretches if part.counted), None)
    return Offer(
        priority, answer_at, done_at, reasons, first.begin if first is not None and first is not stretches[0] else None,
        last is not None and last.target.endswith("wall"),
        source,
    )  # fmt: skip
