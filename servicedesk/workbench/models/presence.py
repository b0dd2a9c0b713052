"""Who has a ticket open right now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class Presence(Base):
    """Somebody of the serving side at one ticket. Nothing of it is kept: a row is a matter of seconds, see
    `rules.PRESENT_FOR`, and no event tells of it, so that nobody's day can be read from it afterwards."""

    __tablename__ = "presence"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
    # What is being written: one of `rules.WRITINGS`, or nothing.
    writing: Mapped[str] = mapped_column(String(10))
