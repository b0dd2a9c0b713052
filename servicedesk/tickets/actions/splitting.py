"""Making a request of its own out of a part of another one."""

from __future__ import annotations

from datetime import datetime

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.people.models import Department, Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.actions.linking import add_link
from servicedesk.tickets.actions.opening import open_ticket
from servicedesk.tickets.actions.states import begin
from servicedesk.tickets.events import TicketSplit
from servicedesk.tickets.models import Attachment, Message, Ticket


def split(
    stamp: Stamp, ticket: Ticket, person: Person, message: Message | None, *, subject: str, description: str,
    request_type: RequestType | None = None, department: Department | None = None, with_files: bool = True,
) -> Ticket:  # fmt: skip
    """File a part of the ticket, said in a public `message` of it (None: in its description), as a request of the same
    requester; the two are linked.

    Promises run from when the requester said it, as if it had been a request of its own at once, where the same
    department has it: see `rules.asked_when`. A part of a confidential request is confidential, and `person` gets no
    right to it by filing it. Publishes `TicketOpened`, `TicketLinked` for each end and `TicketSplit`. Raises `Invalid` as
    `open_ticket` does.
    """
    stamp = begin(stamp, ticket, "split")
    holder = request_type.department if request_type is not None else department
    asked_at, answered_at = since_when(ticket, message, holder.id if holder is not None else None)
    new = open_ticket(
        stamp, ticket.requester, subject=subject, description=description, request_type=request_type,
        department=department, priority=ticket.priority, asked_at=asked_at, customer_department=ticket.customer_department,
        complete=False, split_from=ticket, answered_at=answered_at,
    )  # fmt: skip
    if with_files:
        _take_files(ticket, message, new)
    add_link(stamp, new, ticket, person, "split_from")
    ticket.updated_at = stamp.at
    publish(
        TicketSplit(
            stamp=stamp, ticket_id=ticket.id, new_id=new.id, message_id=message.id if message is not None else None
        )
    )
    return new


def since_when(
    ticket: Ticket, message: Message | None, holder_id: int | None
) -> tuple[datetime | None, datetime | None]:
    """From when the promises of the new request run (None: from now), and when its requester got a first answer."""
    asked_at = rules.asked_when(ticket, message, holder_id)
    if asked_at is None:
        return None, None
    return asked_at, queries.first_answer_since(ticket.id, asked_at)


def _take_files(ticket: Ticket, message: Message | None, new: Ticket) -> None:
    """The files that came with these words, answers to a form not among them, belong to both."""
    message_id = message.id if message is not None else None
    db.session.add_all(
        Attachment(ticket_id=new.id, file_id=row.file_id)
        for row in queries.attachments(ticket.id, with_notes=False)
        if row.message_id == message_id and row.field is None
    )
    db.session.flush()
