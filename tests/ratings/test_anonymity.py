"""Rating and person cannot be joined: the whole database is read before and after, and nothing else has changed."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from sqlalchemy import select, text

from servicedesk.kernel.db import Base, db
from servicedesk.kernel.events import Event
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings import actions
from servicedesk.ratings.models import AnsweredInvitation, Invitation, Rating
from servicedesk.wiring import REACTIONS
from tests.build import open_ticket, resolve
from tests.cast import by
from tests.opinions import KEYS

COMMENT = "Seventeen calls and a pigeon"
SCORES = {"quality": 3, "speed": 2, "helpfulness": 4}


def dump():
    """Every row of every table as texts."""
    tables = {}
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(select(table)).all()
        tables[table.name] = [tuple(_plain(value) for value in row) for row in rows]
    return tables


def _plain(value):
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return json.dumps(value, default=str, sort_keys=True)


@pytest.fixture
def story(maria, igor, db):
    """The database before and after Maria rated one of her two resolved requests."""
    for _ in range(2):
        resolve(open_ticket(maria), igor, "2026-04-06 16:00")
    invitation = db.session.scalars(select(Invitation)).first()
    before = dump()
    with transaction():
        actions.rate(by(maria, "2026-04-07 10:00"), invitation, keys=KEYS, scores=SCORES, comment=COMMENT)
    db.session.expire_all()
    return before, dump()


def test_rating_adds_three_rows_and_changes_none(story):
    before, after = story
    changed = {}
    for name in after:
        gone = Counter(before[name]) - Counter(after[name])
        new = Counter(after[name]) - Counter(before[name])
        if gone or new:
            changed[name] = (gone.total(), new.total())
    assert changed == {"rating": (0, 1), "rating_answered": (0, 1), "rating_month": (0, 1)}


def test_no_other_table_holds_anything_of_the_rating(story):
    row = db.session.scalars(select(Rating)).one()
    traces = {row.id, row.sealed.hex(), json.dumps(COMMENT), COMMENT}
    for name, rows in story[1].items():
        for found in rows:
            assert name == "rating" or not any(trace in value for value in found for trace in traces), name


def test_the_table_has_no_author_no_ticket_and_no_time(story):
    assert set(Rating.__table__.columns.keys()) == {"id", "month", "sealed"}
    assert set(AnsweredInvitation.__table__.columns.keys()) == {"name"}


def test_nothing_refers_to_a_rating_and_a_rating_to_no_invitation():
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.column.table.name != "rating", table.name
    assert not Rating.__table__.foreign_keys and not AnsweredInvitation.__table__.foreign_keys


def test_its_number_is_random_and_rows_have_no_order_of_arrival(story):
    row = db.session.scalars(select(Rating)).one()
    assert len(row.id) == 32
    assert Rating.__table__.primary_key.columns["id"].autoincrement is not True
    if db.engine.dialect.name == "sqlite":
        made = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'rating'"))
        assert "WITHOUT ROWID" in made


def test_no_event_tells_of_a_rating_and_no_audit_of_a_question():
    from servicedesk.audit.reactions import record
    from servicedesk.ratings import events

    kinds = [
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    ]
    assert {kind.__name__ for kind in kinds} == {"RatingAsked", "RatingSigned", "RatingWithdrawn"}
    assert all(record not in REACTIONS[kind] for kind in kinds)
