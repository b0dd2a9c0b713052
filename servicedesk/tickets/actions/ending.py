"""Resolving, reopening, closing, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence

from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.actions.attaching import attach_sent
from servicedesk.tickets.actions.returning import refuse_over_children
from servicedesk.tickets.actions.states import begin, lift_hold, mark_reopened
from servicedesk.tickets.actions.talking import add_message, checked_text
from servicedesk.tickets.events import ThanksContested, TicketCancelled, TicketClosed, TicketResolved
from servicedesk.tickets.models import Message, Ticket


def resolve(
    stamp: Stamp,
    ticket: Ticket,
    author: Person,
    text: str,
    *,
    despite_children: bool = False,
    files: Sequence[str] = (),
) -> Message:
    """Say publicly what was done; the clocks stop. `files` are keys of files that the author sent before. Publishes `MessageAdded` and `TicketResolved`.

    Raises `Conflict` over child requests the author knows of that are not done, unless `despite_children`: those that were only planned
    are dropped then, the others run on.
    """
    stamp = begin(stamp, ticket, "resolve")
    text = checked_text(text)
    if not despite_children:
        refuse_over_children(ticket, author)
    if ticket.status in rules.HELD:
        lift_hold(stamp, ticket)
    message = add_message(stamp, ticket, author, text, "supplier")
    attach_sent(ticket, author, files, message)
    ticket.status, ticket.ball, ticket.resolved_at = "resolved", "none", stamp.at
    publish(
        TicketResolved(
            stamp=stamp, ticket_id=ticket.id, department_id=ticket.department_id, assignee_id=ticket.assignee_id,
            request_type_id=ticket.request_type_id, customer_department_id=ticket.customer_department_id,
            requester_id=ticket.requester_id,
        )
    )  # fmt: skip
    return message


def reopen(stamp: Stamp, ticket: Ticket, author: Person, text: str, *, files: Sequence[str] = ()) -> Message:
    """Say why it is not done; the clocks go on. Publishes `TicketReopened` and `MessageAdded`."""
    stamp = begin(stamp, ticket, "reopen")
    text = checked_text(text)
    mark_reopened(stamp, ticket)
    message = add_message(stamp, ticket, author, text, rules.side_of(author, ticket))
    attach_sent(ticket, author, files, message)
    return message


def reopen_after_thanks(stamp: Stamp, ticket: Ticket, author: Person, message: Message) -> None:
    """What was taken for thanks asks for something after all. Publishes `TicketReopened` and `ThanksContested`.

    Raises `Conflict` for a message that is none, or is not any more.
    """
    stamp = begin(stamp, ticket, "reopen")
    if message.ticket_id != ticket.id or not message.thanks:
        raise Conflict(N_("This message was not taken for thanks, or somebody has reopened the request over it."))
    message.thanks = False
    mark_reopened(stamp, ticket)
    publish(ThanksContested(stamp=stamp, ticket_id=ticket.id, message_id=message.id, author_id=author.id))


def close(stamp: Stamp, ticket: Ticket, *, confirmed: bool) -> None:
    """The end: confirmed by the requester, or after days of silence. Publishes `TicketClosed`."""
    stamp = begin(stamp, ticket, "close")
    ticket.status, ticket.ball, ticket.closed_at, ticket.updated_at = "closed", "none", stamp.at, stamp.at
    publish(TicketClosed(stamp=stamp, ticket_id=ticket.id, confirmed=confirmed))


def cancel(stamp: Stamp, ticket: Ticket) -> None:
    """The requester takes the request back. Publishes `TicketCancelled`."""
    stamp = begin(stamp, ticket, "cancel")
    if ticket.status in rules.HELD:
        lift_hold(stamp, ticket)
    ticket.status, ticket.ball, ticket.closed_at, ticket.updated_at = "cancelled", "none", stamp.at, stamp.at
    publish(TicketCancelled(stamp=stamp, ticket_id=ticket.id))
