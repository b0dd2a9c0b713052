"""The queue of outgoing mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class OutgoingMail(Base):
    """One mail to one address. `facts` feed the template, so a broken template cannot undo what caused the mail.

    `once` names what the mail is about ("MessageAdded:17:person:4"), so that it is queued once.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed')", name="known_state"),
        Index(
            "ix_outgoing_mail_try_at",
            "try_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str] = mapped_column(String(120), unique=True)
    to_address: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    timezone: Mapped[str] = mapped_column(String(64))
    template: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8), default="queued")
    queued_at: Mapped[datetime]
    try_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)
