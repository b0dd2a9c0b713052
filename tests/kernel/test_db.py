"""The two profiles of the database and the type of instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import exc, select, text

from servicedesk.kernel.db import UtcDateTime
from servicedesk.kernel.db import db as handle
from servicedesk.kernel.once import JobRun
from servicedesk.kernel.transaction import transaction

numbers = count()


def test_a_naive_instant_never_gets_in(db):
    with pytest.raises(exc.StatementError, match="naive"), transaction():
        db.session.add(JobRun(job="x", slot="1", started_at=datetime(2026, 4, 6, 9)))


@given(
    moment=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    offset=st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_comes_back_equal_and_in_utc(db, moment, offset):
    given_value = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    with transaction():
        row = JobRun(job="x", slot=f"{next(numbers)}", started_at=given_value)
        db.session.add(row)
        db.session.flush()
        number = row.id
    found = db.session.execute(select(JobRun.started_at).where(JobRun.id == number)).scalar_one()
    assert found == given_value
    assert found.tzinfo is UTC or found.utcoffset() == timedelta(0)


def test_instants_sort_as_they_happened(db):
    """Also where SQLite keeps them as texts."""
    moments = [
        datetime(2026, 4, 6, 9, tzinfo=UTC),
        datetime(2026, 4, 6, 9, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 4, 6, 12, 30, tzinfo=timezone(timedelta(hours=3))),
    ]
    with transaction():
        for number, moment in enumerate(reversed(moments)):
            db.session.add(JobRun(job="x", slot=str(number), started_at=moment))
    assert list(db.session.scalars(select(JobRun.started_at).order_by(JobRun.started_at))) == moments


def test_none_is_none():
    assert UtcDateTime().process_bind_param(None, None) is None
    assert UtcDateTime().process_result_value(None, None) is None


def test_sqlite_runs_as_measured(own_desk):
    if not own_desk.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        pytest.skip("settings of SQLite")
    with own_desk.app_context():
        settings = {
            name: handle.session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }
        version = tuple(int(part) for part in handle.session.scalar(text("SELECT sqlite_version()")).split("."))
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "secure_delete": 1,
    }
    assert version >= (3, 51, 3)


def test_a_reference_that_leads_nowhere_is_refused(db):
    with pytest.raises(exc.IntegrityError), transaction():
        db.session.execute(text("INSERT INTO watcher (ticket_id, person_id) VALUES (999999, 999999)"))


def test_a_fault_does_not_quote_what_people_wrote(db):
    with pytest.raises(exc.DBAPIError) as fault, transaction():
        db.session.execute(text("INSERT INTO no_such_table VALUES (:words)"), {"words": "My boss shouts"})
    assert "My boss shouts" not in repr(fault.value)
    assert "My boss shouts" not in str(fault.value)
