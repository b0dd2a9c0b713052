"""Stored reports, of which a published issue never changes (a correction is a new one), and what departments improved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Department, Person


class ReportIssue(Base):
    """The document of a closed month as JSON text, with its SHA-256 and the version of the method.

    `summary` repeats the few figures that later months are compared with, so that nobody opens old documents for them.
    """

    __tablename__ = "report_issue"
    __table_args__ = (UniqueConstraint("month", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    number: Mapped[int]
    closed_at: Mapped[datetime]
    method: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    checksum: Mapped[str] = mapped_column(String(64))
    summary: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text, default="")


class ReportListPage(Base):
    """A hundred rows of a department's list. The document says how many there are and holds their checksum; before
    method 4 lists stood in the document itself."""

    __tablename__ = "report_list_page"

    issue_id: Mapped[int] = mapped_column(ForeignKey("report_issue.id"), primary_key=True)
    department_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[list[Any]]


class Improvement(Base):
    """What a department heard and what it changed: "you said — we did". Shown on its page while `published`."""

    __tablename__ = "improvement"
    __table_args__ = (Index("ix_improvement_department_id", "department_id", "done_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    said: Mapped[str] = mapped_column(Text)
    did: Mapped[str] = mapped_column(Text)
    done_on: Mapped[date]
    published: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    department: Mapped[Department] = relationship()
    by: Mapped[Person] = relationship()
