"""Keeps where a request stands in its department's queue equal to what its clocks say. The arithmetic is sla_engine's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete

from servicedesk.kernel.db import db, work_later, write_over
from servicedesk.sla.models import QueuePlace
from servicedesk.sla.models.places import NEVER
from servicedesk.sla.queries.clocks import clocks_in_hand, engine_marks
from servicedesk.sla.queries.rulebook import engine_calendar
from servicedesk.sla_engine import Mark as EngineMark
from servicedesk.sla_engine import Target, percent_at
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import ACTIVE

# So much of a promise is used when it is at risk.
AT_RISK_PERCENT = 75


def renew_place(ticket_id: int) -> None:
    """Put the request where it belongs, once, when all of this transaction has happened."""
    work_later(_write_places, ticket_id)


def _write_places(ticket_ids: set[int]) -> None:
    for ticket_id in sorted(ticket_ids):
        write_place(ticket_id)


def write_place(ticket_id: int) -> None:
    """The same at once."""
    db.session.flush()
    ticket = db.session.get_one(Ticket, ticket_id)
    if ticket.status not in ACTIVE:
        db.session.execute(delete(QueuePlace).where(QueuePlace.ticket_id == ticket_id))
        return
    write_over(QueuePlace, place_of(ticket, [(clock, engine_marks(clock)) for clock in clocks_in_hand(ticket_id)]))


def place_of(ticket: Any, clocks: Iterable[tuple[Any, Sequence[EngineMark]]]) -> dict[str, Any]:
    """The row of an active request (it or its columns), given its clocks (or their columns) in order, with their marks."""
    known = [(clock, marks) for clock, marks in clocks if clock.open]
    pending = [pair for pair in known if can_break(pair[0])]
    still = next((pair for pair in known if pair[0].paused), None)
    clock, marks = min(pending, key=lambda pair: pair[0].due_at, default=still or (None, ()))
    broken_from = due_at = at_risk_from = NEVER
    if clock is not None and pending:
        due_at = clock.due_at
        broken_from = min(due_at, clock.breached_at or due_at)
        at_risk_from = _at_risk_from(clock, marks)
    elif clock is not None:
        broken_from = clock.breached_at or NEVER
    return {
        "ticket_id": ticket.id, "department_id": ticket.department_id, "clock_id": clock.id if clock is not None else None,
        "due_at": due_at, "at_risk_from": at_risk_from, "broken_from": broken_from,
    }  # fmt: skip


def can_break(clock: Any) -> bool:
    """Whether a promise breaks by itself: one that runs, or one that is paused while its moment was agreed on."""
    return clock.open and clock.due_at is not None and (not clock.paused or clock.state == "paused")


def _at_risk_from(clock: Any, marks: Sequence[EngineMark]) -> Any:
    """Whether or not it is broken by now, as the moment stays the same; never for what stands still."""
    if clock.paused or not clock.target:
        return NEVER
    calendar = engine_calendar(clock.calendar_version_id)
    return percent_at(calendar, Target.parse(clock.target), marks, AT_RISK_PERCENT) or NEVER
