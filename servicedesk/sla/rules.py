"""Which promise applies, and what a lead may say of a broken one. Pure: rows in, answer out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets.models import PRIORITIES

METRICS = ("first_reply", "reply", "resolution", "stay")
# Metrics that a hold pauses; the reply promises are kept by words, not by waiting.
PAUSED_BY_HOLD = frozenset({"resolution", "stay"})
WARN_AT = (75, 90)

BREACH_REASONS = {
    "workload": N_("Too much work for the team"),
    "waiting_inside": N_("Waited for a colleague or another department"),
    "waiting_outside": N_("Waited for a third party"),
    "wrong_department": N_("Came to the wrong department first"),
    "requester": N_("The requester was needed and silent"),
    "complex": N_("Harder than it looked"),
    "absence": N_("Somebody was away and not covered"),
    "overlooked": N_("Overlooked"),
    "outage": N_("An outage or emergency came first"),
    "other": N_("Another reason"),
}


@dataclass(frozen=True)
class PolicyRow:
    """A policy with its newest version, as plain values."""

    version_id: int
    name: str
    department_id: int | None
    request_type_id: int | None
    priority: str | None
    customer_department_id: int | None
    valid_from: date | None
    valid_until: date | None
    targets: dict[str, str]
    warn_at: tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """What a promise is chosen by."""

    department_id: int
    request_type_id: int | None
    priority: str
    customer_department_id: int | None
    on: date


@dataclass(frozen=True)
class Choice:
    """The policy that won for one metric, and its target."""

    version_id: int
    target: str
    name: str


def choose(policies: Iterable[PolicyRow], metric: str, case: Case) -> Choice | None:
    """The most specific policy that promises `metric`, or None: no promise, and no invisible default.

    Agreement for the request type, agreement, request type and priority, request type, department and priority,
    department, company and priority, company; an agreement for a priority goes before the same without one.
    """
    fitting = [row for row in policies if metric in row.targets and _fits(row, case)]
    if not fitting:
        return None
    best = max(fitting, key=lambda row: (specificity(row), row.version_id))
    return Choice(best.version_id, best.targets[metric], best.name)


def specificity(row: PolicyRow) -> tuple[int, int, int, int]:
    """Greater is more specific; compared element by element. A request type is of a department, named or not."""
    return (
        int(row.customer_department_id is not None),
        int(row.request_type_id is not None),
        int(row.department_id is not None or row.request_type_id is not None),
        int(row.priority is not None),
    )


def _fits(row: PolicyRow, case: Case) -> bool:
    return (
        row.department_id in (None, case.department_id)
        and row.request_type_id in (None, case.request_type_id)
        and row.priority in (None, case.priority)
        and row.customer_department_id in (None, case.customer_department_id)
        and (row.valid_from is None or row.valid_from <= case.on)
        and (row.valid_until is None or case.on <= row.valid_until)
    )


def next_warning(warn_at: Sequence[int], warned_percent: int) -> int | None:
    """The next percent of the target at which to warn."""
    return next((percent for percent in sorted(warn_at) if percent > warned_percent), None)


def explains_breaches(person: Person, department_id: int) -> bool:
    """Reasons for broken promises are given by leads of the department that broke them."""
    return department_id in person.leads


def reason_fault(code: str, text: str) -> dict[str, DeskError]:
    faults: dict[str, DeskError] = {}
    if code not in BREACH_REASONS:
        faults["code"] = DeskError(N_("Choose one of the list."))
    if not text.strip():
        faults["text"] = DeskError(N_("Say in a sentence why it happened."))
    elif len(text) > 2000:
        faults["text"] = DeskError(N_("At most %(most)d characters fit here."), most=2000)
    return faults


def may_know(person: Person, department_id: int, row: PolicyRow) -> bool:
    """An agreement of the department is nobody's business but of the two that made it; the rest is public."""
    return row.customer_department_id in (None, person.department_id) or department_id in person.serves


def is_priority(text: str) -> bool:
    return text in PRIORITIES
