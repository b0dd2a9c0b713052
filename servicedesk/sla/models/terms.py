"""The table of agreed terms: due dates proposed for one ticket and answered by the other side."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket


class Term(Base):
    """A date proposed for one ticket. The accepted one with the highest number is in force."""

    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("ticket_id", "number"),
        CheckConstraint("side IN ('supplier', 'requester')", name="known_side"),
        CheckConstraint(
            "state IN ('proposed', 'accepted', 'declined', 'withdrawn', 'countered', 'lapsed')", name="known_state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    # For whom its author spoke; the other side answers.
    side: Mapped[str] = mapped_column(String(9))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=proposed_by_id)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id)
