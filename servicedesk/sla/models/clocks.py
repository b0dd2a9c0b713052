"""Tables of promises that run on tickets, and of what happened to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.sla.models.policies import PolicyVersion
from servicedesk.tickets.models import Ticket


class Clock(Base):
    """One promise running on one ticket: a fold of its marks, stored so that lists need not fold.

    `due_at` is null while paused; `elapsed_seconds` is right as of `counted_until`.
    `decided_at` is when the promise was kept (stopped) or broken (due): the month it belongs to.
    """

    __tablename__ = "clock"
    __table_args__ = (
        CheckConstraint("metric IN ('first_reply', 'reply', 'resolution', 'stay')", name="known_metric"),
        CheckConstraint("state IN ('running', 'paused', 'met', 'breached', 'cancelled')", name="known_state"),
        Index("ix_clock_ticket_id", "ticket_id", "id"),
        Index(
            "ix_clock_next_look_at", "next_look_at",
            sqlite_where=text("next_look_at IS NOT NULL"), postgresql_where=text("next_look_at IS NOT NULL"),
        ),
        Index(
            "ix_clock_decided_at", "decided_at",
            sqlite_where=text("decided_at IS NOT NULL"), postgresql_where=text("decided_at IS NOT NULL"),
        ),
        Index(
            "ix_clock_breached", "department_id", "breached_at", "id",
            sqlite_where=text("breached_at IS NOT NULL"), postgresql_where=text("breached_at IS NOT NULL"),
        ),
        # Those to which a new version of their policy or calendar may be applied, whatever number has ended.
        *(
            Index(
                f"ix_clock_running_{column}", column, "id",
                sqlite_where=text("open = 1 AND breached_at IS NULL"), postgresql_where=text("open AND breached_at IS NULL"),
            )
            for column in ("policy_version_id", "calendar_version_id")
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    metric: Mapped[str] = mapped_column(String(12))
    # The department that answers for it: the holder, for a stay the one that stays.
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    calendar_version_id: Mapped[int] = mapped_column(ForeignKey("calendar_version.id"))
    # None where nothing was promised but a date agreed for this ticket alone.
    policy_version_id: Mapped[int | None] = mapped_column(ForeignKey("policy_version.id"))
    target: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    elapsed_seconds: Mapped[float] = mapped_column(default=0.0)
    paused_seconds: Mapped[float] = mapped_column(default=0.0)
    target_seconds: Mapped[float] = mapped_column(default=0.0)
    counted_until: Mapped[datetime]
    # Open means that marks may still come; a breached clock is open until it stops.
    open: Mapped[bool] = mapped_column(default=True)
    # A breached clock can be on hold as well, which its state does not say.
    paused: Mapped[bool] = mapped_column(default=False)
    warned_percent: Mapped[int] = mapped_column(default=0)
    # How many steps of escalation were taken.
    escalated: Mapped[int] = mapped_column(default=0)
    # Who had to act when the promise broke; None while it is not broken.
    ball_at_breach: Mapped[str | None] = mapped_column(String(16))
    next_look_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy's own name

    ticket: Mapped[Ticket] = relationship()
    policy_version: Mapped[PolicyVersion | None] = relationship()
    marks: Mapped[list[Mark]] = relationship(back_populates="clock", order_by="Mark.id")


class Mark(Base):
    """What happened to a clock, in order. The clock can be rebuilt from its marks at any time."""

    __tablename__ = "clock_mark"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('started', 'paused', 'resumed', 'stopped', 'reopened', 'cancelled', 'restored', 'retargeted')",
            name="known_kind",
        ),
        Index("ix_clock_mark_clock_id", "clock_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    # retargeted: {"cause", "before", "after", "versions": [before, after], "calendars": [before, after]}, the last where
    # the hours changed too; paused and resumed: {"by"}, paused also {"reason"}; cancelled and restored by a merge:
    # {"merged_into", "by"}. Ids are of versions, persons and tickets.
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    clock: Mapped[Clock] = relationship(back_populates="marks")
