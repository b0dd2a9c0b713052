"""Checks agreements: between whom, which promises, since when, and what else the document says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from servicedesk.organisation.checking.notebook import Notebook
from servicedesk.organisation.checking.promises import listed
from servicedesk.organisation.checking.promising import PRIORITIES, day_of, percents, steps, targets_of
from servicedesk.organisation.plan import AgreementPlan
from servicedesk.organisation.reading import Entries, Node
from servicedesk.sla.agreement_rules import FIRST_DAY, LAST_DAY, LONGEST_TEXT, MOST_LINES, Line, Terms
from servicedesk.sla.rules import ESCALATE, METRICS, WARN_AT

TEXTS = ("services", "mission", "customer_provides")
LINE = ("request_type", "priority", *METRICS, "warn_at", "escalate")
AGREEMENT = ("supplier", "customer", *LINE, "promises", "calendar", "from", "until", "review_on", *TEXTS)

_Found = list[tuple[int, AgreementPlan]]


def check_agreements(
    notes: Notebook, node: Node | None, departments: Collection[str], request_types: Mapping[str, str | None],
    calendars: Collection[str],
) -> tuple[AgreementPlan, ...]:  # fmt: skip
    """`request_types` maps the key of each to its department, None where that is at fault."""
    plans: _Found = []
    for item in listed(notes, node, "agreements"):
        before = len(notes.faults)
        about = notes.entries(item, "an agreement", AGREEMENT)
        plan = _agreement(notes, item.line, about, departments, request_types, calendars)
        if plan is not None and len(notes.faults) == before:
            _refuse_second(notes, item.line, plan, plans)
            plans.append((item.line, plan))
    return tuple(plan for _, plan in plans)


def _agreement(
    notes: Notebook, line: int, about: Entries, departments: Collection[str], request_types: Mapping[str, str | None],
    calendars: Collection[str],
) -> AgreementPlan | None:  # fmt: skip
    said = about.entries
    sides = {}
    for side in ("supplier", "customer"):
        if side not in said:
            notes.fault(line, f"An agreement needs a {side}.")
        else:
            sides[side] = notes.reference(said[side], "department", departments)
    supplier, customer = sides.get("supplier"), sides.get("customer")
    if supplier is not None and supplier == customer:
        notes.fault(said["customer"], "An agreement is between two departments.")
    lines = _lines(notes, line, about, supplier, request_types)
    begin, until, review = (day_of(notes, said, name) for name in ("from", "until", "review_on"))
    for name, day in (("until", until), ("review_on", review)):
        if day is not None and begin is not None and day < begin:
            notes.fault(said[name], "This ends before it begins." if name == "until" else "This is before it begins.")
    if review is not None and until is not None and review > until:
        notes.fault(said["review_on"], "The review is after the agreement has ended.")
    for name, day in (("from", begin), ("until", until), ("review_on", review)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            notes.fault(said[name], f"The year lies between {FIRST_DAY.year} and {LAST_DAY.year}.")
    terms = Terms(
        promises=lines, valid_from=begin or FIRST_DAY, valid_until=until, review_on=review,
        calendar=notes.reference(said["calendar"], "calendar", calendars) if "calendar" in said else None,
        **{name: notes.text(said[name], name, LONGEST_TEXT) or "" for name in TEXTS if name in said},
    )  # fmt: skip
    return AgreementPlan(supplier, customer, terms) if supplier and customer else None


def _lines(
    notes: Notebook, line: int, about: Entries, supplier: str | None, request_types: Mapping[str, str | None]
) -> tuple[Line, ...]:
    """One promise beside the rest of the agreement, or several under `promises`."""
    if "promises" not in about.entries:
        return (_line(notes, line, about, supplier, request_types),)
    for name in about.entries.keys() & set(LINE):
        notes.fault(about.lines[name], f"With `promises`, {name} stands in them.")
    items = notes.items(about.entries["promises"], "promises")
    if not 0 < len(items) <= MOST_LINES:
        notes.fault(about.lines["promises"], f"An agreement has one to {MOST_LINES} promises.")
    found, seen = [], set()
    for item in items:
        made = _line(notes, item.line, notes.entries(item, "a promise", LINE), supplier, request_types)
        case = (made.request_type, made.priority)
        if case in seen:
            notes.fault(item, "Another promise of this agreement is for the same requests; write them together.")
        seen.add(case)
        found.append(made)
    return tuple(found)


def _line(
    notes: Notebook, line: int, about: Entries, supplier: str | None, request_types: Mapping[str, str | None]
) -> Line:
    said = about.entries
    kind = notes.reference(said["request_type"], "request type", request_types) if "request_type" in said else None
    if kind is not None and supplier is not None and request_types[kind] not in (None, supplier):
        notes.fault(
            said["request_type"], f"The request type {kind} is one of {request_types[kind]}, not of {supplier}."
        )
    if not said.keys() & set(METRICS) and said.keys() <= set(AGREEMENT):
        notes.fault(line, f"This promises nothing; give it one of {', '.join(METRICS)}.")
    return Line(
        request_type=kind, targets=targets_of(notes, said),
        priority=notes.one_of(said["priority"], "priority", PRIORITIES) if "priority" in said else None,
        warn_at=percents(notes, said["warn_at"]) if "warn_at" in said else WARN_AT,
        escalate=steps(notes, said["escalate"]) if "escalate" in said else ESCALATE,
    )  # fmt: skip


def _refuse_second(notes: Notebook, line: int, plan: AgreementPlan, others: _Found) -> None:
    """Which of two promises for one case applies would depend on chance."""
    for other_line, other in others:
        if (other.supplier, other.customer) != (plan.supplier, plan.customer) or not plan.claims & other.claims:
            continue
        first, last = plan.terms.valid_from, plan.terms.valid_until or date.max
        if first <= (other.terms.valid_until or date.max) and other.terms.valid_from <= last:
            notes.fault(line, f"The promise in line {other_line} is for the same case: {other.name}.")
            return
