"""What promises do when something happens to a ticket: marks on clocks, new clocks, the term of silence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from servicedesk.kernel.db import db, remember, remembered
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.sla import folding, queries, rules
from servicedesk.sla.events import TermRefused
from servicedesk.sla.models import Clock, ClosingTerm
from servicedesk.sla.placing import renew_place
from servicedesk.sla.queries.rulebook import case_of, engine_calendar
from servicedesk.tickets import events
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import SILENCE_DAYS, is_refused


def start_clocks(event: events.TicketOpened) -> None:
    """First reply, resolution and stay run from the requester's first word; while an approver has it, the first reply
    alone."""
    ticket = _ticket(event.ticket_id)
    remember(f"clocks of {ticket.id}", [])
    remember(f"no date was proposed for {ticket.id}", True)
    for metric in ("first_reply",) if event.awaits_approval else ("first_reply", "resolution", "stay"):
        answered_at = event.answered_at if metric == "first_reply" else None
        _start(event.stamp, ticket, metric, event.asked_at, stopped_at=answered_at)


def start_after_approval(event: events.TicketApproved) -> None:
    """The department has the request from now on."""
    ticket = _ticket(event.ticket_id)
    for metric in ("resolution", "stay"):
        _start(event.stamp, ticket, metric, event.stamp.at)


def start_anew(event: events.TicketResubmitted) -> None:
    """A first reply is promised to the reworked request too, from now on; one that was late before stays late."""
    ticket, last = _ticket(event.ticket_id), queries.last_clock(event.ticket_id, "first_reply")
    if not ticket.answered_at and (last is None or last.state == "cancelled"):
        _start(event.stamp, ticket, "first_reply", event.stamp.at)


def answer(event: events.MessageAdded) -> None:
    """A public word of the department keeps the reply promises; one of the requester starts the next of them."""
    if event.visibility != "public" or event.thanks:
        return
    if event.side == "supplier":
        _mark(event.stamp, event.ticket_id, "stopped", ("first_reply", "reply"))
    elif event.answered_before and not any(c.metric == "reply" for c in queries.open_clocks(event.ticket_id)):
        _start(event.stamp, _ticket(event.ticket_id), "reply", event.stamp.at, message_id=event.message_id)


def answer_after_all(event: events.ThanksContested) -> None:
    """Somebody waits for an answer from now on: until now nobody could know."""
    if not any(clock.metric == "reply" for clock in queries.open_clocks(event.ticket_id)):
        _start(event.stamp, _ticket(event.ticket_id), "reply", event.stamp.at, message_id=event.message_id)


def pause_clocks(event: events.TicketHeld) -> None:
    _mark(event.stamp, event.ticket_id, "paused", rules.PAUSED_BY_HOLD, reason=event.reason, by=event.stamp.actor_id)


def resume_clocks(event: events.TicketResumed) -> None:
    _mark(event.stamp, event.ticket_id, "resumed", rules.PAUSED_BY_HOLD, by=event.stamp.actor_id)


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
    hold = next((hold for hold in stay.ticket.holds if hold.ended_at is None), None) if stay and event.held else None
    if stay is not None and hold is not None:
        folding.add_mark(event.stamp, stay, "paused", event.stamp.at, reason=hold.reason, by=hold.by_id)


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

    A priority or type that changed in between counts from now on; an edited policy or agreement does not, as for a
    clock that ran.
    """
    ticket = _ticket(event.ticket_id)
    for metric in ("resolution", "stay"):
        clock = queries.last_clock(event.ticket_id, metric)
        if clock is None or clock.open:
            continue
        # By the day on which it started: an agreement that has ended or began since is not this ticket's.
        choice = _choice(ticket, metric, clock.started_at, clock.department_id)
        if choice is None or not queries.is_same_promise(choice.version_id, clock.policy_version_id):
            _retarget(event.stamp, clock, choice, "reopening")
        folding.add_mark(event.stamp, clock, "reopened", event.stamp.at)
    forget_term(event)


def cancel_clocks(event: events.TicketCancelled | events.TicketRefused) -> None:
    """Nobody waits for a request that was taken back, or that an approver refused."""
    _mark(event.stamp, event.ticket_id, "cancelled", rules.METRICS)


def cancel_clocks_of_merged(event: events.TicketMerged) -> None:
    """The promises of a merged request end without a verdict, but for what was broken by then; the marks say where it
    goes on."""
    by = event.stamp.actor_id
    _mark(event.stamp, event.ticket_id, "cancelled", rules.METRICS, merged_into=event.target_id, by=by)


