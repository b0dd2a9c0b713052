"""Reads of who is named in messages."""

from __future__ import annotations

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.tickets.models import Mention


def mentioned_in(message_id: int) -> set[int]:
    """Ids of the people a message names."""
    return set(db.session.scalars(select(Mention.person_id).where(Mention.message_id == message_id)))
