"""Which promise applies, and what a lead may say of a broken one. Pure: rows in, answer out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.sla.models import BreachReason
from servicedesk.sla_engine import Target, TargetError
from servicedesk.tickets.models import PRIORITIES

METRICS = ("first_reply", "reply", "resolution", "stay")
# Metrics that a hold pauses; the reply promises are kept by words, not by waiting.
PAUSED_BY_HOLD = frozenset({"resolution", "stay"})
WARN_AT = (75, 90)

# To whom a broken promise goes, step by step: whoever has the ticket (the team where nobody has), the leads of the
# department, the leads of the department above it. A step comes when so much working time has passed since the breach.
STEPS = ("assignee", "leads", "above")
MOST_STEPS = 10
ESCALATE: tuple[Mapping[str, str], ...] = (
    {"after": "0h", "to": "assignee"},
    {"after": "2h", "to": "leads"},
    {"after": "8h", "to": "above"},
)

# A date agreed for one ticket: how far ahead it may lie, how long its reason may be.
TERM_YEARS = 5
TERM_REASON_LENGTH = 2000

# What a lead has said of a breach: nothing yet, a reason, or a reason that excuses it.
STANDINGS = ("unexplained", "explained", "excused")
# Who had to act when a promise broke.
BALLS = ("supplier", "requester", "third_party", "approver", "none")
# So many breaches get one reason at once.
MOST_AT_ONCE = 100

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
    escalate: tuple[Mapping[str, str], ...] = ESCALATE
    # The hours it is counted by, where they are not those of the department.
    calendar_id: int | None = None
    # The wording of the agreement of which it is a line.
    agreement_version_id: int | None = None


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
    calendar_id: int | None = None


def choose(policies: Iterable[PolicyRow], metric: str, case: Case) -> Choice | None:
    """The most specific policy that promises `metric`, or None: no promise, and no invisible default.

    Agreement for the request type, agreement, request type and priority, request type, department and priority,
    department, company and priority, company; an agreement for a priority goes before the same without one.
    """
    fitting = [row for row in policies if metric in row.targets and _fits(row, case)]
    if not fitting:
        return None
    best = max(fitting, key=lambda row: (specificity(row), row.version_id))
    return Choice(best.version_id, best.targets[metric], best.name, best.calendar_id)


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


def general_target(text: str) -> str:
    """A promise to everybody in the engine's own writing; an amount of time, never a moment. Raises TargetError."""
    target = Target.parse(text)
    if target.moment is not None:
        raise TargetError(
            f"The target {text!r} is a moment; a promise in general is an amount of time, like 27h or 3bd."
        )
    return str(target)


def readable_percents(percents: Iterable[int]) -> list[int]:
    """Percents of a target at which to warn, each once, ascending. Raises `Invalid` at the field warn_at."""
    found = sorted(set(percents))
    if any(isinstance(p, bool) or not isinstance(p, int) or not 0 < p < 100 for p in found):
        raise Invalid(fields={"warn_at": N_("Warnings come at percents of the target from 1 to 99.")})
    return found


def readable_steps(steps: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Steps after a breach, durations in the engine's own writing. Raises `Invalid` at the field escalate."""
    found: list[dict[str, str]] = []
    before: Target | None = None
    for step in steps:
        try:
            after = Target.parse(general_target(step.get("after", "")))
        except TargetError as error:
            raise Invalid(fields={"escalate": str(error)}) from error
        if step.get("to") not in STEPS:
            raise Invalid(fields={"escalate": N_("A breach is told to assignee, leads or above.")})
        if before is not None and before.unit == after.unit and after.amount < before.amount:
            raise Invalid(fields={"escalate": N_("The steps after a breach are in the order of their times.")})
        found.append({"after": str(after), "to": step["to"]})
        before = after
    if len(found) > MOST_STEPS:
        raise Invalid(fields={"escalate": DeskError(N_("At most %(most)d steps follow a breach."), most=MOST_STEPS)})
    return found


def is_agreed(target: str) -> bool:
    """Whether a clock's target is a moment that both sides of the ticket agreed on."""
    return target.startswith("at ")


def term_faults(due_at: datetime, reason: str, at: datetime) -> dict[str, DeskError]:
    """What is wrong with a date proposed at `at`, by field."""
    faults: dict[str, DeskError] = {}
    if due_at <= at:
        faults["due_at"] = DeskError(N_("The date lies in the past; propose one that is still to come."))
    elif due_at > _years_later(at, TERM_YEARS):
        faults["due_at"] = DeskError(
            N_("Nobody plans more than %(years)d years ahead; propose an earlier date."), years=TERM_YEARS
        )
    if not reason.strip():
        faults["reason"] = DeskError(N_("Say in a sentence why this date."))
    elif len(reason) > TERM_REASON_LENGTH:
        faults["reason"] = DeskError(N_("At most %(most)d characters fit here."), most=TERM_REASON_LENGTH)
    return faults


def _years_later(at: datetime, years: int) -> datetime:
    try:
        return at.replace(year=at.year + years)
    except ValueError:  # the 29th of February
        return at.replace(year=at.year + years, day=28)


def edits_policies(person: Person, department_id: int | None) -> bool:
    """Leads set what the departments promise that they lead; administrators also what the whole company does (None)."""
    return is_admin(person) or department_id in person.leads


def applies_versions(person: Person, department_ids: Collection[int | None]) -> bool:
    """A new version is applied to running promises by who leads every department it is for, or by an administrator."""
    return is_admin(person) or (bool(department_ids) and person.leads.issuperset(department_ids))


def explains_breaches(person: Person, department_id: int) -> bool:
    """Reasons for broken promises are given by leads of the department that broke them."""
    return department_id in person.leads


def reason_fault(code: str, text: str, excused: bool = False) -> dict[str, DeskError]:
    faults: dict[str, DeskError] = {}
    if code not in BREACH_REASONS:
        faults["code"] = DeskError(N_("Choose one of the list."))
    if not text.strip():
        why = N_("An excuse needs a sentence that says what excuses it.")
        faults["text"] = DeskError(why if excused else N_("Say in a sentence why it happened."))
    elif len(text) > 2000:
        faults["text"] = DeskError(N_("At most %(most)d characters fit here."), most=2000)
    return faults


def choice_faults(count: int) -> dict[str, DeskError]:
    """What is wrong with explaining so many breaches at once."""
    if count <= MOST_AT_ONCE:
        return {}
    return {"ids": DeskError(N_("At most %(most)d can be explained at once."), most=MOST_AT_ONCE)}


def mark_of_reason(reason: BreachReason | None) -> str:
    """What tells one wording of a reason from the next; empty where none was given."""
    return reason.given_at.isoformat() if reason is not None else ""


def may_know(person: Person, department_id: int, row: PolicyRow) -> bool:
    """An agreement of the department is nobody's business but of the two that made it; the rest is public."""
    return row.customer_department_id in (None, person.department_id) or department_id in person.serves


def edits_calendar(person: Person, users: frozenset[int | None]) -> bool:
    """Administrators change every calendar, leads one that only their departments work by; None is the whole company."""
    return person.has("admin") or (bool(users) and users <= person.leads)


def is_priority(text: str) -> bool:
    return text in PRIORITIES
