"""From what happened on a ticket to the readings of its clocks.

Decides which event marks which clock; the arithmetic of a clock is in clock.py. Holds no rule about
whether an event was allowed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from .calendar import BusinessCalendar
from .clock import ClockReading, fold
from .instants import to_micros
from .marks import Mark, MarkKind
from .policy import Target, as_target

METRICS = ("first_reply", "reply", "resolution")
Targets = Mapping[str, Target | float | None]
Promises = dict[str, Target]


def replay(calendar: BusinessCalendar, targets: Targets, events: Iterable[Any], at: datetime) -> list[ClockReading]:
    """The clocks of a ticket as of `at`: first reply, then one reply per letter in order, then resolution.

    targets: by metric, a Target or a number of business seconds; an absent metric (or None) is no
    promise and gives no reading. events: (datetime, kind) or (datetime, "retargeted", new targets),
    taken by time, equal times in the given order; those after `at` are not known. Raises ValueError
    for an unknown metric or kind and for a naive datetime.
    """
    until = to_micros(at)
    ticket = _Ticket(_read_targets(targets))
    for when, kind, *details in sorted(events, key=lambda event: to_micros(event[0])):
        act = _ACTS.get(kind)
        if act is None:
            raise ValueError(f"Unknown event {kind!r}; the events are {', '.join(_ACTS)}.")
        if len(details) != (kind == "retargeted"):
            raise ValueError(f"New targets belong to every retargeted event and to no other; see {when.isoformat()}.")
        if to_micros(when) <= until:
            act(ticket, when, *details)
    return [fold(calendar, track.target, track.marks, at, track.metric) for track in ticket.tracks() if track.promised]


class _Track:
    """The marks of one clock so far, and whether it ever ran with a promise."""

    def __init__(self, metric: str, promises: Promises) -> None:
        self.metric = metric
        self.target = self.current = promises.get(metric)
        self.marks: list[Mark] = []
        self.started = self.live = self.promised = False

    def mark(self, when: datetime, kind: MarkKind) -> None:
        self.marks.append(Mark(when, kind))
        if kind in ("started", "reopened"):
            self.started = self.live = True
        elif kind in ("stopped", "cancelled"):
            self.live = False
        self._note_promise()

    def retarget(self, when: datetime, promises: Promises) -> None:
        after = promises.get(self.metric)
        self.marks.append(Mark(when, "retargeted", self.current, after))
        self.current = after
        self._note_promise()

    def _note_promise(self) -> None:
        # A clock that ended while there was no promise is not judged by a later one.
        self.promised = self.promised or (self.live and self.current is not None)


class _Ticket:
    """Turns events into marks. An event that changes nothing on any clock adds no mark."""

    def __init__(self, promises: Promises) -> None:
        self.promises = promises
        self.first_reply = _Track("first_reply", promises)
        self.resolution = _Track("resolution", promises)
        self.letters: list[_Track] = []
        self.waiting: _Track | None = None
        self.answered_once = False
        self.cancelled = False

    def tracks(self) -> list[_Track]:
        return [self.first_reply, *self.letters, self.resolution]

    def open(self, when: datetime) -> None:
        if not self.resolution.started:
            self.first_reply.mark(when, "started")
            self.resolution.mark(when, "started")

    def hear_requester(self, when: datetime) -> None:
        # Before the first answer the requester waits for that one, which is first_reply's wait;
        # further messages do not move a wait that has begun.
        if self.answered_once and self.waiting is None and not self.cancelled:
            self.waiting = _Track("reply", self.promises)
            self.waiting.mark(when, "started")
            self.letters.append(self.waiting)

    def answer(self, when: datetime) -> None:
        if self.first_reply.live:
            self.first_reply.mark(when, "stopped")
        self._end_wait(when)

    def note(self, when: datetime) -> None:
        """A note is no answer."""

    def pause(self, when: datetime) -> None:
        self.resolution.mark(when, "paused")

    def resume(self, when: datetime) -> None:
        self.resolution.mark(when, "resumed")

    def resolve(self, when: datetime) -> None:
        # First reply is left alone: resolving needs a public message, which comes as its own event.
        if self.resolution.live:
            self.resolution.mark(when, "stopped")
        self._end_wait(when)

    def reopen(self, when: datetime) -> None:
        if self.resolution.started and not self.resolution.live and not self.cancelled:
            self.resolution.mark(when, "reopened")

    def cancel(self, when: datetime) -> None:
        self.cancelled = True
        for track in self.tracks():
            if track.live:
                track.mark(when, "cancelled")
        self.waiting = None

    def retarget(self, when: datetime, targets: Targets) -> None:
        self.promises = _read_targets(targets)
        for track in self.tracks():
            track.retarget(when, self.promises)

    def _end_wait(self, when: datetime) -> None:
        if self.resolution.started:
            self.answered_once = True
        if self.waiting:
            self.waiting.mark(when, "stopped")
            self.waiting = None


_ACTS: dict[str, Callable[..., None]] = {
    "opened": _Ticket.open,
    "requester_message": _Ticket.hear_requester,
    "agent_reply": _Ticket.answer,
    "internal_note": _Ticket.note,
    "paused": _Ticket.pause,
    "resumed": _Ticket.resume,
    "resolved": _Ticket.resolve,
    "reopened": _Ticket.reopen,
    "cancelled": _Ticket.cancel,
    "retargeted": _Ticket.retarget,
}


def _read_targets(targets: Targets) -> Promises:
    for metric in targets:
        if metric not in METRICS:
            raise ValueError(f"Unknown promise {metric!r}; the promises are {', '.join(METRICS)}.")
    return {metric: as_target(value) for metric, value in targets.items() if value is not None}
