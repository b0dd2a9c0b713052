"""What happens to promises and to the rules behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ClockEvent(Event):
    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
    clock_id: int
    metric: str
    department_id: int


@dataclass(frozen=True, kw_only=True)
class ClockWarned(ClockEvent):
    """`percent` of the target was used at `reached_at`, however late anybody looked; `due_at` is when the promise breaks."""

    percent: int
    reached_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockBreached(ClockEvent):
    """`breached_at` is the true due moment, however late anybody looked."""

    breached_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockEscalated(ClockEvent):
    """A broken promise goes one step up. `to` is assignee, leads or above; `due_at` is when the step was due."""

    step: int
    to: str
    breached_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockRetargeted(ClockEvent):
    """A running clock got a new version of its policy or calendar; what priority, type or a term changes is told by those."""

    before: str
    after: str
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True, kw_only=True)
class ClocksRebuilt(Event):
    """Rows of clocks were not what their marks said and were put right."""

    tickets: int
    clocks: int


@dataclass(frozen=True, kw_only=True)
class BreachExplained(ClockEvent):
    """`code_before` is None where nothing was said before; an excuse that was taken back was `excused_before`."""

    code: str
    text: str
    excused: bool
    code_before: str | None
    excused_before: bool


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    subject: ClassVar = ("calendar", "calendar_id")
    calendar_id: int
    key: str
    version: int


@dataclass(frozen=True, kw_only=True)
class CalendarRunsOut(Event):
    """The holidays of `year` are not sure in this calendar. `why` is missing, provisional or outdated."""

    subject: ClassVar = ("calendar", "calendar_id")
    calendar_id: int
    key: str
    year: int
    why: str


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(Event):
    subject: ClassVar = ("policy", "policy_id")
    policy_id: int
    name: str
    version: int
    active: bool


@dataclass(frozen=True, kw_only=True)
class DepartmentCalendarChanged(Event):
    subject: ClassVar = ("department", "department_id")
    department_id: int
    calendar_id: int | None


@dataclass(frozen=True, kw_only=True)
class RolloutEvent(Event):
    """About a new version of a policy or calendar that is applied to running clocks."""

    subject: ClassVar = ("rollout", "rollout_id")
    rollout_id: int
    what: str  # policy or calendar
    name: str
    version: int


@dataclass(frozen=True, kw_only=True)
class RolloutAsked(RolloutEvent):
    total: int


@dataclass(frozen=True, kw_only=True)
class RolloutFinished(RolloutEvent):
    """`moved` due dates of `total` clocks, and `broken` promises by it."""

    total: int
    moved: int
    broken: int


@dataclass(frozen=True, kw_only=True)
class TermEvent(Event):
    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
    term_id: int
    number: int
    # For whom the one who proposed it spoke.
    side: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class TermProposed(TermEvent):
    """`counters` is the number of the proposal that this one answers."""

    counters: int | None


@dataclass(frozen=True, kw_only=True)
class TermAccepted(TermEvent):
    """`due_before` is what was due until then; `renegotiated` that a term was agreed on earlier."""

    due_before: datetime | None
    renegotiated: bool


@dataclass(frozen=True, kw_only=True)
class TermRefused(TermEvent):
    """`how` is declined by the other side, withdrawn by its own, or lapsed because the ticket ended or moved on."""

    how: str


@dataclass(frozen=True, kw_only=True)
class AgreementEvent(Event):
    subject: ClassVar = ("agreement", "agreement_id")
    agreement_id: int
    version: int
    supplier_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class AgreementProposed(AgreementEvent):
    """`by_department_id` is the side that proposed it; `counters` the version that it answers."""

    by_department_id: int
    counters: int | None


@dataclass(frozen=True, kw_only=True)
class AgreementAccepted(AgreementEvent):
    """`decreed` says that the organisation file put it into force, and not two leads."""

    decreed: bool


@dataclass(frozen=True, kw_only=True)
class AgreementRefused(AgreementEvent):
    """`how` is declined by the other side or withdrawn by its own."""

    how: str


@dataclass(frozen=True, kw_only=True)
class AgreementEnds(AgreementEvent):
    """Both sides are to be reminded: `what` is end or review, `on` the date."""

    what: str
    on: date
