"""Checks policies and agreements: for whom, what, since when; never two for the same case at the same time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from servicedesk.organisation.checking.notebook import Notebook
from servicedesk.organisation.plan import PromisePlan, Whom
from servicedesk.organisation.reading import Entries, Node, Word
from servicedesk.sla.rules import METRICS, WARN_AT
from servicedesk.sla_engine import Target, TargetError

_COMMON = ("request_type", "priority", *METRICS, "warn_at", "from", "until")
POLICY = ("department", *_COMMON)
AGREEMENT = ("supplier", "customer", *_COMMON)
PRIORITIES = ("low", "normal", "high", "urgent")
# Longer than anybody promises, and within what a calendar can count.
LONGEST_SECONDS, LONGEST_DAYS = 5 * 366 * 86_400, 5 * 366

_Found = list[tuple[int, PromisePlan]]


def check_promises(
    notes: Notebook, found: Mapping[str, Node], departments: Collection[str], request_types: Collection[str]
) -> tuple[tuple[PromisePlan, ...], frozenset[str]]:
    """The promises, and which of the two lists the file has."""
    plans: _Found = []
    for section, known in (("policies", POLICY), ("agreements", AGREEMENT)):
        node = found.get(section)
        if isinstance(node, Word) and node.is_nothing:
            notes.fault(
                node, f"Nothing stands under {section}; write `{section}: []` to withdraw all of them, or leave it out."
            )
            continue
        for item in notes.items(node, section):
            before = len(notes.faults)
            about = notes.entries(item, "a policy" if section == "policies" else "an agreement", known)
            plan = _promise(notes, item.line, about, departments, request_types, agreement=section == "agreements")
            if len(notes.faults) == before:
                _refuse_second(notes, item.line, plan, plans)
                plans.append((item.line, plan))
    return tuple(plan for _, plan in plans), frozenset({"policies", "agreements"} & found.keys())


def _promise(
    notes: Notebook,
    line: int,
    about: Entries,
    departments: Collection[str],
    request_types: Collection[str],
    *,
    agreement: bool,
) -> PromisePlan:
    said = about.entries
    for side in ("supplier", "customer") if agreement else ():
        if side not in said:
            notes.fault(line, f"An agreement needs a {side}.")
    supplier = said.get("supplier" if agreement else "department")
    whom = Whom(
        department=notes.reference(supplier, "department", departments) if supplier is not None else None,
        request_type=notes.reference(said["request_type"], "request type", request_types)
        if "request_type" in said
        else None,
        priority=notes.one_of(said["priority"], "priority", PRIORITIES) if "priority" in said else None,
        customer=notes.reference(said["customer"], "department", departments) if "customer" in said else None,
        valid_from=_day(notes, said, "from"),
    )
    until = _day(notes, said, "until")
    if until is not None and whom.valid_from is not None and until < whom.valid_from:
        notes.fault(said["until"], "This ends before it begins.")
    targets = {metric: _target(notes, metric, said[metric]) for metric in METRICS if metric in said}
    if not targets and about.entries.keys() <= set(POLICY + AGREEMENT):
        notes.fault(line, f"This promises nothing; give it one of {', '.join(METRICS)}.")
    warn_at = _percents(notes, said["warn_at"]) if "warn_at" in said else WARN_AT
    return PromisePlan(whom, {metric: text for metric, text in targets.items() if text}, warn_at, until)


def _target(notes: Notebook, metric: str, node: Node) -> str | None:
    """The duration in the engine's own writing."""
    try:
        if not isinstance(node, Word):
            raise TargetError("A target is one duration, written like 27h.")
        target = Target.parse(node.text)
    except TargetError as error:
        notes.fault(node, f"{metric}: {error}")
        return None
    most = LONGEST_DAYS if target.unit == "days" else LONGEST_SECONDS
    if not 0 < target.amount <= most:
        notes.fault(node, f"{metric}: a promise is longer than nothing and not longer than five years.")
    return str(target)


def _percents(notes: Notebook, node: Node) -> tuple[int, ...]:
    found = set()
    for item in notes.items(node, "warn_at"):
        text = item.text if isinstance(item, Word) else ""
        if text.isascii() and text.isdecimal() and 0 < int(text[:4]) < 100:
            found.add(int(text))
        else:
            notes.fault(item, "warn_at has percents of the target from 1 to 99, written like [50, 75, 90].")
    return tuple(sorted(found))


def _day(notes: Notebook, said: Mapping[str, Node], name: str) -> date | None:
    node = said.get(name)
    return None if node is None or (isinstance(node, Word) and node.is_nothing) else notes.day(node, name)


def _refuse_second(notes: Notebook, line: int, plan: PromisePlan, others: _Found) -> None:
    """Which of two promises for one case applies would depend on chance."""
    for other_line, other in others:
        if replace(other.whom, valid_from=None) != replace(plan.whom, valid_from=None):
            continue
        first, last = plan.whom.valid_from or date.min, plan.valid_until or date.max
        if first <= (other.valid_until or date.max) and (other.whom.valid_from or date.min) <= last:
            notes.fault(line, f"The promise in line {other_line} is for the same case: {other.whom.name}.")
            return
