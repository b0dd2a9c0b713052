"""Tables of working hours. What they are at a time is a version; a clock keeps the one it counts by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base


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
    # What people call those of them that have a name: date -> language -> name.
    own_names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    exceptions: Mapped[dict[str, Any]]
    names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]

    calendar: Mapped[Calendar] = relationship()


class DepartmentCalendar(Base):
    """The calendar of a department that has its own."""

    __tablename__ = "department_calendar"

    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
