"""Which promise judges a link, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from servicedesk.sla.chain.rows import NO_PROMISE, Promise, Span, Timer
from servicedesk.sla.chain.spans import cut
from servicedesk.sla.ledger import Stay
from servicedesk.sla_engine import BusinessCalendar


def judge_child(timers: Sequence[Timer]) -> Promise:
    """A request is judged by its resolution; one that was withdrawn is not judged."""
    timer = resolution_of(timers)
    return _promise(timer) if timer is not None else NO_PROMISE


def resolution_of(timers: Sequence[Timer]) -> Timer | None:
    found = [timer for timer in timers if timer.metric == "resolution" and timer.state != "cancelled"]
    return found[-1] if found else None


def judge_stay(timers: Sequence[Timer], stay: Stay, span: Span) -> Promise | None:
    """The promise of the stay itself, where there is one."""
    own = [
        timer for timer in timers
        if timer.metric == "stay" and timer.state != "cancelled" and timer.department_id == stay.department_id
        and span[0] <= timer.started_at and (timer.started_at < span[1] or timer.started_at == span[0])
    ]  # fmt: skip
    return _promise(own[-1]) if own else None


def share_of(resolution: Timer | None, spans: Sequence[Span], end: datetime | None) -> Promise:
    """A stay without a promise of its own shares the ticket's resolution: the one in which that falls due broke it,
    those that were over by then kept it, those that came later could not break it any more."""
    if resolution is None:
        return NO_PROMISE
    whole = replace(_promise(resolution), own=False)
    if whole.broken_at is None:
        return replace(whole, state="kept") if end is not None else whole
    if end is not None and end <= whole.broken_at:
        return replace(whole, state="kept", broken_at=None)
    return whole if spans[0][0] <= whole.broken_at else NO_PROMISE


def late_in(promise: Promise, spans: Iterable[Span]) -> float:
    """Working seconds of the spans after the promise broke; what followed a kept stop is not late."""
    if promise.broken_at is None or promise.hours is None:
        return 0.0
    last = [promise.stopped_at] if promise.stopped_at is not None else []
    return sum(
        promise.hours.between(a, b)
        for begin, end in spans
        for a, b in cut([(begin, end)], promise.broken_at, min([end, *last]))
    )


def worked(hours: BusinessCalendar, spans: Iterable[Span]) -> float:
    return sum(hours.between(begin, end) for begin, end in spans)


def _promise(timer: Timer) -> Promise:
    broken = timer.breached_at or (timer.due_at if timer.state == "breached" else None)
    if not timer.target and broken is None:
        return NO_PROMISE
    state = (
        "broken"
        if broken is not None
        else "kept"
        if timer.state == "met"
        else "at_risk"
        if timer.at_risk
        else "on_track"
    )
    return Promise(
        state, True, timer.metric, timer.target, timer.due_at, broken, timer.stopped_at, timer.state == "paused", timer.hours
    )  # fmt: skip
