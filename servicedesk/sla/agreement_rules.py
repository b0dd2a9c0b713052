"""Agreements between two departments: what a wording may say, which one is in force, who may read and answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.sla import rules
from servicedesk.sla.models import Agreement, AgreementVersion
from servicedesk.sla_engine import Target, TargetError

STATES = ("proposed", "in_force", "coming", "ended", "refused")
# Both sides are reminded so long before an agreement ends or is to be reviewed.
REMIND_BEFORE = timedelta(days=30)

LONGEST_TEXT = 10_000
LONGEST_NOTE = 2_000
MOST_LINES = 30
# Days of an agreement lie between these; others are slips of the pen.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
_LONGEST_TARGET = {"days": 366, "seconds": 366 * 86400, "wall": 366 * 86400}
_HOW_TO = N_("Write it like 8h, 90m, 3bd (business days) or 24h wall (round the clock), up to a year.")

# What one line claims for itself: request type id, priority, metric.
Claim = tuple[int | None, str | None, str]


@dataclass(frozen=True)
class Line:
    """One promise: of a request type of the supplier (its key) and a priority, None narrowing nothing.

    `targets` maps metric to a duration as in the organisation file. Without `warn_at` and `escalate` the line keeps
    those of the wording before, else what is usual.
    """

    request_type: str | None = None
    priority: str | None = None
    targets: Mapping[str, str] = field(default_factory=dict)
    warn_at: tuple[int, ...] | None = None
    escalate: tuple[Mapping[str, str], ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a version says, in plain values. `calendar` is a key; None counts by the supplier's own hours."""

    promises: tuple[Line, ...]
    valid_from: date
    valid_until: date | None = None
    review_on: date | None = None
    services: str = ""
    mission: str = ""
    customer_provides: str = ""
    calendar: str | None = None


@dataclass(frozen=True)
class Known:
    """What terms may name: ids of the supplier's request types and of calendars by key. Nobody can propose what ended
    before `today`; None for a wording that may have ended."""

    request_types: Mapping[str, int]
    calendars: Mapping[str, int]
    today: date | None


def faults(terms: Terms, known: Known) -> dict[str, DeskError | str]:
    """What is wrong with `terms` by field; a promise's fields are called promises-0-resolution and so on."""
    found: dict[str, DeskError | str] = {}
    for name in ("services", "mission", "customer_provides"):
        if len(getattr(terms, name)) > LONGEST_TEXT:
            found[name] = DeskError(N_("At most %(most)d characters fit here."), most=LONGEST_TEXT)
    if terms.calendar is not None and terms.calendar not in known.calendars:
        found["calendar"] = N_("There is no calendar of this name.")
    found |= _faults_of_dates(terms, known.today)
    if not terms.promises:
        found["promises"] = N_("An agreement needs at least one promise.")
    elif len(terms.promises) > MOST_LINES:
        found["promises"] = DeskError(N_("At most %(most)d promises fit into one agreement."), most=MOST_LINES)
    for number, line in enumerate(terms.promises):
        found |= {f"promises-{number}-{name}": fault for name, fault in _faults_of_line(line, known)}
    return found or _promised_twice(terms)


def normal(terms: Terms) -> Terms:
    """Terms as they are compared: targets in the engine's own writing, one line for one case. They have no faults."""
    lines: dict[tuple[str | None, str | None], Line] = {}
    for line in terms.promises:
        targets = {m: rules.general_target(line.targets[m]) for m in rules.METRICS if m in line.targets}
        case = (line.request_type, line.priority)
        before = lines.get(case)
        lines[case] = replace(line, targets={**(before.targets if before else {}), **targets})
    texts = {name: getattr(terms, name).strip() for name in ("services", "mission", "customer_provides")}
    return replace(terms, promises=tuple(lines.values()), **texts)


def with_warnings_of(terms: Terms, before: Terms | None) -> Terms:
    """Lines that say nothing of warnings and steps after a breach take them from the same line of `before`, else the usual."""
    earlier = {(line.request_type, line.priority): line for line in (before.promises if before else ())}
    lines = []
    for line in terms.promises:
        old = earlier.get((line.request_type, line.priority), Line())
        lines.append(
            replace(
                line, warn_at=_first(line.warn_at, old.warn_at, rules.WARN_AT),
                escalate=_first(line.escalate, old.escalate, rules.ESCALATE),
            )
        )  # fmt: skip
    return replace(terms, promises=tuple(lines))


def says_same(before: Terms, after: Terms) -> bool:
    """Whether both say the same, in whatever order of their promises. They have no faults."""
    return _sorted(before) == _sorted(with_warnings_of(after, before))


def claims(version: AgreementVersion) -> set[Claim]:
    return {
        (line["request_type_id"], line["priority"], metric) for line in version.promises for metric in line["targets"]
    }


# Which wording is in force


def accepted(versions: Iterable[AgreementVersion]) -> list[AgreementVersion]:
    """The accepted versions, oldest first."""
    return sorted((v for v in versions if v.state == "accepted"), key=lambda version: version.number)


def in_force(versions: Iterable[AgreementVersion], on: date) -> AgreementVersion | None:
    """The wording that holds on a day: the latest that has begun, unless it has ended; what it replaced does not come back."""
    begun = [version for version in accepted(versions) if version.valid_from <= on]
    newest = begun[-1] if begun else None
    return newest if newest and (newest.valid_until is None or on <= newest.valid_until) else None


def coming(versions: Iterable[AgreementVersion], on: date) -> AgreementVersion | None:
    """The accepted wording that begins next after `on`."""
    rows = accepted(versions)
    later = [version for version in rows if version.valid_from > on and last_day(version, rows) >= version.valid_from]
    return min(later, key=lambda version: version.valid_from, default=None)


