"""Where a request stands in the queue of the department that holds it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base

# In the stead of an instant that does not come: such requests stand last.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class QueuePlace(Base):
    """What a list shows of the promises of a request that is not done: a fold of its clocks, kept so that the order of a
    queue is that of an index. There is a row as long as the request is active, and none afterwards."""

    __tablename__ = "queue_place"
    __table_args__ = (
        Index("ix_queue_place_department_id", "department_id", "due_at", "ticket_id"),
        Index(
            "ix_queue_place_unknown", "ticket_id",
            sqlite_where=text("at_risk_from IS NULL"), postgresql_where=text("at_risk_from IS NULL"),
        ),
    )  # fmt: skip

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True, autoincrement=False)
    # The holding one, here too: the index begins with it.
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    # The open promise that is due first; where all stand still, one that does.
    clock_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id"), index=True)
    due_at: Mapped[datetime]
    # Since when three quarters of that promise are used; None until somebody has reckoned it.
    at_risk_from: Mapped[datetime | None]
    broken_from: Mapped[datetime]
