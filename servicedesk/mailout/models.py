"""The queue of outgoing mail, and what is known of addresses and domains that do not take it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class OutgoingMail(Base):
    """One mail to one address. `facts` feed the template, so a broken template cannot undo what caused the mail.

    `once` names what the mail is about ("MessageAdded:17:person:4"), so that it is queued once. `ticket_id` is the request
    it is about (no foreign key: this slice knows no requests); its mails to one reader go out in their order.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'sent', 'failed', 'bounced')", name="known_state"),
        Index(
            "ix_outgoing_mail_try_at",
            "try_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outgoing_mail_order",
            "ticket_id",
            "to_address",
            "id",
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
    ticket_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default="queued")
    queued_at: Mapped[datetime]
    try_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)
    bounced_at: Mapped[datetime | None]


class BouncedAddress(Base):
    """An address from which mail came back. `score` grows with every mail that did, `words` are those of the last report;
    the row counts for a while after it and is then nobody's concern."""

    __tablename__ = "bounced_address"
    __table_args__ = (CheckConstraint("score > 0", name="score"),)

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    score: Mapped[int]
    bounced_at: Mapped[datetime]
    words: Mapped[str] = mapped_column(String(500))


class TroubledDomain(Base):
    """A domain whose mail was refused `failures` times in a row. Until `held_until` it is left alone, and holds nobody up."""

    __tablename__ = "troubled_domain"
    __table_args__ = (CheckConstraint("failures > 0", name="failures"),)

    domain: Mapped[str] = mapped_column(String(254), primary_key=True)
    failures: Mapped[int]
    held_until: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(500))