def last_day(version: AgreementVersion, versions: Iterable[AgreementVersion]) -> date:
    """The last day of an accepted wording: as it says, or the day before a later one begins. `date.max` for no end;
    before its first day where it never applies."""
    ends = [other.valid_from - timedelta(days=1) for other in accepted(versions) if other.number > version.number]
    return min([version.valid_until or date.max, *ends])


def open_proposal(versions: Iterable[AgreementVersion]) -> AgreementVersion | None:
    return next((version for version in versions if version.state == "proposed"), None)


def newest(versions: Iterable[AgreementVersion]) -> AgreementVersion | None:
    return max(versions, key=lambda version: version.number, default=None)


def state_of(versions: Sequence[AgreementVersion], on: date) -> str:
    """One of `STATES`. An agreement that was accepted once may have an open proposal on top."""
    if in_force(versions, on) is not None:
        return "in_force"
    if coming(versions, on) is not None:
        return "coming"
    if accepted(versions):
        return "ended"
    return "proposed" if open_proposal(versions) is not None else "refused"


# Who may what


def reads_all(person: Person, agreement: Agreement) -> bool:
    """Proposals and history are for those who work in one of the two departments, and for administrators."""
    return person.has("admin") or bool(sides(agreement) & person.serves)


def reads_version(person: Person, version: AgreementVersion) -> bool:
    """Everybody in the customer department may read what was accepted for them."""
    agreement = version.agreement
    if version.state == "accepted":
        return reads_accepted(person, agreement.supplier_id, agreement.customer_id)
    return reads_all(person, agreement)


def reads_accepted(person: Person, supplier_id: int, customer_id: int) -> bool:
    served = person.department_id == customer_id or bool({supplier_id, customer_id} & person.serves)
    return served or person.has("admin")


def sides(agreement: Agreement) -> frozenset[int]:
    return frozenset({agreement.supplier_id, agreement.customer_id})


def proposes(person: Person, agreement: Agreement) -> bool:
    return bool(sides(agreement) & person.leads)


def side_of(person: Person, supplier_id: int, customer_id: int, before: AgreementVersion | None) -> int | None:
    """For which of the two departments `person` proposes: one they lead, or None.

    Who leads both replaces an open proposal (`before`) of their own, counters another's, and else speaks for their home.
    """
    led = [side for side in (supplier_id, customer_id) if side in person.leads]
    if before is None:
        return min(led, key=lambda side: side != person.department_id, default=None)
    own = before.proposed_by_id == person.id
    return min(led, key=lambda side: (side == before.proposed_for_id) != own, default=None)


def answers(person: Person, version: AgreementVersion) -> bool:
    """A lead of the other side accepts or declines; one who leads both departments may answer for the other."""
    if version.state != "proposed":
        return False
    return bool((sides(version.agreement) - {version.proposed_for_id}) & person.leads)


def withdraws(person: Person, version: AgreementVersion) -> bool:
    return version.state == "proposed" and version.proposed_for_id in person.leads


def _faults_of_dates(terms: Terms, today: date | None) -> dict[str, DeskError | str]:
    found: dict[str, DeskError | str] = {}
    if terms.valid_until is not None and terms.valid_until < terms.valid_from:
        found["valid_until"] = N_("It ends before it begins.")
    elif terms.valid_until is not None and today is not None and terms.valid_until < today:
        found["valid_until"] = N_("This day is over already.")
    if terms.review_on is not None and terms.review_on < terms.valid_from:
        found["review_on"] = N_("The review is before the agreement begins.")
    elif (
        not found
        and terms.review_on is not None
        and terms.valid_until is not None
        and terms.review_on > terms.valid_until
    ):
        found["review_on"] = N_("The review is after the agreement has ended.")
    for name in ("valid_from", "valid_until", "review_on"):
        day = getattr(terms, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            found[name] = DeskError(
                N_("The year lies between %(first)s and %(last)s."), first=str(FIRST_DAY.year), last=str(LAST_DAY.year)
            )
    return found


def _faults_of_line(line: Line, known: Known) -> Iterator[tuple[str, DeskError | str]]:
    if line.request_type is not None and line.request_type not in known.request_types:
        yield "request_type", N_("The supplier has no such kind of request.")
    if line.priority is not None and not rules.is_priority(line.priority):
        yield "priority", N_("There is no such priority.")
    if not line.targets:
        yield "resolution", N_("A line promises at least one thing.")
    for metric, text in line.targets.items():
        if metric not in rules.METRICS:
            yield metric, N_("The promises are first_reply, reply, resolution and stay.")
        elif not _is_target(text):
            yield metric, _HOW_TO


def _is_target(text: str) -> bool:
    if len(text) > 40:
        return False
    try:
        target = Target.parse(text)
    except TargetError:
        return False
    return target.unit in _LONGEST_TARGET and 0 < target.amount <= _LONGEST_TARGET[target.unit]


def _promised_twice(terms: Terms) -> dict[str, DeskError | str]:
    seen: dict[tuple[str | None, str | None, str], int] = {}
    found: dict[str, DeskError | str] = {}
    for number, line in enumerate(terms.promises):
        for metric in line.targets:
            first = seen.setdefault((line.request_type, line.priority, metric), number)
            if first != number:
                said = DeskError(N_("Promise %(number)d says this for the same requests already."), number=first + 1)
                found[f"promises-{number}-{metric}"] = said
    return found


def _sorted(terms: Terms) -> Terms:
    lines = sorted(normal(terms).promises, key=lambda line: (line.request_type or "", line.priority or ""))
    return replace(normal(terms), promises=tuple(lines))


def _first(*values: tuple | None) -> tuple | None:  # type: ignore[type-arg]
    return next((value for value in values if value is not None), None)
