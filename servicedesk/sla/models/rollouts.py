"""The table of rollouts: a new version of a policy or calendar applied to clocks that run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Person


class Rollout(Base):
    """Asked for by a person, done by a worker piece by piece; `after_clock_id` is how far it came."""

    __tablename__ = "rollout"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="known_state"),
        CheckConstraint(
            "(policy_version_id IS NULL) != (calendar_version_id IS NULL)", name="of_a_policy_or_a_calendar"
        ),
        Index(
            "ix_rollout_unfinished", "id",
            sqlite_where=text("finished_at IS NULL"), postgresql_where=text("finished_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_version_id: Mapped[int | None] = mapped_column(ForeignKey("policy_version.id"), index=True)
    calendar_version_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_version.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    # Clocks to be looked at, looked at so far, of which moved, and of which broke by it.
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    broken: Mapped[int] = mapped_column(default=0)
    after_clock_id: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]

    asked_by: Mapped[Person] = relationship()
