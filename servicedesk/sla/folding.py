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
from servicedesk.sla.placing import renew_place
from servicedesk.sla.queries.clocks import clocks_in_hand, engine_marks
from servicedesk.sla.queries.rulebook import engine_calendar, escalation, warn_percents
from servicedesk.sla_engine import BusinessCalendar, ClockReading, NeverOpensError, Target, fold, percent_at
from servicedesk.tickets import queries as ticket_queries
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import ball_at, resolved_spans


def add_mark(stamp: Stamp, clock: Clock, kind: str, at: datetime, **data: object) -> None:
    """Append a mark and fold again."""
    clock.marks.append(Mark(kind=kind, at=at, data=data))
    refold(stamp, clock, at)


def start(
    stamp: Stamp, ticket: Ticket, metric: str, at: datetime, *, target: str, policy_version_id: int | None,
    calendar_version_id: int, message_id: int | None = None, afterwards: bool = False,
    stopped_at: datetime | None = None,
) -> Clock:  # fmt: skip
    """A new clock of the holding department that runs from `at`, told up to now where that lies in the past.

    `afterwards`: promised later than the ticket began. Holds and the time in which it was resolved are given back.
    `stopped_at`: it was kept or broken by then, before anybody knew of the clock.
    """
    clock = Clock(
        ticket_id=ticket.id, ticket=ticket, metric=metric, department_id=ticket.department_id, message_id=message_id,
        calendar_version_id=calendar_version_id, policy_version_id=policy_version_id, target=target, state="running",
        started_at=at, counted_until=at, marks=[], warned_percent=0, escalated=0,
    )  # fmt: skip
    in_hand = clocks_in_hand(ticket.id)
    db.session.add(clock)
    in_hand.append(clock)
    clock.marks.append(Mark(kind="started", at=at, data={}))
    # All of them before it is folded once: a breach that a hold prevented must not be told.
    clock.marks += _what_happened(ticket.id) if afterwards else []
    clock.marks += [Mark(kind="stopped", at=stopped_at, data={})] if stopped_at is not None else []
    refold(stamp, clock, max(at, stamp.at))
    return clock


def _what_happened(ticket_id: int) -> list[Mark]:
    """Holds and resolutions of a ticket as marks, in the order in which they came."""
    found = []
    for hold in ticket_queries.holds(ticket_id):
        if hold.began_at != hold.ended_at:
            found.append(Mark(kind="paused", at=hold.began_at, data={"reason": hold.reason, "by": hold.by_id}))
            found += [Mark(kind="resumed", at=hold.ended_at, data={})] if hold.ended_at else []
    for resolved_at, reopened_at in resolved_spans(ticket_queries.turns([ticket_id]).get(ticket_id, [])):
        found.append(Mark(kind="stopped", at=resolved_at, data={}))
        found += [Mark(kind="reopened", at=reopened_at, data={})] if reopened_at else []
    # At one instant a hold ends before the ticket is resolved, and begins after it is reopened.
    turn = ("resumed", "stopped", "reopened", "paused")
    return sorted(found, key=lambda mark: (mark.at, turn.index(mark.kind)))


def retarget(
    stamp: Stamp, clock: Clock, *, cause: str, target: str, policy_version_id: int | None,
    calendar_version_id: int | None = None,
) -> bool:  # fmt: skip
    """Give a clock another target ("" for none), policy or calendar; elapsed and paused time stay.

    `cause` is priority, request_type, reopening, term or rollout. False where nothing differs, and for a promise that
    is broken: it is not judged again.
    """
    if clock.breached_at is not None:
        return False
    calendars = [clock.calendar_version_id, calendar_version_id or clock.calendar_version_id]
    versions = [clock.policy_version_id, policy_version_id or clock.policy_version_id]
    if target == clock.target and versions[0] == versions[1] and calendars[0] == calendars[1]:
        return False
    data: dict[str, object] = {
        "cause": cause,
        "before": clock.target or None,
        "after": target or None,
        "versions": versions,
    }
    if calendars[0] != calendars[1]:
        data["calendars"] = calendars
    clock.target, clock.policy_version_id, clock.calendar_version_id = target, versions[1], calendars[1] or 0
    add_mark(stamp, clock, "retargeted", stamp.at, **data)
    renew_place(clock.ticket_id)
    return True


