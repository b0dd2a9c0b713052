"""Keeps a clock's row equal to the fold of its marks. The arithmetic itself is sla_engine's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.sla import rules
from servicedesk.sla.events import ClockBreached
from servicedesk.sla.models import Clock, Mark
from servicedesk.sla.queries.clocks import engine_marks
from servicedesk.sla.queries.rulebook import engine_calendar, warn_percents
from servicedesk.sla_engine import NeverOpensError, Target, fold, percent_at


def add_mark(stamp: Stamp, clock: Clock, kind: str, at: datetime, **data: object) -> None:
    """Append a mark and fold again."""
    clock.marks.append(Mark(kind=kind, at=at, data=data))
    refold(stamp, clock, at)


def refold(stamp: Stamp, clock: Clock, at: datetime) -> None:
    """Write into the row what the marks say at `at`. Publishes `ClockBreached` the first time it is broken."""
    calendar = engine_calendar(clock.calendar_version_id)
    target = Target.parse(clock.target) if clock.target else None
    reading = fold(calendar, target, engine_marks(clock), at, clock.metric)
    newly_broken = reading.breached_at is not None and clock.breached_at is None
    clock.state, clock.due_at, clock.stopped_at = reading.state, reading.due_at, reading.stopped_at
    clock.breached_at, clock.elapsed_seconds, clock.paused_seconds = (
        reading.breached_at,
        reading.elapsed,
        reading.paused_seconds,
    )
    clock.target_seconds = _budget(clock, target)
    clock.paused, clock.open, clock.counted_until = reading.paused, reading.stopped_at is None, at
    clock.decided_at = reading.breached_at or (reading.stopped_at if reading.state == "met" else None)
    plan_next_look(clock)
    if newly_broken and reading.breached_at is not None:
        db.session.flush()  # a clock that starts broken has no number yet
        publish(
            ClockBreached(
                stamp=replace(stamp, actor_id=None), ticket_id=clock.ticket_id, clock_id=clock.id, metric=clock.metric,
                department_id=clock.department_id, breached_at=reading.breached_at,
            )
        )  # fmt: skip


def plan_next_look(clock: Clock) -> None:
    """When a worker must look: at the next warning or at the due instant; never while it cannot break."""
    clock.next_look_at = None
    if clock.state != "running" or clock.due_at is None:
        return
    clock.next_look_at = clock.due_at
    percent = rules.next_warning(warn_percents(clock.policy_version_id), clock.warned_percent)
    if percent is not None:
        target = Target.parse(clock.target)
        warn = percent_at(engine_calendar(clock.calendar_version_id), target, engine_marks(clock), percent)
        if warn is not None:
            clock.next_look_at = min(warn, clock.due_at)


def _budget(clock: Clock, target: Target | None) -> float:
    if target is None:
        return 0.0
    try:
        return target.budget(engine_calendar(clock.calendar_version_id), clock.started_at)
    except NeverOpensError:
        return 0.0
