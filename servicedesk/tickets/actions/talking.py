"""Public replies and internal notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.actions.attaching import attach_sent
from servicedesk.tickets.actions.mentioning import mention
from servicedesk.tickets.actions.states import begin, lift_hold, mark_reopened
from servicedesk.tickets.events import MessageAdded
from servicedesk.tickets.models import Message, Ticket


def reply(stamp: Stamp, ticket: Ticket, author: Person, text: str, *, files: Sequence[str] = ()) -> Message:
    """A public message. The requester's ends a hold and reopens a resolved ticket; the department's is an answer.

    `files` are keys of files that the author sent before. Publishes `MessageAdded`, before it `TicketResumed` or `TicketReopened` where that follows.
    """
    stamp = begin(stamp, ticket, "reply")
    text = checked_text(text)
    side = rules.side_of(author, ticket)
    if side == "requester":
        if ticket.status == "resolved":
            mark_reopened(stamp, ticket)
        elif ticket.status in rules.HELD:
            lift_hold(stamp, ticket)
    message = add_message(stamp, ticket, author, text, side)
    attach_sent(ticket, author, files, message)
    return message


def note(stamp: Stamp, ticket: Ticket, author: Person, text: str, *, files: Sequence[str] = ()) -> Message:
    """An internal note: the requester never sees it nor its files, and no promise is kept by it. Publishes `MessageAdded`."""
    stamp = begin(stamp, ticket, "note")
    message = add_message(stamp, ticket, author, checked_text(text), "supplier", visibility="internal")
    attach_sent(ticket, author, files, message)
    return message


def thank(stamp: Stamp, ticket: Ticket, author: Person, text: str) -> Message:
    """The requester's thanks for what is done: a public message that reopens nothing and waits for no answer."""
    stamp = begin(stamp, ticket, "thank")
    return add_message(stamp, ticket, author, checked_text(text), "requester", thanks=True)


def checked_text(text: str) -> str:
    if not text.strip():
        raise Invalid(fields={"text": N_("Write something first.")})
    if len(text) > rules.TEXT_LENGTH:
        raise Invalid(fields={"text": DeskError(N_("At most %(most)d characters fit here."), most=rules.TEXT_LENGTH)})
    return text.strip()


def add_message(
    stamp: Stamp,
    ticket: Ticket,
    author: Person,
    text: str,
    side: str,
    *,
    visibility: str = "public",
    child_id: int | None = None,
    filled: Sequence[Mapping[str, Any]] = (),
    thanks: bool = False,
) -> Message:
    """Store the message and say so; the first public word of the department opens a new ticket."""
    answers = visibility == "public" and side == "supplier"
    answered_before = ticket.answered_at is not None
    if answers:
        if not answered_before:
            ticket.answered_at = stamp.at
        if ticket.status == "new":
            ticket.status = "open"
    ticket.updated_at = stamp.at
    message = Message(
        ticket_id=ticket.id,
        author_id=author.id,
        visibility=visibility,
        side=side,
        text=text,
        created_at=stamp.at,
        child_id=child_id,
        filled=[dict(row) for row in filled],
        thanks=thanks,
    )
    db.session.add(message)
    db.session.flush()
    publish(
        MessageAdded(
            stamp=stamp, ticket_id=ticket.id, message_id=message.id, author_id=author.id, visibility=visibility,
            side=side, first_answer=answers and not answered_before, answered_before=answered_before,
            thanks=thanks,
        )
    )  # fmt: skip
    if child_id is None:
        mention(stamp, ticket, author, message)
    return message
