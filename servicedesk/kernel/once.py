"""Things that must happen once: a job in its time slot, an API call with its idempotency key."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Index, Integer, String, Text, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base, db, insert_new


class JobRun(Base):
    """One run of a job: the unique (job, slot) row lets any number of workers run it once."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "slot"), Index("ix_job_run_started_at", "started_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(64))
    slot: Mapped[str] = mapped_column(String(32))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)


class KeptAnswer(Base):
    """The answer an API call got, kept for a day under the caller's idempotency key."""

    __tablename__ = "kept_answer"

    person_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    body: Mapped[str] = mapped_column(Text)
    location: Mapped[str | None] = mapped_column(String(300))
    etag: Mapped[str | None] = mapped_column(String(100))
    kept_at: Mapped[datetime] = mapped_column(index=True)


def claim(job: str, slot: str, at: datetime) -> bool:
    """True for the one caller that may run `job` in `slot`. Call inside a transaction."""
    return insert_new(JobRun, [{"job": job, "slot": slot, "started_at": at}]) == 1


def finish(job: str, slot: str, at: datetime, failure: str | None = None) -> None:
    run = db.session.scalars(select(JobRun).where(JobRun.job == job, JobRun.slot == slot)).one()
    run.finished_at, run.failure = at, failure


def last_runs() -> list[JobRun]:
    """The newest run of every job."""
    newest = select(JobRun.job, db.func.max(JobRun.id).label("id")).group_by(JobRun.job).subquery()
    return list(db.session.scalars(select(JobRun).join(newest, JobRun.id == newest.c.id).order_by(JobRun.job)))


def kept_answer(person_id: int, key: str) -> KeptAnswer | None:
    return db.session.get(KeptAnswer, (person_id, key))


def claim_answer(answer: KeptAnswer) -> bool:
    """Keep `answer` if its key is free; False where it is taken, also by somebody who is a moment ahead.

    Call inside a transaction: on PostgreSQL it waits until the one who is ahead has finished.
    """
    return (
        insert_new(KeptAnswer, [{column.key: getattr(answer, column.key) for column in KeptAnswer.__table__.columns}])
        == 1
    )


def keep_answer(answer: KeptAnswer) -> None:
    db.session.add(answer)


def forget_old(at: datetime) -> None:
    """Drop kept answers older than a day and job runs older than two days."""
    db.session.execute(delete(KeptAnswer).where(KeptAnswer.kept_at < at - timedelta(days=1)))
    db.session.execute(delete(JobRun).where(JobRun.started_at < at - timedelta(days=2)))