def refold(stamp: Stamp, clock: Clock, at: datetime) -> None:
    """Write into the row what the marks say at `at`. Publishes `ClockBreached` the first time it is broken.

    Never as of an earlier moment than it was folded at before: a hold that ended by itself is noticed late, and what a
    worker has seen in between stays seen.
    """
    at = max(at, clock.counted_until)
    calendar = engine_calendar(clock.calendar_version_id)
    target = Target.parse(clock.target) if clock.target else None
    reading = fold(calendar, target, engine_marks(clock), at, clock.metric)
    newly_broken = reading.breached_at is not None and clock.breached_at is None
    stood = _standing(clock)
    for name, value in folded(reading, calendar, at).items():
        setattr(clock, name, value)
    if _standing(clock) != stood:
        renew_place(clock.ticket_id)
    if newly_broken and reading.breached_at is not None:
        clock.ball_at_breach = ball_at(clock.ticket, reading.breached_at, ticket_queries.approval_waits(clock.ticket))
        if stamp.tells_history:
            # What broke in the past goes up nobody's line now.
            clock.escalated = len(escalation(clock.policy_version_id))
    plan_next_look(clock)
    if newly_broken and reading.breached_at is not None:
        db.session.flush()  # a clock that starts broken has no number yet
        publish(
            ClockBreached(
                stamp=replace(stamp, actor_id=None), ticket_id=clock.ticket_id, clock_id=clock.id, metric=clock.metric,
                department_id=clock.department_id, breached_at=reading.breached_at,
            )
        )  # fmt: skip


def _standing(clock: Clock) -> tuple[object, ...]:
    """What a list shows a clock by: that a running one is broken is seen by the time."""
    return clock.open, clock.due_at, clock.paused, clock.paused and clock.breached_at, clock.state == "paused"


def folded(reading: ClockReading, calendar: BusinessCalendar, at: datetime) -> dict[str, object]:
    """The columns of a clock's row that are nothing but the fold of its marks at `at`."""
    return {
        "state": reading.state, "due_at": reading.due_at, "stopped_at": reading.stopped_at,
        "breached_at": reading.breached_at, "elapsed_seconds": reading.elapsed, "paused_seconds": reading.paused_seconds,
        "target_seconds": _budget(reading, calendar), "paused": reading.paused, "open": reading.stopped_at is None,
        "decided_at": reading.breached_at or (reading.stopped_at if reading.state == "met" else None),
        "counted_until": at,
    }  # fmt: skip


def warn_anew(clock: Clock, at: datetime) -> None:
    """After another target: warn of every percent that is still to come, and of none that is passed at `at`."""
    target, marks = Target.parse(clock.target), engine_marks(clock)
    calendar, passed = engine_calendar(clock.calendar_version_id), 0
    for percent in warn_percents(clock.policy_version_id):
        when = percent_at(calendar, target, marks, percent)
        passed = percent if when is not None and when <= at else passed
    clock.warned_percent = passed
    plan_next_look(clock)


def plan_next_look(clock: Clock) -> None:
    """When a worker must look: at the next warning, at the due instant, at the next step after a breach.

    Never while nothing can happen by itself: paused (an agreed moment passes all the same), or ended.
    """
    clock.next_look_at = None
    if not clock.open or clock.due_at is None:
        return
    if clock.state == "breached":
        clock.next_look_at = None if clock.paused else step_at(clock, clock.escalated)
        return
    clock.next_look_at = clock.due_at
    percent = rules.next_warning(warn_percents(clock.policy_version_id), clock.warned_percent)
    if percent is not None:
        target = Target.parse(clock.target)
        warn = percent_at(engine_calendar(clock.calendar_version_id), target, engine_marks(clock), percent)
        if warn is not None:
            clock.next_look_at = min(warn, clock.due_at)


def step_at(clock: Clock, taken: int) -> datetime | None:
    """When the step of escalation after `taken` others is due: so much working time after the breach, or None."""
    steps = escalation(clock.policy_version_id)
    if clock.breached_at is None or taken >= len(steps):
        return None
    try:
        return Target.parse(steps[taken]["after"]).due(engine_calendar(clock.calendar_version_id), clock.breached_at)
    except NeverOpensError:
        return None


def _budget(reading: ClockReading, calendar: BusinessCalendar) -> float:
    if reading.target is None:
        return 0.0
    try:
        return reading.target.budget(calendar, reading.started_at)
    except NeverOpensError:
        return 0.0
