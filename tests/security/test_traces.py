"""After a month is closed nothing that told its raters apart is left in the files of the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from servicedesk.jobs.months import close_months
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings.actions import rate, wipe_traces_of_opinions
from servicedesk.ratings.models import Invitation, Rating, RatingMonth
from tests.build import open_ticket, resolve
from tests.cast import at, by, load_cast
from tests.cli.conftest import runner_of
from tests.opinions import KEYS

PAGES = text(
    "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
    " WHERE relname IN ('rating', 'rating_month', 'rating_answered', 'pg_statistic')"
    " OR oid = (SELECT reltoastrelid FROM pg_class WHERE relname = 'rating')"
)


def by_worker(_desk):
    close_months(at("2026-05-20 12:00"))


def by_hand(desk):
    assert "is closed" in runner_of(desk)("desk", "report", "close", "2026-04").stdout


@pytest.mark.parametrize("close", [by_worker, by_hand])
def test_blind_tokens_and_the_secret_leave_the_files(own_desk, close):
    with own_desk.app_context():
        cast = load_cast()
        for person in (cast.maria, cast.stranger):
            ticket = open_ticket(person)
            resolve(ticket, cast.igor, "2026-04-06 11:00")
            _rate(ticket.id)
        # The middle of what is sealed: the database may keep a value in parts.
        marks = [row.sealed[1000:1060] for row in db.session.query(Rating)]
        marks += [row.secret for row in db.session.query(RatingMonth)]
        assert len(marks) == 3 and all(marks)
        db.session.rollback()
        _settle_and_sample()
        assert _files_with(marks)
        close(own_desk)
        # Other tests' transactions on the same server may have kept dead rows in their place: the daily sweep goes on.
        for _ in range(5):
            if _files_with(marks):
                wipe_traces_of_opinions()
        assert not _files_with(marks)


def _rate(ticket_id):
    with transaction():
        invitation = db.session.query(Invitation).filter_by(ticket_id=ticket_id).one()
        rate(by(None, "2026-04-06 12:00"), invitation, keys=KEYS, scores={"quality": 9, "speed": 9, "helpfulness": 9})


def _settle_and_sample():
    """What a database does by itself sooner or later."""
    if db.engine.dialect.name != "sqlite":
        _alone("ANALYZE", "CHECKPOINT")


def _files_with(marks):
    """Names of the files in which one of the marks stands."""
    return [name for name, stored in _files() if any(mark in stored for mark in marks)]


def _files():
    if db.engine.dialect.name == "sqlite":
        path = Path(db.engine.url.database)
        return [(file.name, file.read_bytes()) for file in path.parent.glob(f"{path.name}*")]
    _alone("CHECKPOINT")
    found = [(name, bytes(stored)) for name, stored in db.session.execute(PAGES)]
    db.session.rollback()
    return found


def _alone(*statements):
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
