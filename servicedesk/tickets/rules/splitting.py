"""When the promises of a request begin that was a part of another one. Pure."""

from __future__ import annotations

from datetime import datetime

from servicedesk.tickets.models import Message, Ticket


def asked_when(ticket: Ticket, message: Message | None, holder_id: int | None) -> datetime | None:
    """When the requester asked for what is split off; None: only now does it count.

    The department that had these words all the time answers for all the time. Another department gets them now, and what
    the department itself said nobody has waited for.
    """
    if holder_id != ticket.department_id:
        return None
    if message is None:
        return ticket.created_at
    return message.created_at if message.side == "requester" else None
