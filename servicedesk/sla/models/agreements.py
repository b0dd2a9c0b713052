"""Tables of agreements: a document between two departments, in versions that one proposes and the other accepts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Department, Person


class Agreement(Base):
    """What a supplier and a customer department have settled about a group of services; its words are its versions."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("supplier_id != customer_id", name="between_two"),
        Index("ix_agreement_supplier_id", "supplier_id", "customer_id"),
        Index("ix_agreement_customer_id", "customer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    made_at: Mapped[datetime]

    supplier: Mapped[Department] = relationship(foreign_keys=supplier_id)
    customer: Mapped[Department] = relationship(foreign_keys=customer_id)
    versions: Mapped[list[AgreementVersion]] = relationship(
        back_populates="agreement", order_by="AgreementVersion.number"
    )


class AgreementVersion(Base):
    """One wording. Immutable but for its answer; an accepted one ends when a later one begins.

    `promises` are lines {"request_type_id", "priority", "targets": {metric: duration}}; None narrows nothing.
    """

    __tablename__ = "agreement_version"
    __table_args__ = (
        UniqueConstraint("agreement_id", "number"),
        CheckConstraint("state IN ('proposed', 'accepted', 'declined', 'withdrawn', 'countered')", name="known_state"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="ends_after_begin"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    services: Mapped[str] = mapped_column(Text, default="")
    mission: Mapped[str] = mapped_column(Text, default="")
    customer_provides: Mapped[str] = mapped_column(Text, default="")
    promises: Mapped[list[Any]]
    # The hours the promises are counted by where they are not the supplier's own.
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendar.id"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    review_on: Mapped[date | None]
    # The side that proposed it; both are recorded once it is accepted. No person: the organisation file said so.
    proposed_for_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answer_note: Mapped[str] = mapped_column(Text, default="")
    # When both sides were reminded that it ends, and that it is to be reviewed.
    end_reminded_at: Mapped[datetime | None]
    review_reminded_at: Mapped[datetime | None]

    agreement: Mapped[Agreement] = relationship(back_populates="versions")
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=proposed_by_id)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=answered_by_id)
