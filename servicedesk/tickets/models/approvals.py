"""Who is asked to approve a request, and what they said."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Person
from servicedesk.tickets.models.tickets import Ticket

NEEDS = ("any", "all")
DECISIONS = ("approved", "refused", "void")


class Approval(Base):
    """One person asked in one step of one round; a request that was refused and sent again begins the next round.

    `need` is the step's: the word of any one, or of all. `decision` void: not needed any more, or the person left.
    `cover_id` may decide while the approver is away; `decided_by_id` is who did.
    """

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("need IN ('any', 'all')", name="known_need"),
        CheckConstraint("decision IN ('approved', 'refused', 'void')", name="known_decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_once"),
        Index("ix_approval_ticket_id", "ticket_id", "id"),
        Index("ix_approval_approver_id", "approver_id", "decided_at"),
        Index("ix_approval_cover_id", "cover_id"),
        Index("ix_approval_decided_by_id", "decided_by_id"),
        Index(
            "ix_approval_remind_at", "remind_at", sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    round: Mapped[int] = mapped_column(default=1)
    step: Mapped[int]
    need: Mapped[str] = mapped_column(String(3))
    approver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # None until the steps before are granted.
    asked_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    decision: Mapped[str | None] = mapped_column(String(8))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    ticket: Mapped[Ticket] = relationship()
    approver: Mapped[Person] = relationship(foreign_keys=approver_id)
    cover: Mapped[Person | None] = relationship(foreign_keys=cover_id)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
