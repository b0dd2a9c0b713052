"""What promises do when something happens to a ticket: marks on clocks, new clocks, the term of silence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from servicedesk.kernel.db import db, remember, remembered
from servicedesk.kernel.stamp import Stamp
from servicedesk.sla import folding, queries, rules
from servicedesk.sla.models import Clock, ClosingTerm
from servicedesk.sla.queries.rulebook import case_of, engine_calendar
from servicedesk.tickets import events
from servicedesk.tickets import queries as ticket_queries
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import SILENCE_DAYS


def start_clocks(event: events.TicketOpened) -> None:
    """First reply, resolution and stay run from the requester's first word."""
    ticket = _ticket(event.ticket_id)
    remember(f"clocks of {ticket.id}", [])
    for metric in ("first_reply", "resolution", "stay"):
        _start(event.stamp, ticket, metric, event.asked_at)


def answer(event: events.MessageAdded) -> None:
    """A public word of the department keeps the reply promises; one of the requester starts the next of them."""
    if event.visibility != "public":
        return
    if event.side == "supplier":
        _mark(event.stamp, event.ticket_id, "stopped", ("first_reply", "reply"))
    elif event.answered_before and not any(c.metric == "reply" for c in queries.open_clocks(event.ticket_id)):
        _start(event.stamp, _ticket(event.ticket_id), "reply", event.stamp.at, message_id=event.message_id)


def pause_clocks(event: events.TicketHeld) -> None:
    _mark(event.stamp, event.ticket_id, "paused", rules.PAUSED_BY_HOLD, reason=event.reason)


def resume_clocks(event: events.TicketResumed) -> None:
    _mark(event.stamp, event.ticket_id, "resumed", rules.PAUSED_BY_HOLD)


def move_clocks(event: events.TicketHandedOver) -> None:
    """The former department's stay ends and a new one begins; what was promised to the requester runs on."""
    _mark(event.stamp, event.ticket_id, "stopped", ("stay",))
    for clock in queries.open_clocks(event.ticket_id):
        # A promise that broke before the ticket moved is the former department's, noticed or not.
        if clock.due_at is not None and clock.due_at < event.stamp.at:
            folding.refold(event.stamp, clock, event.stamp.at)
        if clock.breached_at is None:
            clock.department_id = event.to_department_id
    stay = _start(event.stamp, _ticket(event.ticket_id), "stay", event.stamp.at)
    if stay is not None and event.held:
        folding.add_mark(event.stamp, stay, "paused", event.stamp.at)


def stop_clocks(event: events.TicketResolved) -> None:
    """Resolution and stay end; the ticket closes by itself after days of silence."""
    _mark(event.stamp, event.ticket_id, "stopped", ("resolution", "stay", "reply"))
    version_id = queries.calendar_of(event.department_id)
    if version_id is not None:
        close_at = engine_calendar(version_id).add_days(event.stamp.at, SILENCE_DAYS)
        term = ClosingTerm(ticket_id=event.ticket_id, close_at=close_at)
        db.session.add(term)
        remember(f"closing term of {event.ticket_id}", term)


def reopen_clocks(event: events.TicketReopened) -> None:
    """Resolution and the last stay go on from where they stopped; nothing gets a new term.

    A priority or type that changed in between counts from now on; an edited policy does not, as for a clock that ran.
    """
    ticket = _ticket(event.ticket_id)
    for metric in ("resolution", "stay"):
        clock = queries.last_clock(event.ticket_id, metric)
        if clock is None or clock.open:
            continue
        choice = _choice(ticket, metric, event.stamp.at, clock.department_id)
        if choice is None or queries.policy_of(choice.version_id) != queries.policy_of(clock.policy_version_id):
            _retarget(event.stamp, clock, choice)
        folding.add_mark(event.stamp, clock, "reopened", event.stamp.at)
    forget_term(event)


def cancel_clocks(event: events.TicketCancelled) -> None:
    _mark(event.stamp, event.ticket_id, "cancelled", rules.METRICS)


