"""Stored reports. A published issue never changes; a correction is a new issue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class ReportIssue(Base):
    """The document of a closed month as JSON text, with its SHA-256 and the version of the method."""

    __tablename__ = "report_issue"
    __table_args__ = (UniqueConstraint("month", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    number: Mapped[int]
    closed_at: Mapped[datetime]
    method: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    checksum: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")
