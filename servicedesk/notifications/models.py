"""The bell, what waits for the working hours of those who are to hear it, and what people wish to be written about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class Notice(Base):
    """One line under the bell. `kind` chooses the sentence, `facts` fill it.

    `gather_at`: when it goes out by mail together with others, if it is still unread then. `once`: what it is about, for
    news that nobody is told twice; see `Kind`.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_person_id", "person_id", "id"),
        Index(
            "ix_notice_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        Index(
            "ix_notice_gather_at", "gather_at", "person_id", sqlite_where=text("gather_at IS NOT NULL"),
            postgresql_where=text("gather_at IS NOT NULL"),
        ),
        Index(
            "ix_notice_once", "once", sqlite_where=text("once IS NOT NULL"),
            postgresql_where=text("once IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    gather_at: Mapped[datetime | None]
    once: Mapped[str | None] = mapped_column(String(120))


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


class NotificationChoice(Base):
    """How one group of news reaches a person, where it is not the way it reaches everybody; see `rules.GROUPS`."""

    __tablename__ = "notification_choice"
    __table_args__ = (CheckConstraint("mode IN ('mail', 'gathered', 'bell')", name="known_mode"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    group_key: Mapped[str] = mapped_column(String(16), primary_key=True)
    mode: Mapped[str] = mapped_column(String(8))


class NotificationHours(Base):
    """When mail comes to a person: how often what is gathered, and from when until when nothing.

    Quiet hours are in minutes after midnight on the person's wall clock; from 22:00 until 07:00 lie around a midnight.
    """

    __tablename__ = "notification_hours"
    __table_args__ = (
        CheckConstraint("rhythm IN ('morning', 'hourly')", name="known_rhythm"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="from_and_until"),
        CheckConstraint("quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439", name="of_a_day"),
        CheckConstraint("quiet_from <> quiet_until", name="some_time"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(8), default="morning")
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]


class MutedTicket(Base):
    """A person hears nothing more of a ticket, unless they are asked something."""

    __tablename__ = "muted_ticket"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, index=True)
    muted_at: Mapped[datetime]