def forget_term(event: events.TicketEvent) -> None:
    name = f"closing term of {event.ticket_id}"
    term = remembered(name, lambda: db.session.get(ClosingTerm, event.ticket_id))
    if term is None:
        return
    if term in db.session.new:
        db.session.expunge(term)
    else:
        db.session.delete(term)
    remember(name, None)


def retarget_clocks(event: events.PriorityChanged | events.RequestTypeSwitched) -> None:
    """Targets follow priority and type; elapsed and paused time stay, a broken promise is not judged again."""
    ticket = _ticket(event.ticket_id)
    at = event.stamp.at
    for clock in queries.open_clocks(ticket.id):
        if clock.due_at is not None and clock.due_at < at:
            folding.refold(event.stamp, clock, at)
        _retarget(event.stamp, clock, _choice(ticket, clock.metric, at, clock.department_id))
    _start_missing(event.stamp, ticket)


def _retarget(stamp: Stamp, clock: Clock, choice: rules.Choice | None) -> None:
    """Give the clock the target chosen now, unless it is the same or the promise is broken already."""
    target = choice.target if choice else ""
    same = target == clock.target and (not choice or choice.version_id == clock.policy_version_id)
    if clock.breached_at is not None or same:
        return
    before, versions = clock.target, [clock.policy_version_id, choice.version_id if choice else None]
    clock.target = target
    if choice is not None:
        clock.policy_version_id = choice.version_id
    folding.add_mark(
        stamp, clock, "retargeted", stamp.at, before=before or None, after=target or None, versions=versions
    )


def _start_missing(stamp: Stamp, ticket: Ticket) -> None:
    """A promise that the new priority or type brings along runs from the original start, holds given back."""
    if ticket.resolved_at is not None:
        return
    wanted = ["resolution"] if ticket.answered_at else ["first_reply", "resolution"]
    for metric in wanted:
        if queries.last_clock(ticket.id, metric) is not None:
            continue
        clock = _start(stamp, ticket, metric, ticket.created_at)
        if clock is None or metric not in rules.PAUSED_BY_HOLD:
            continue
        for hold in ticket_queries.holds(ticket.id):
            folding.add_mark(stamp, clock, "paused", hold.began_at, reason=hold.reason)
            if hold.ended_at is not None:
                folding.add_mark(stamp, clock, "resumed", hold.ended_at)


def _start(stamp: Stamp, ticket: Ticket, metric: str, at: datetime, message_id: int | None = None) -> Clock | None:
    """A new clock, or None where nothing is promised."""
    version_id = queries.calendar_of(ticket.department_id)
    choice = _choice(ticket, metric, at, ticket.department_id)
    if version_id is None or choice is None:
        return None
    clock = Clock(
        ticket_id=ticket.id, metric=metric, department_id=ticket.department_id, message_id=message_id,
        calendar_version_id=version_id, policy_version_id=choice.version_id, target=choice.target, state="running",
        started_at=at, counted_until=at, marks=[], warned_percent=0,
    )  # fmt: skip
    in_hand = queries.clocks_in_hand(ticket.id)
    db.session.add(clock)
    in_hand.append(clock)
    folding.add_mark(stamp, clock, "started", at)
    if at < stamp.at:
        folding.refold(stamp, clock, stamp.at)
    return clock


def _choice(ticket: Ticket, metric: str, at: datetime, department_id: int) -> rules.Choice | None:
    case = case_of(at, department_id, ticket.request_type_id, ticket.priority, ticket.customer_department_id)
    return queries.chosen(metric, case)


def _mark(stamp: Stamp, ticket_id: int, kind: str, metrics: Iterable[str], **data: object) -> None:
    for clock in queries.open_clocks(ticket_id):
        if clock.metric in metrics:
            folding.add_mark(stamp, clock, kind, stamp.at, **data)


def _ticket(ticket_id: int) -> Ticket:
    return db.session.get_one(Ticket, ticket_id)
