"""Who has read a confidential request that was none of theirs, and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Person
from servicedesk.tickets.models.tickets import Ticket


class BrokenSeal(Base):
    """An administrator reads a confidential request (break-glass) from `began_at` until `ended_at`, for a reason that
    is logged and told to those who lead the department."""

    __tablename__ = "broken_seal"
    __table_args__ = (
        Index("ix_broken_seal_ticket_id", "ticket_id"),
        Index(
            "ix_broken_seal_person_id", "person_id", "ticket_id", sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_broken_seal_until", "until", sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship()
    person: Mapped[Person] = relationship()
