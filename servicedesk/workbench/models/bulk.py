"""What somebody changed about many requests at once, and what came of it for each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base


class BulkChange(Base):
    """One thing that somebody asked for many requests. `what` names it, see rules.OPERATIONS; `fields` is what was chosen
    and typed, kept to be sent again for requests where it was not done; `back` is the address of the list it came from."""

    __tablename__ = "bulk_change"
    __table_args__ = (Index("ix_bulk_change_person_id", "person_id", "id"), Index("ix_bulk_change_made_at", "made_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(16))
    fields: Mapped[dict[str, Any]]
    back: Mapped[str] = mapped_column(String(2000), default="")
    made_at: Mapped[datetime]
    # When the last of its requests had its turn; None while it runs, or after it was interrupted.
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    lines: Mapped[list[BulkLine]] = relationship(
        back_populates="change", order_by="BulkLine.ticket_id", cascade="all, delete-orphan", passive_deletes=True
    )


class BulkLine(Base):
    """One of its requests. `seen` is the version somebody saw when they chose it, `left` the version the change has left
    behind, `before` what it changed, so that it can be undone where nobody came after; `reason` says why it was not
    done, or not undone: a sentence and what fills it."""

    __tablename__ = "bulk_line"
    __table_args__ = (
        CheckConstraint("outcome IN ('waiting', 'done', 'same', 'conflict', 'refused')", name="known_outcome"),
        CheckConstraint("undone IN ('undone', 'kept')", name="known_undoing"),
    )

    change_id: Mapped[int] = mapped_column(ForeignKey("bulk_change.id", ondelete="CASCADE"), primary_key=True)
    # Points at no row: what somebody sent may be no request at all, and is told so beside the others.
    ticket_id: Mapped[int] = mapped_column(primary_key=True)
    seen: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(8), default="waiting")
    reason: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    left: Mapped[int | None]
    undone: Mapped[str | None] = mapped_column(String(6))

    change: Mapped[BulkChange] = relationship(back_populates="lines")
