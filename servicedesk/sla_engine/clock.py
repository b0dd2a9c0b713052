"""One clock as a fold over its marks: how much was used, when it is due, how it ended.

The only place that knows these rules; replay and stored clocks both come through here. Holds no
ticket events (replay.py turns those into marks) and never the current time.

A clock is a history of phases. `running` stretches are counted; the due instant is where the counted
time reaches the budget; a breach is stamped as soon as a known instant lies beyond it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Literal, NamedTuple

from .calendar import BusinessCalendar
from .errors import NeverOpensError
from .instants import to_datetime, to_micros
from .marks import Mark, MarkKind, known_at
from .policy import Target
from .table import Timeline

Phase = Literal["running", "paused", "stopped", "cancelled"]
State = Literal["running", "paused", "met", "breached", "cancelled"]


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a clock shows at one instant. Durations are seconds of the target's calendar, instants UTC.

    due_at is None while paused (an agreed moment stays), once cancelled, and when the calendar never has that much time; a
    clock that stopped keeps the one it had, a breached one keeps the one it missed (= breached_at).
    stopped_at is set by a stop or a cancellation; a breached clock without it is still counting.
    remaining is the budget less what was used (negative once overrun), for an agreed moment the open time until
    then; None without a promise.
    """

    metric: str
    started_at: datetime
    due_at: datetime | None
    state: State
    stopped_at: datetime | None
    elapsed: float
    breached_at: datetime | None
    paused: bool = False
    paused_seconds: float = 0.0
    remaining: float | None = None
    target: Target | None = None


class Stretch(NamedTuple):
    """A stretch [start, end) of a clock's life in one phase."""

    start: datetime
    end: datetime
    phase: Phase


def fold(
    calendar: BusinessCalendar, target: Target | None, marks: Iterable[Mark], at: datetime, metric: str = ""
) -> ClockReading:
    """Read a clock at an instant; marks after it are not known yet.

    `target` is the promise the clock started with; when there is a "retargeted" mark, what the first
    of them names as `before` is used instead (None: no promise yet), so the current one may be passed as well. Marks are
    taken by time, equal times in the given order. Raises ValueError when no "started" mark is known.
    """
    return _Clock(calendar, target, marks, to_micros(at)).reading(metric)


def percent_at(
    calendar: BusinessCalendar, target: Target | None, marks: Iterable[Mark], percent: float
) -> datetime | None:
    """The instant at which `percent` of the budget is used, if nothing more happens; 100 is the due instant.

    It may lie in the past. None when the clock does not run (paused before that point, stopped,
    cancelled, no promise) or the calendar never has that much time.
    """
    known = list(marks)
    clock = _Clock(calendar, target, known, max((to_micros(mark.at) for mark in known), default=0))
    if clock.phase != "running" or clock.off_at is not None:
        return None
    found = clock.used_up(Fraction(percent) / 100)
    return None if found is None else to_datetime(found)


def stretches(marks: Iterable[Mark], at: datetime) -> list[Stretch]:
    """The life of a clock up to `at` as running, paused and stopped stretches without gaps.

    Those of no length are left out. The business time of the running ones sums up to `elapsed`.
    """
    until = to_micros(at)
    history = [*_phases(known_at(marks, until)), (until, "stopped")]
    return [
        Stretch(to_datetime(start), to_datetime(end), phase)
        for (start, phase), (end, _) in pairwise(history)
        if start < end
    ]


# Every mark that is not listed for a phase changes nothing: a pause while paused, a resume while
# running, anything after a cancellation. "restored" is not among them: see `known_at`.
_NEXT: dict[tuple[Phase | None, MarkKind], Phase] = {
    (None, "started"): "running",
    ("running", "paused"): "paused",
    ("running", "stopped"): "stopped",
    ("running", "cancelled"): "cancelled",
    ("paused", "resumed"): "running",
    ("paused", "stopped"): "stopped",
    ("paused", "cancelled"): "cancelled",
    ("stopped", "reopened"): "running",
}


def _phases(marks: Iterable[Mark]) -> Iterator[tuple[int, Phase]]:
    phase: Phase | None = None
    for mark in marks:
        following = _NEXT.get((phase, mark.kind))
        if following:
            phase = following
            yield to_micros(mark.at), phase


