"""How requests belong together beyond merging and asking: links that people set, and where one was split from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Person
from servicedesk.tickets.models.tickets import Ticket

# Read from the ticket to the other one: it is related to it, a duplicate of it, caused by it, or was a part of it.
LINK_KINDS = ("related", "duplicate_of", "caused_by", "split_from")


class TicketLink(Base):
    """Two requests, once however they are linked. Which of its ends somebody may know is asked of access."""

    __tablename__ = "ticket_link"
    __table_args__ = (
        CheckConstraint("kind IN ('related', 'duplicate_of', 'caused_by', 'split_from')", name="known_kind"),
        CheckConstraint("ticket_id != other_id", name="of_another"),
        Index("ix_ticket_link_ticket_id", "ticket_id", "other_id", unique=True),
        Index("ix_ticket_link_other_id", "other_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    linked_at: Mapped[datetime]

    ticket: Mapped[Ticket] = relationship(foreign_keys=ticket_id)
    other: Mapped[Ticket] = relationship(foreign_keys=other_id)
    by: Mapped[Person] = relationship()
