"""What a department asks of another one to get a request done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import Base
from servicedesk.people.models import Department, Person
from servicedesk.tickets.models.tickets import Ticket


class ChildRequest(Base):
    """A request asked from within another one; without `ticket_id` it is planned and opens when its step comes.

    Those that one use of a template planned are a batch. Its steps open one after the other: a step when everything of
    the batch's steps before has ended. What was asked singly is batch 0. `asking_department_id` is who held the parent
    when it was opened (of a planned one: when it was planned).
    """

    __tablename__ = "child_request"
    __table_args__ = (
        CheckConstraint("ticket_id IS NULL OR ticket_id != parent_id", name="of_another"),
        CheckConstraint("ticket_id IS NULL OR dropped_at IS NULL", name="opened_or_dropped"),
        Index("ix_child_request_parent_id", "parent_id", "step", "id"),
        Index("ix_child_request_ticket_id", "ticket_id", unique=True),
        Index("ix_child_request_asking_department_id", "asking_department_id", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    batch: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=1)
    # Whether the parent waits for it: the parent's time in it is a link of the chain.
    waits: Mapped[bool] = mapped_column(default=True)
    asking_department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    # Of a planned one: what it will be.
    request_type_id: Mapped[int | None] = mapped_column(ForeignKey("request_type.id"))
    subject: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    priority: Mapped[str] = mapped_column(String(8), default="normal")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    parent: Mapped[Ticket] = relationship(foreign_keys=parent_id)
    ticket: Mapped[Ticket | None] = relationship(foreign_keys=ticket_id)
    asking_department: Mapped[Department] = relationship()
    request_type: Mapped[RequestType | None] = relationship()
    by: Mapped[Person] = relationship()