def restore_clocks(event: events.TicketUnmerged) -> None:
    """A request that goes on by itself was never merged, for its requester has waited all the time."""
    for clock in queries.clocks_in_hand(event.ticket_id):
        last = next((mark for mark in reversed(clock.marks) if mark.kind in ("cancelled", "restored")), None)
        if last is not None and last.kind == "cancelled" and last.data.get("merged_into") == event.target_id:
            data = {"merged_into": event.target_id, "by": event.stamp.actor_id}
            folding.add_mark(event.stamp, clock, "restored", event.stamp.at, **data)


def lapse_proposal(
    event: events.TicketResolved | events.TicketCancelled | events.TicketHandedOver | events.TicketMerged,
) -> None:
    """A date that was proposed and not answered ends with the ticket. Publishes `TermRefused`.

    When the ticket moves on, only what the former department has proposed: it answers for it no more.
    """
    if remembered(f"no date was proposed for {event.ticket_id}", lambda: False):
        return
    term = queries.open_term(event.ticket_id)
    if term is None or (isinstance(event, events.TicketHandedOver) and term.side == "requester"):
        return
    term.state, term.answered_at = "lapsed", event.stamp.at
    publish(TermRefused(stamp=event.stamp, how="lapsed", **queries.facts_of(term)))


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
    cause = "priority" if isinstance(event, events.PriorityChanged) else "request_type"
    for clock in queries.open_clocks(ticket.id):
        if clock.due_at is not None and clock.due_at < at:
            folding.refold(event.stamp, clock, at)
        _retarget(event.stamp, clock, _choice(ticket, clock.metric, clock.started_at, clock.department_id), cause)
    _start_missing(event.stamp, ticket)


def _retarget(stamp: Stamp, clock: Clock, choice: rules.Choice | None, cause: str) -> None:
    """Give the clock the target chosen now; a moment that both sides agreed on stays.

    It is counted by other hours only where one of the two policies names its own: an edited calendar is none.
    """
    if rules.is_agreed(clock.target):
        return
    hours = None
    if choice is not None and choice.calendar_id != queries.hours_of(clock.policy_version_id):
        hours = queries.calendar_of(clock.department_id, choice.calendar_id)
    folding.retarget(
        stamp, clock, cause=cause, target=choice.target if choice else "",
        policy_version_id=choice.version_id if choice else None, calendar_version_id=hours,
    )  # fmt: skip


def _start_missing(stamp: Stamp, ticket: Ticket) -> None:
    """A promise that the new priority or type brings along runs from the original start, holds given back."""
    if ticket.resolved_at is not None or is_refused(ticket):
        return
    wanted = [] if ticket.answered_at else ["first_reply"]
    wanted += [] if ticket.status == "awaiting_approval" else ["resolution"]
    for metric in wanted:
        if queries.last_clock(ticket.id, metric) is not None:
            continue
        since = ticket.created_at if metric == "first_reply" else ticket.approved_at or ticket.created_at
        _start(stamp, ticket, metric, since, afterwards=metric in rules.PAUSED_BY_HOLD)


def _start(
    stamp: Stamp, ticket: Ticket, metric: str, at: datetime, *, message_id: int | None = None, afterwards: bool = False,
    stopped_at: datetime | None = None,
) -> Clock | None:  # fmt: skip
    """A new clock, or None where nothing is promised."""
    choice = _choice(ticket, metric, at, ticket.department_id)
    version_id = queries.calendar_of(ticket.department_id, choice.calendar_id) if choice else None
    if version_id is None or choice is None:
        return None
    return folding.start(
        stamp, ticket, metric, at, target=choice.target, policy_version_id=choice.version_id,
        calendar_version_id=version_id, message_id=message_id, afterwards=afterwards, stopped_at=stopped_at,
    )  # fmt: skip


def _choice(ticket: Ticket, metric: str, at: datetime, department_id: int) -> rules.Choice | None:
    case = case_of(at, department_id, ticket.request_type_id, ticket.priority, ticket.customer_department_id)
    return queries.chosen(metric, case)


def place_in_queue(event: events.TicketEvent) -> None:
    """The request stands in another queue, or in none any more, whether or not anything is promised for it."""
    renew_place(event.ticket_id)


def _mark(stamp: Stamp, ticket_id: int, kind: str, metrics: Iterable[str], **data: object) -> None:
    for clock in queries.open_clocks(ticket_id):
        if clock.metric in metrics:
            folding.add_mark(stamp, clock, kind, stamp.at, **data)


def _ticket(ticket_id: int) -> Ticket:
    return db.session.get_one(Ticket, ticket_id)
