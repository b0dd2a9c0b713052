"""Reads for making a request out of a part of another one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.tickets.models import Message


def first_answer_since(ticket_id: int, since: datetime) -> datetime | None:
    """When the department first wrote to the requester after this moment."""
    query = select(Message.created_at).where(
        Message.ticket_id == ticket_id, Message.visibility == "public", Message.side == "supplier", Message.created_at > since
    )  # fmt: skip
    return db.session.scalar(query.order_by(Message.created_at).limit(1))
