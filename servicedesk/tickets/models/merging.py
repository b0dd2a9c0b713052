"""Requests that were merged into others: when, by whom, and what is needed to split them off again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Person
from servicedesk.tickets.models.tickets import Ticket


class Merge(Base):
    """The ticket goes on in the target until `undone_at`. `status_before`, `ball_before` and `hold_id` are how it stood
    (the hold that the merge ended); `followers` are the people who follow the target because of it."""

    __tablename__ = "ticket_merge"
    __table_args__ = (
        Index(
            "uq_ticket_merge_in_force", "ticket_id", unique=True, sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_ticket_merge_ticket_id", "ticket_id", "id"),
        Index("ix_ticket_merge_target_id", "target_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    merged_at: Mapped[datetime]
    status_before: Mapped[str] = mapped_column(String(20))
    ball_before: Mapped[str] = mapped_column(String(16))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    followers: Mapped[list[Any]] = mapped_column(default=list)
    undone_at: Mapped[datetime | None]
    # None where the desk itself did it: the target was taken back.
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    ticket: Mapped[Ticket] = relationship(foreign_keys=ticket_id)
    target: Mapped[Ticket] = relationship(foreign_keys=target_id)
    by: Mapped[Person] = relationship(foreign_keys=by_id)
