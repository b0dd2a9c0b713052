"""The worker's part: one clock or one silent ticket at a time, each in a transaction of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.sla import folding
from servicedesk.sla.events import ClockEscalated, ClockWarned
from servicedesk.sla.models import Clock, ClosingTerm
from servicedesk.sla.placing import write_place
from servicedesk.sla.queries.clocks import engine_marks
from servicedesk.sla.queries.rulebook import engine_calendar, escalation, warn_percents
from servicedesk.sla_engine import Target, percent_at
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.models import Ticket

PARKED_FOR = timedelta(hours=1)


def look_at_clock(stamp: Stamp, clock_id: int) -> bool:
    """Warn, record the breach or take it a step up if it is time. False when another worker was first or nothing is due.

    Publishes `ClockWarned` (once for the highest percent reached), or `ClockBreached` with the true due moment and a
    `ClockEscalated` for each step that is due since.
    """
    # The ticket is locked too: what a person does to it meanwhile must not fail because of us.
    query = (
        select(Clock)
        .join(Clock.ticket)
        .where(Clock.id == clock_id, Clock.next_look_at < stamp.at)
        .with_for_update(skip_locked=True)
        .options(selectinload(Clock.marks))
    )
    clock = db.session.scalars(query).one_or_none()
    if clock is None:
        return False
    reached = _reached_percent(clock, stamp)
    folding.refold(stamp, clock, stamp.at)
    if reached and clock.breached_at is None and clock.due_at is not None:
        percent, reached_at = reached
        clock.warned_percent = percent
        folding.plan_next_look(clock)
        publish(
            ClockWarned(
                stamp=stamp, ticket_id=clock.ticket_id, clock_id=clock.id, metric=clock.metric,
                department_id=clock.department_id, percent=percent, reached_at=reached_at, due_at=clock.due_at,
            )
        )  # fmt: skip
    _step_up(stamp, clock)
    return True


def _step_up(stamp: Stamp, clock: Clock) -> None:
    if clock.breached_at is None or not clock.open or clock.paused:
        return
    steps = escalation(clock.policy_version_id)
    while (due := folding.step_at(clock, clock.escalated)) is not None and due <= stamp.at:
        clock.escalated += 1
        publish(
            ClockEscalated(
                stamp=stamp, ticket_id=clock.ticket_id, clock_id=clock.id, metric=clock.metric,
                department_id=clock.department_id, step=clock.escalated, to=steps[clock.escalated - 1]["to"],
                breached_at=clock.breached_at, due_at=due,
            )
        )  # fmt: skip
    folding.plan_next_look(clock)


def push_ahead(stamp: Stamp, clock_id: int) -> None:
    """Park a clock that cannot be looked at, so that it does not hold up the others."""
    db.session.execute(update(Clock).where(Clock.id == clock_id).values(next_look_at=stamp.at + PARKED_FOR))


def place_ticket(_stamp: Stamp, ticket_id: int) -> bool:
    """Reckon where an active ticket stands in its department's queue. False when somebody is changing it, who does that."""
    locked = select(Ticket.id).where(Ticket.id == ticket_id).with_for_update(skip_locked=True)
    if db.session.scalar(locked) is None:
        return False
    write_place(ticket_id)
    return True


def close_silent_ticket(stamp: Stamp, ticket_id: int) -> bool:
    """Close a resolved ticket whose term of silence is over, at the moment it was over."""
    # The ticket is locked with its term: a person who changes it holds it first, and is not waited for.
    query = select(ClosingTerm, Ticket).join(Ticket, Ticket.id == ClosingTerm.ticket_id)
    query = query.where(ClosingTerm.ticket_id == ticket_id, ClosingTerm.close_at <= stamp.at)
    found = db.session.execute(query.with_for_update(skip_locked=True)).one_or_none()
    if found is None:
        return False
    term, ticket = found
    if ticket.status != "resolved":
        db.session.delete(term)
        return False
    tickets.close(replace(stamp, at=term.close_at), ticket, confirmed=False)
    return True


def _reached_percent(clock: Clock, stamp: Stamp) -> tuple[int, datetime] | None:
    """The highest percent of warning that is reached and was not warned of, and when it was reached."""
    warn_at = [p for p in warn_percents(clock.policy_version_id) if p > clock.warned_percent]
    if not warn_at or not clock.target:
        return None
    calendar, target, marks = (
        engine_calendar(clock.calendar_version_id),
        Target.parse(clock.target),
        engine_marks(clock),
    )
    reached = ((p, when) for p in warn_at if (when := percent_at(calendar, target, marks, p)) is not None)
    return max(((p, when) for p, when in reached if when < stamp.at), default=None)
