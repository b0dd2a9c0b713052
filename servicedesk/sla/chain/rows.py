"""What a chain is made from and what it is made of: plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from servicedesk.sla.ledger import Rest, Stay, Wait
from servicedesk.sla_engine import BusinessCalendar

KINDS = ("stay", "approval", "child", "wait")
STATES = ("on_track", "at_risk", "broken", "kept", "no_promise")
# Reasons of waits: those of holds, and a requester who reworks what an approver refused.
REWORK = "rework"

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Timer:
    """A clock of a ticket as it stands; `hours` are those by which it counts (round the clock for a wall target).

    `state` is the clock's: running, paused, met, breached or cancelled.
    """

    metric: str
    department_id: int
    state: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    at_risk: bool
    target: str
    hours: BusinessCalendar


@dataclass(frozen=True, slots=True)
class Ask:
    """One approver of one step of one round; `end` is when the word came, or was not needed any more."""

    round: int
    step: int
    need: str
    person_id: int
    begin: datetime | None
    end: datetime | None
    decision: str | None


@dataclass(frozen=True, slots=True)
class Hold:
    reason: str
    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Child:
    """What was asked from a ticket. Without `ticket_id` and `begin` it is planned."""

    ticket_id: int | None
    department_id: int | None
    begin: datetime | None
    waits: bool = True
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One ticket of a chain. `end` is its closing or withdrawal, None before; `asked` the time that approvers, or a
    requester whom they refused, had it."""

    id: int
    begin: datetime
    end: datetime | None
    department_id: int
    stays: Sequence[Stay]
    holds: Sequence[Hold] = ()
    asks: Sequence[Ask] = ()
    asked: Sequence[Wait] = ()
    rests: Sequence[Rest] = ()
    timers: Sequence[Timer] = ()
    children: Sequence[Child] = ()
    person_id: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What a link is judged by.

    `own` is false for a stay without a promise of its own, which is judged by its share of the ticket's resolution, and
    for what nothing was promised of. `paused`: nothing runs down now.
    """

    state: str = "no_promise"
    own: bool = False
    metric: str | None = None
    target: str = ""
    due_at: datetime | None = None
    broken_at: datetime | None = None
    stopped_at: datetime | None = None
    paused: bool = False
    hours: BusinessCalendar | None = None

    def broke_by(self, at: datetime) -> bool:
        return self.own and self.broken_at is not None and self.broken_at <= at


NO_PROMISE = Promise()


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of the chain: a department's stay, an approver's word, a child request, a wait on hold.

    `begin` None: planned. `end` None: not over. `spans` is when it was under way: a request that was reopened rests in
    between. `seconds` is its own working time by the hours of the department that has the ticket: a stay without what it
    was on hold for, a child with everything inside it. `late_seconds` is working time after its promise broke.
    `parent` is the position of the link inside which it lies. `waited_for` is false for a child that its parent does not
    wait for, and for all inside it. `person_ids` are the approvers, or who has the ticket now; `reason` is that of a
    wait, or the word of an approver; `subject` that of a planned child.
    """

    kind: str
    ticket_id: int | None
    department_id: int | None
    begin: datetime | None
    end: datetime | None
    spans: tuple[Span, ...]
    depth: int
    parent: int | None
    promise: Promise = NO_PROMISE
    seconds: float = 0.0
    late_seconds: float = 0.0
    waited_for: bool = True
    person_ids: tuple[int, ...] = ()
    reason: str | None = None
    round: int | None = None
    subject: str = ""

    @property
    def state(self) -> str:
        return self.promise.state

    @property
    def running(self) -> bool:
        return self.begin is not None and self.end is None

    def covers(self, at: datetime) -> bool:
        """Whether it was under way at an instant; one that is not over yet is so at the last instant known too."""
        return any(begin <= at < end for begin, end in self.spans) or bool(
            self.running and self.spans and self.spans[-1][0] <= at == self.spans[-1][1]
        )


@dataclass(frozen=True, slots=True)
class Culprit:
    """`link` is a position in the chain. `how`: late (it had broken its own promise), at_risk (it is about to), or held
    (nobody had: the ball was there). `broke` is false as long as the end-to-end promise may still be kept."""

    link: int
    how: str
    broke: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """All links, each followed by those inside it, and the end-to-end promise: the root's resolution."""

    root_id: int
    begin: datetime
    end: datetime
    end_to_end: Promise
    links: tuple[Link, ...]
    culprit: Culprit | None = None
