"""The bell, and what waits for the working hours of those who are to hear it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class Notice(Base):
    """One line under the bell. `kind` chooses the sentence, `facts` fill it."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_person_id", "person_id", "id"),
        Index(
            "ix_notice_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Alert(Base):
    """A warning or a breach on its way to one person: delivered in their working hours, together with the others.

    `about` is what it is about, once for each person; `happened_at` the true moment, `deliver_at` the person's next
    working time. The row goes when it is delivered, or when somebody has acted before.
    """

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("person_id", "about"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"), index=True)
    # clock_warned, clock_breached or clock_escalated
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(100))
    # Why this person is told: assignee, cover (stands in for the assignee), team, lead or above (of a department above).
    why: Mapped[str] = mapped_column(String(16))
    facts: Mapped[dict[str, Any]]
    happened_at: Mapped[datetime]
    deliver_at: Mapped[datetime] = mapped_column(index=True)
