"""On PostgreSQL, what a page asks again is planned once, although every answer ends with a rollback."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from servicedesk.kernel.db import db
from servicedesk.kernel.prepared import planned_by_values
from servicedesk.people import queries
from tests.databases import KIND

pytestmark = pytest.mark.skipif(KIND != "postgresql", reason="SQLite plans in no time")


def test_a_statement_stays_prepared_when_what_was_read_is_rolled_back(own_desk: Flask) -> None:
    with own_desk.app_context():
        for _ in range(8):
            queries.person_by_email("maria@example.com")
            db.session.rollback()
        prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert [one for one in prepared if "FROM person" in one]


def test_what_was_written_is_rolled_back_all_the_same(own_desk: Flask) -> None:
    with own_desk.app_context():
        for _ in range(8):
            db.session.execute(text("UPDATE person SET name = 'Nobody' WHERE email = 'maria@example.com'"))
            db.session.rollback()
        found = queries.person_by_email("maria@example.com")
    assert found is not None
    assert found.name != "Nobody"


def test_what_is_planned_by_values_is_so_for_a_while_only(own_desk: Flask) -> None:
    mode = text("SHOW plan_cache_mode")
    with own_desk.app_context():
        with planned_by_values():
            assert db.session.scalar(mode) == "force_custom_plan"
        assert db.session.scalar(mode) == "auto"
