"""Stored reports, of which a published issue never changes (a correction is a new one), and what departments improve."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Department, Person
from servicedesk.surveys.models import SurveyWave


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
    """What a department heard, what it will change because of it, who sees to that by when, and what came of it.

    Open until it is done (`done_on`) or dropped (`dropped_on`); `ended_by` said so at `ended_at`. `baseline` is the
    metric in the last closed month before it was made, `outcome` the comparison with the newest month after it was
    done; both are copied from closed reports and None before there is one. Shown on the department's page while
    `published`.
    """

    __tablename__ = "improvement"
    __table_args__ = (
        CheckConstraint("done_on IS NULL OR dropped_on IS NULL", name="one_end"),
        Index("ix_improvement_department_id", "department_id", "id"),
        Index("ix_improvement_owner_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    title: Mapped[str] = mapped_column(String(200))
    said: Mapped[str] = mapped_column(Text, default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None]
    metric: Mapped[str | None] = mapped_column(String(16))
    did: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None]
    dropped_on: Mapped[date | None]
    why_dropped: Mapped[str] = mapped_column(Text, default="")
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    published: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    baseline: Mapped[dict[str, Any] | None]
    outcome: Mapped[dict[str, Any] | None]

    department: Mapped[Department] = relationship()
    owner: Mapped[Person | None] = relationship(foreign_keys=owner_id)
    by: Mapped[Person] = relationship(foreign_keys=by_id)
    ended_by: Mapped[Person | None] = relationship(foreign_keys=ended_by_id)

    @property
    def state(self) -> str:
        """open, done or dropped."""
        return "done" if self.done_on else "dropped" if self.dropped_on else "open"


class SurveyReport(Base):
    """What a closed survey wave said, as JSON text, with its SHA-256 and the version of the method. Never changed."""

    __tablename__ = "survey_report"

    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"), primary_key=True, autoincrement=False)
    closed_at: Mapped[datetime]
    method: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    checksum: Mapped[str] = mapped_column(String(64))

    wave: Mapped[SurveyWave] = relationship()


class SurveySuggestionPage(Base):
    """A hundred suggestions about one department, shuffled before they were written. The document has their checksum."""

    __tablename__ = "survey_suggestion_page"

    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"), primary_key=True, autoincrement=False)
    department_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[list[Any]]


class LowRatingCase(Base):
    """A score of five or less with its comment, for the leads of the department: opened when the month closes.

    Like the rating it came from, it has no ticket, no author and no time; the random key gives no order. Answered once,
    by an improvement that is published or by a note.
    """

    __tablename__ = "low_rating_case"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 10", name="scale"),
        Index("ix_low_rating_case_department_id", "department_id", "month", "id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    metric: Mapped[str] = mapped_column(String(16))
    score: Mapped[int]
    comment: Mapped[str] = mapped_column(Text)
    improvement_id: Mapped[int | None] = mapped_column(ForeignKey("improvement.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    department: Mapped[Department] = relationship()
    improvement: Mapped[Improvement | None] = relationship()
    answered_by: Mapped[Person | None] = relationship()


class ThankYou(Base):
    """A note of thanks for who served, kept when its month closes: without author, ticket and time, in no order. One that
    is not `published` is told to that person alone: how many there are would say how many answered."""

    __tablename__ = "thank_you"
    __table_args__ = (
        Index("ix_thank_you_department_id", "department_id", "month", "id"),
        Index("ix_thank_you_person_id", "person_id", "month", "id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    published: Mapped[bool] = mapped_column(default=True)

    department: Mapped[Department] = relationship()
    person: Mapped[Person | None] = relationship()