class _Clock:
    def __init__(self, calendar: BusinessCalendar, target: Target | None, marks: Iterable[Mark], at: int) -> None:
        marks = list(marks)
        retargeted = next((mark for mark in marks if mark.kind == "retargeted"), None)
        self.calendar = calendar
        self.target = retargeted.before if retargeted else target
        self.basis = self.target
        self.at = at
        self.history: list[tuple[int, Phase]] = []
        # What `_used_up` gave for so many phases: it is asked at every mark.
        self.full: tuple[int, int | None] = (0, None)
        self.breached_at: int | None = None
        self.due_at_stop: int | None = None
        # Since when the present target is agreed on: time resolved before that does not move a moment.
        self.agreed_since = 0
        # Since when the promise is withdrawn; a clock without one is neither kept nor broken.
        self.off_at: int | None = None
        for mark in known_at(marks, at):
            self._apply(mark)
        if not self.history:
            raise ValueError(f"The clock has not started by {to_datetime(at).isoformat()}.")
        self._judge(at)

    @property
    def phase(self) -> Phase | None:
        return self.history[-1][1] if self.history else None

    def reading(self, metric: str) -> ClockReading:
        elapsed = self._spent("running")
        budget = self._budget()
        due, stopped = self._due(), self._stopped()
        return ClockReading(
            metric=metric,
            started_at=to_datetime(self.history[0][0]),
            due_at=None if due is None else to_datetime(due),
            state=self._state(),
            stopped_at=None if stopped is None else to_datetime(stopped),
            elapsed=elapsed / 1_000_000,
            breached_at=None if self.breached_at is None else to_datetime(self.breached_at),
            paused=self.phase == "paused" and self.off_at is None,
            paused_seconds=self._spent("paused") / 1_000_000,
            remaining=self._remaining(budget, elapsed, due, stopped),
            target=self.target,
        )

    def _remaining(self, budget: int | None, elapsed: int, due: int | None, stopped: int | None) -> float | None:
        if budget is None:
            return None
        if self.target is not None and self.target.moment is not None and due is not None:
            until = self.at if stopped is None else stopped
            return self._timeline().count(until, due) / 1_000_000
        return (budget - elapsed) / 1_000_000

    def used_up(self, share: Fraction | int) -> int | None:
        """The earliest instant at which that share of the budget is counted; None if not foreseeable."""
        budget = self._budget()
        if self.target is None or budget is None:
            return None
        if self.target.moment is not None:
            return self._agreed(self.target.moment, budget, share)
        return self._counted(ceil(budget * share))

    def _used_up(self) -> int | None:
        if self.full[0] != len(self.history):
            self.full = len(self.history), self.used_up(1)
        return self.full[1]

    def _counted(self, left: int) -> int | None:
        """The earliest instant at which `left` is counted, walking the running stretches.

        One that ends exactly then does not decide it: a clock paused or stopped at its very due instant is on
        time, and the next stretch begins with nothing left."""
        timeline = self._timeline()
        try:
            for start, end in self._stretches("running"):
                found = timeline.advance(start, left)
                if end is None or found < end:
                    return found
                left -= timeline.count(start, end)
        except NeverOpensError:
            pass
        return None

    def _agreed(self, moment: datetime, budget: int, share: Fraction | int) -> int | None:
        """An agreed moment stands whatever was paused; open time in which the ticket was resolved moves it, as it
        moves every due instant. A share of it is one of the open time from the start."""
        timeline, due = self._timeline(), to_micros(moment)
        try:
            for start, end in self._stretches("stopped"):
                begin = max(start, self.agreed_since)
                if end is None or end <= begin or (end <= due and not timeline.count(begin, end)):
                    continue
                due = timeline.advance(end, max(0, timeline.count(begin, due)))
            return due if share >= 1 else min(due, timeline.advance(self.history[0][0], ceil(budget * share)))
        except NeverOpensError:
            return None

    def _apply(self, mark: Mark) -> None:
        now = to_micros(mark.at)
        self._judge(now)
        if mark.kind == "retargeted":
            self._retarget(now, mark.after)
            return
        following = _NEXT.get((self.phase, mark.kind))
        if following is None:
            return
        if following == "stopped":
            self.due_at_stop = self._due()
        elif mark.kind in ("started", "reopened"):
            self.off_at = now if self.target is None else None
        self.history.append((now, following))

    def _retarget(self, now: int, target: Target | None) -> None:
        if target is not None and target != self.basis:
            self.basis, self.agreed_since = target, now
        self.target, self.full = target, (0, None)
        if self.phase in ("running", "paused") and self.breached_at is None:
            self.off_at = now if target is None else None

    def _judge(self, now: int) -> None:
        """Stamp a breach that lies before `now`, with the promise in force until then."""
        if self.breached_at is None and self.off_at is None and self.phase in ("running", "paused"):
            due = self._used_up()
            if due is not None and due < now:
                self.breached_at = due

    def _state(self) -> State:
        if self.breached_at is not None:
            return "breached"
        if self.off_at is not None or self.phase == "cancelled":
            return "cancelled"
        if self.phase == "stopped":
            return "met"
        return "paused" if self.phase == "paused" else "running"

    def _due(self) -> int | None:
        if self.breached_at is not None:
            return self.breached_at
        if self.off_at is not None or self.phase == "cancelled":
            return None
        return self.due_at_stop if self.phase == "stopped" else self._used_up()

    def _stopped(self) -> int | None:
        if self.off_at is not None:
            return self.off_at
        return self.history[-1][0] if self.phase in ("stopped", "cancelled") else None

    def _budget(self) -> int | None:
        try:
            return self.basis.budget_micros(self.calendar, to_datetime(self.history[0][0])) if self.basis else None
        except NeverOpensError:
            return None

    def _spent(self, phase: Phase) -> int:
        until = self.at if self.off_at is None else self.off_at
        count = self._timeline().count
        return sum(
            count(start, until if end is None else min(end, until))
            for start, end in self._stretches(phase)
            if start < until
        )

    def _stretches(self, phase: Phase) -> Iterator[tuple[int, int | None]]:
        last = len(self.history) - 1
        for place, (start, kind) in enumerate(self.history):
            if kind == phase:
                yield start, self.history[place + 1][0] if place < last else None

    def _timeline(self) -> Timeline:
        return (self.basis.calendar(self.calendar) if self.basis else self.calendar).timeline
