"""Tables of a ticket: itself, its messages, stays, holds and watchers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import Base
from servicedesk.people.models import Department, Person

STATUSES = ("new", "awaiting_approval", "open", "waiting", "on_hold", "resolved", "closed", "cancelled")
PRIORITIES = ("low", "normal", "high", "urgent")
# Why a department hands a ticket over: it was not theirs, it is another's turn, or triage has found whose it is.
LEFT_BECAUSE = ("misdirected", "next_step", "triage")
BALLS = ("supplier", "requester", "approver", "third_party", "none")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Ticket(Base):
    """One request. `version` grows with every change and is what `ETag` and forms carry."""

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint(_one_of("status", STATUSES), name="known_status"),
        CheckConstraint(_one_of("priority", PRIORITIES), name="known_priority"),
        CheckConstraint(_one_of("ball", BALLS), name="known_ball"),
        UniqueConstraint("external_id"),
        # All that queues are filtered, counted and sorted by: subjects and descriptions stay where they are meanwhile.
        Index(
            "ix_ticket_queue", "department_id", "status", "assignee_id", "cover_id", "priority", "request_type_id",
            "customer_department_id", "created_at", "updated_at", "id",
        ),
        Index("ix_ticket_requester_id", "requester_id", "id"),
        Index("ix_ticket_requester_id_status", "requester_id", "status"),
        Index("ix_ticket_registrar_id_status", "registrar_id", "status"),
        Index("ix_ticket_customer_department_id", "customer_department_id", "id"),
        Index("ix_ticket_assignee_id_status", "assignee_id", "status"),
        Index("ix_ticket_cover_id_status", "cover_id", "status"),
        Index("ix_ticket_updated_at", "updated_at", "id"),
        Index("ix_ticket_created_at", "created_at", "id"),
        Index(
            "ix_ticket_confidential", "created_at", "id",
            sqlite_where=text("confidential = 1"), postgresql_where=text("confidential"),
        ),
        Index("ix_ticket_status_closed_at", "status", "closed_at"),
        Index("ix_ticket_resolved_at", "resolved_at", "id"),
        Index(
            "ix_ticket_merged_into_id",
            "merged_into_id",
            "id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
        CheckConstraint("merged_into_id IS NULL OR status = 'cancelled'", name="merged_is_over"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id != id", name="merged_into_another"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    priority: Mapped[str] = mapped_column(String(8))
    ball: Mapped[str] = mapped_column(String(16))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    request_type_id: Mapped[int | None] = mapped_column(ForeignKey("request_type.id"))
    # The form as it was when the ticket was filed: [{"key", "label", "type", "value"}].
    answers: Mapped[list[Any]] = mapped_column(default=list)
    # Which version of its type's form that was.
    form_number: Mapped[int | None]
    confidential: Mapped[bool] = mapped_column(default=False)
    requester_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    registrar_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    customer_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Who stands in for the assignee while that one is away.
    cover_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    # When the last approver agreed; None for a request that needed no approval or waits for it.
    approved_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopen_count: Mapped[int] = mapped_column(default=0)
    external_id: Mapped[str | None] = mapped_column(String(64))
    # The ticket in which this one goes on; when and by whom is in its row of `ticket_merge`.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy's own name

    department: Mapped[Department] = relationship(foreign_keys=department_id)
    customer_department: Mapped[Department | None] = relationship(foreign_keys=customer_department_id)
    request_type: Mapped[RequestType | None] = relationship()
    requester: Mapped[Person] = relationship(foreign_keys=requester_id)
    registrar: Mapped[Person] = relationship(foreign_keys=registrar_id)
    assignee: Mapped[Person | None] = relationship(foreign_keys=assignee_id)
    cover: Mapped[Person | None] = relationship(foreign_keys=cover_id)
    merged_into: Mapped[Ticket | None] = relationship(foreign_keys=merged_into_id, remote_side="Ticket.id")
    stays: Mapped[list[Stay]] = relationship(back_populates="ticket", order_by="Stay.id")
    holds: Mapped[list[Hold]] = relationship(back_populates="ticket", order_by="Hold.id")


class Message(Base):
    """A public reply or an internal note. `side` says for whom its author spoke; `child_id` is the child request whose
    result the note is. `thanks`: nothing but that, so the request stayed done."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(_one_of("visibility", ("public", "internal")), name="known_visibility"),
        CheckConstraint(_one_of("side", ("supplier", "requester")), name="known_side"),
        Index("ix_message_ticket_id", "ticket_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    visibility: Mapped[str] = mapped_column(String(8))
    side: Mapped[str] = mapped_column(String(9))
    text: Mapped[str] = mapped_column(Text)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    # Rows of the form that the requester filled in with this message, as they were then.
    filled: Mapped[list[Any]] = mapped_column(default=list)
    thanks: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    author: Mapped[Person] = relationship()


class Stay(Base):
    """One department's holding period of a ticket. `left_because` says why it was handed over, where somebody said."""

    __tablename__ = "stay"
    __table_args__ = (
        Index("ix_stay_ticket_id", "ticket_id", "id"),
        Index("ix_stay_department_id", "department_id", "ticket_id"),
        Index("ix_stay_began_at", "began_at"),
        CheckConstraint(_one_of("left_because", LEFT_BECAUSE), name="known_cause"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    left_because: Mapped[str | None] = mapped_column(String(16))

    ticket: Mapped[Ticket] = relationship(back_populates="stays")


class Hold(Base):
    """A stretch in which nothing is expected of the supplier, with the reason the requester sees."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint(_one_of("reason", ("waiting_for_requester", "third_party", "scheduled")), name="known_reason"),
        Index("ix_hold_ticket_id", "ticket_id", "id"),
        Index(
            "ix_hold_until", "until", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    reason: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    # Keys of the form's fields that the requester is asked to fill.
    missing: Mapped[list[Any]] = mapped_column(default=list)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    began_at: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(back_populates="holds")


class Watcher(Base):
    """Somebody who follows a ticket without being its requester."""

    __tablename__ = "watcher"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
