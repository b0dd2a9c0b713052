"""Tables of ratings. An invitation knows ticket and person, a rating neither; nothing joins the two."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class Invitation(Base):
    """Somebody may rate a ticket. Whether it is still open is all it says of the answer.

    `id` is random and goes, signed, into the link. Who served is frozen when the invitation is issued.
    """

    __tablename__ = "rating_invitation"
    __table_args__ = (Index("ix_rating_invitation_person_id_month", "person_id", "month"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    month: Mapped[str] = mapped_column(String(7))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    request_type_id: Mapped[int | None] = mapped_column(ForeignKey("request_type.id"))
    customer_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    served_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    open: Mapped[bool] = mapped_column(default=True)
    reminded: Mapped[bool] = mapped_column(default=False)


class Rating(Base):
    """Three scores and a comment. The random key gives no order; SQLite keeps the rows by that key (no rowid).

    `blind_token` lets distinct raters be counted while the month is open and is erased when it closes.
    """

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("quality BETWEEN 1 AND 10", name="quality_scale"),
        CheckConstraint("speed BETWEEN 1 AND 10", name="speed_scale"),
        CheckConstraint("helpfulness BETWEEN 1 AND 10", name="helpfulness_scale"),
        Index("ix_rating_month", "month"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    request_type_id: Mapped[int | None] = mapped_column(ForeignKey("request_type.id"))
    customer_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    served_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    quality: Mapped[int | None]
    speed: Mapped[int | None]
    helpfulness: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    blind_token: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class RatingMonth(Base):
    """A month of ratings: its secret while it is open; None once it is closed and the secret destroyed."""

    __tablename__ = "rating_month"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class SkippedInvitation(Base):
    """How many invitations the weekly quota held back, by month and department; never whose."""

    __tablename__ = "rating_skipped"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    held_back: Mapped[int] = mapped_column(default=0)
