"""Tables of what follows a promise: why it broke, and when a resolved ticket closes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class BreachReason(Base):
    """Why a promise was broken, in a lead's words. Excused breaches are shown and counted apart."""

    __tablename__ = "breach_reason"

    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    excused: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]


class ClosingTerm(Base):
    """When a resolved ticket closes by itself if nobody says a word."""

    __tablename__ = "closing_term"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    close_at: Mapped[datetime] = mapped_column(index=True)
