"""Tables of ratings. An invitation knows ticket and person, an opinion neither; nothing in the database joins the two."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class Invitation(Base):
    """Somebody may rate a ticket. It is the same before and after the answer: not even that one came stands here.

    `id` is random and goes, signed, into the link. Who served is frozen when the invitation is issued. `reminded` says
    that the day of the reminder is over, whether one was needed or not.
    """

    __tablename__ = "rating_invitation"
    __table_args__ = (
        Index("ix_rating_invitation_person_id_month", "person_id", "month"),
        Index("ix_rating_invitation_month", "month", "department_id"),
    )

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
    withdrawn: Mapped[bool] = mapped_column(default=False)
    reminded: Mapped[bool] = mapped_column(default=False)


class AnsweredInvitation(Base):
    """That an invitation was answered, under a name that only the holder of SECRET_KEY can tell; gone when it expires.

    No date: the day on which a row could go would lead to the few invitations that expire then.
    """

    __tablename__ = "rating_answered"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: Mapped[str] = mapped_column(String(64), primary_key=True)


class Rating(Base):
    """A sealed opinion of an open month (see sealing.py), all of one size. Erased when the month closes.

    The random key gives no order; SQLite keeps the rows by that key (no rowid).
    """

    __tablename__ = "rating"
    __table_args__ = (Index("ix_rating_month", "month"), {"sqlite_with_rowid": False})

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SignedRating(Base):
    """An opinion whose author wants to be known to the leads of the department. Nobody else's is ever here."""

    __tablename__ = "signed_rating"
    __table_args__ = (Index("ix_signed_rating_department_id_id", "department_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    quality: Mapped[int | None]
    speed: Mapped[int | None]
    helpfulness: Mapped[int | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    signed_at: Mapped[datetime]


class RatingMonth(Base):
    """A month of ratings: its half of the key while it is open; None once it is closed and the half destroyed.

    `check` recognises the other half.
    """

    __tablename__ = "rating_month"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    check: Mapped[bytes | None] = mapped_column(LargeBinary(16))


class SkippedInvitation(Base):
    """How many invitations the weekly quota held back, by month and department; never whose."""

    __tablename__ = "rating_skipped"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    held_back: Mapped[int] = mapped_column(default=0)


class OtherQuestion(Base):
    """On that day the person was asked for an opinion of something else than a request: it takes the room of one of
    the week's invitations."""

    __tablename__ = "rating_other_question"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    asked_on: Mapped[date] = mapped_column(primary_key=True)
