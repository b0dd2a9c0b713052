"""Checks policies: for whom, what, since when; never two for the same case at the same time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from servicedesk.organisation.checking.notebook import Notebook
from servicedesk.organisation.checking.promising import PRIORITIES, day_of, percents, steps, targets_of
from servicedesk.organisation.plan import PromisePlan, Whom
from servicedesk.organisation.reading import Entries, Node, Word
from servicedesk.sla.rules import ESCALATE, METRICS, WARN_AT

POLICY = ("department", "request_type", "priority", *METRICS, "calendar", "warn_at", "escalate", "from", "until")

_Found = list[tuple[int, PromisePlan]]


def check_policies(
    notes: Notebook, node: Node | None, departments: Collection[str], request_types: Collection[str],
    calendars: Collection[str],
) -> tuple[PromisePlan, ...]:  # fmt: skip
    plans: _Found = []
    for item in listed(notes, node, "policies"):
        before = len(notes.faults)
        about = notes.entries(item, "a policy", POLICY)
        plan = _promise(notes, item.line, about, departments, request_types, calendars)
        if len(notes.faults) == before:
            _refuse_second(notes, item.line, plan, plans)
            plans.append((item.line, plan))
    return tuple(plan for _, plan in plans)


def listed(notes: Notebook, node: Node | None, section: str) -> tuple[Node, ...]:
    """The items of a list that is the whole of its kind; an empty one has to be meant."""
    if isinstance(node, Word) and node.is_nothing:
        notes.fault(
            node, f"Nothing stands under {section}; write `{section}: []` to withdraw all of them, or leave it out."
        )
        return ()
    return notes.items(node, section)


def _promise(
    notes: Notebook, line: int, about: Entries, departments: Collection[str], request_types: Collection[str],
    calendars: Collection[str],
) -> PromisePlan:  # fmt: skip
    said = about.entries
    whom = Whom(
        department=notes.reference(said["department"], "department", departments) if "department" in said else None,
        request_type=notes.reference(said["request_type"], "request type", request_types)
        if "request_type" in said
        else None,
        priority=notes.one_of(said["priority"], "priority", PRIORITIES) if "priority" in said else None,
        valid_from=day_of(notes, said, "from"),
    )
    until = day_of(notes, said, "until")
    if until is not None and whom.valid_from is not None and until < whom.valid_from:
        notes.fault(said["until"], "This ends before it begins.")
    if not said.keys() & set(METRICS) and said.keys() <= set(POLICY):
        notes.fault(line, f"This promises nothing; give it one of {', '.join(METRICS)}.")
    return PromisePlan(
        whom, targets_of(notes, said), percents(notes, said["warn_at"]) if "warn_at" in said else WARN_AT, until,
        steps(notes, said["escalate"]) if "escalate" in said else ESCALATE,
        notes.reference(said["calendar"], "calendar", calendars) if "calendar" in said else None,
    )  # fmt: skip


def _refuse_second(notes: Notebook, line: int, plan: PromisePlan, others: _Found) -> None:
    """Which of two promises for one case applies would depend on chance."""
    for other_line, other in others:
        if replace(other.whom, valid_from=None) != replace(plan.whom, valid_from=None):
            continue
        first, last = plan.whom.valid_from or date.min, plan.valid_until or date.max
        if first <= (other.valid_until or date.max) and (other.whom.valid_from or date.min) <= last:
            notes.fault(line, f"The promise in line {other_line} is for the same case: {other.whom.name}.")
            return
