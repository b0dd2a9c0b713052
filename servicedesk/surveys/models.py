"""Tables of surveys. An invitation knows a person, a sheet of answers does not; nothing in the database joins the two."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class SurveyRhythm(Base):
    """The one row that says how often waves start by themselves. Without it: every quarter."""

    __tablename__ = "survey_rhythm"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("rhythm IN ('quarterly', 'half_yearly', 'off')", name="known_rhythm"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    rhythm: Mapped[str] = mapped_column(String(16))


class SurveyWave(Base):
    """One wave: about which days it asks, until when it may be answered.

    `secret` is the database's half of the key to its sheets and `check` recognises the other half (ratings/sealing.py);
    both are None once the wave is closed.
    """

    __tablename__ = "survey_wave"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(16), unique=True)
    about_from: Mapped[date]
    about_until: Mapped[date]
    started_on: Mapped[date]
    closes_on: Mapped[date]
    secret: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    check: Mapped[bytes | None] = mapped_column(LargeBinary(16))

    @property
    def last_day(self) -> date:
        """The last one it asks about; `about_until` is the day after."""
        return self.about_until - timedelta(days=1)

    @property
    def open(self) -> bool:
        return self.secret is not None


class SurveyInvitation(Base):
    """A person is to be asked about these departments. It is the same before and after the answer.

    `id` is random and goes, signed, into the link. `issued_on` is None while the person's weekly quota has no room;
    `reminded` says that the day of the reminder is over, whether one was needed or not. Erased when the wave closes.
    """

    __tablename__ = "survey_invitation"
    __table_args__ = (
        UniqueConstraint("wave_id", "person_id"),
        Index("ix_survey_invitation_person_id", "person_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    department_ids: Mapped[list[Any]]
    issued_on: Mapped[date | None]
    reminded: Mapped[bool] = mapped_column(default=False)


class SurveySheet(Base):
    """The answers of one person in one wave, sealed, under a name that only the holder of SECRET_KEY can tell.

    No time and no order of arrival (no rowid); erased when the wave closes.
    """

    __tablename__ = "survey_sheet"
    __table_args__ = (Index("ix_survey_sheet_wave_id", "wave_id"), {"sqlite_with_rowid": False})

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("survey_wave.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
