"""Tables of promises. Calendars and policies are versions; a clock keeps those it started with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.tickets.models import Ticket


class Calendar(Base):
    """A named set of working hours; what they are is said by its newest version."""

    __tablename__ = "calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    # The company's calendar serves every department without one of its own.
    of_company: Mapped[bool] = mapped_column(default=False)


class CalendarVersion(Base):
    """Immutable. `holidays` names the country whose holidays were written into `exceptions`; names by date in `names`."""

    __tablename__ = "calendar_version"
    __table_args__ = (UniqueConstraint("calendar_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    number: Mapped[int]
    timezone: Mapped[str] = mapped_column(String(64))
    week: Mapped[dict[str, Any]]
    holidays: Mapped[str | None] = mapped_column(String(8))
    # As given in the organisation file, before holidays were added.
    own_exceptions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    exceptions: Mapped[dict[str, Any]]
    names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]

    calendar: Mapped[Calendar] = relationship()


class DepartmentCalendar(Base):
    """The calendar of a department that has its own."""

    __tablename__ = "department_calendar"

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))


class Policy(Base):
    """For whom a promise is: every column narrows. With a customer department it is an agreement."""

    __tablename__ = "policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    # What identifies it in the organisation file, e.g. "department=it priority=urgent".
    name: Mapped[str] = mapped_column(String(300), unique=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    request_type_id: Mapped[int | None] = mapped_column(ForeignKey("request_type.id"))
    priority: Mapped[str | None] = mapped_column(String(8))
    customer_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)


class PolicyVersion(Base):
    """Immutable. `targets` maps metric to a duration as in the organisation file ("4h", "3bd", "24h wall")."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("policy_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    number: Mapped[int]
    targets: Mapped[dict[str, str]]
    # Percents of the target at which the team is warned.
    warn_at: Mapped[list[Any]]
    made_at: Mapped[datetime]

    policy: Mapped[Policy] = relationship()


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
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    metric: Mapped[str] = mapped_column(String(12))
    # The department that answers for it: the holder, for a stay the one that stays.
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    calendar_version_id: Mapped[int] = mapped_column(ForeignKey("calendar_version.id"))
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_version.id"))
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
    next_look_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy's own name

    ticket: Mapped[Ticket] = relationship()
    policy_version: Mapped[PolicyVersion] = relationship()
    marks: Mapped[list[Mark]] = relationship(back_populates="clock", order_by="Mark.id")


class Mark(Base):
    """What happened to a clock, in order. The clock can be rebuilt from its marks at any time."""

    __tablename__ = "clock_mark"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('started', 'paused', 'resumed', 'stopped', 'reopened', 'cancelled', 'retargeted')",
            name="known_kind",
        ),
        Index("ix_clock_mark_clock_id", "clock_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    # retargeted: {"before", "after", "policy_version"}; paused: {"reason"}
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)

    clock: Mapped[Clock] = relationship(back_populates="marks")


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
