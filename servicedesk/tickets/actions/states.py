"""What several use cases do to a ticket's state. Only the files beside this one call it, but for `touch`."""

from __future__ import annotations

from dataclasses import replace

from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.events import publish, settle
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.tickets import rules
from servicedesk.tickets.events import TicketReopened, TicketResumed
from servicedesk.tickets.models import Hold, Ticket

_REFUSALS = {
    "closed": N_("This ticket is closed. Reopen it if it is not done, or open a new request and mention #%(id)d."),
    "cancelled": N_("This ticket was withdrawn. Open a new request and mention #%(id)d."),
    "resolved": N_("This ticket is resolved already."),
}

_MERGED = N_("This ticket was merged into another one and goes on there.")


def begin(stamp: Stamp, ticket: Ticket, what: str) -> Stamp:
    """The first line of every change: ends a hold whose time is over, refuses what the state forbids,
    and returns a stamp that does not lie before the ticket's last change."""
    stamp = stamp.not_before(ticket.updated_at)
    expire_hold(stamp, ticket)
    if not rules.is_possible(ticket, what):
        refusal = _REFUSALS.get(ticket.status, N_("This is not possible in the ticket's present state."))
        raise Conflict(_MERGED if ticket.merged_into_id is not None else refusal, id=ticket.id)
    return stamp


def touch(stamp: Stamp, ticket: Ticket, what: str) -> Stamp:
    """The first line of a change that a higher slice keeps about the ticket: as `begin`, and the ticket's version grows.

    What ending an overdue hold causes has happened when it returns, so that clocks can be asked.
    """
    stamp = begin(stamp, ticket, what)
    ticket.updated_at = stamp.at
    settle()
    return stamp


def expire_hold(stamp: Stamp, ticket: Ticket) -> bool:
    """End the hold at the moment it was meant to end, however late anybody looks."""
    hold = hold_in_force(ticket) if ticket.status in rules.HELD else None
    if hold is None or hold.until is None or hold.until > stamp.at:
        return False
    at = max(hold.until, ticket.updated_at)
    _end(replace(stamp, actor_id=None, at=at), ticket, hold)
    return True


def lift_hold(stamp: Stamp, ticket: Ticket) -> None:
    hold = hold_in_force(ticket)
    if hold is not None:
        _end(stamp, ticket, hold)


def mark_reopened(stamp: Stamp, ticket: Ticket) -> None:
    late = ticket.closed_at is not None and stamp.at - ticket.closed_at > rules.REOPEN_WITHIN
    if late and not stamp.tells_history:
        raise Conflict(
            N_("This ticket was closed more than %(days)d days ago. Open a new request and mention #%(id)d."),
            days=rules.REOPEN_WITHIN.days, id=ticket.id,
        )  # fmt: skip
    ticket.status, ticket.ball = "open", "supplier"
    ticket.resolved_at = ticket.closed_at = None
    ticket.reopen_count += 1
    ticket.updated_at = stamp.at
    publish(TicketReopened(stamp=stamp, ticket_id=ticket.id))


def hold_in_force(ticket: Ticket) -> Hold | None:
    return next((hold for hold in reversed(ticket.holds) if hold.ended_at is None), None)


def _end(stamp: Stamp, ticket: Ticket, hold: Hold) -> None:
    hold.ended_at = stamp.at
    ticket.status = "open" if ticket.answered_at or ticket.assignee_id else "new"
    ticket.ball = "supplier"
    ticket.updated_at = stamp.at
    publish(TicketResumed(stamp=stamp, ticket_id=ticket.id, reason=hold.reason))
