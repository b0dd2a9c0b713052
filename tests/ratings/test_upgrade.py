"""Opinions from before they were sealed are carried over: read as before at the close, each rater still one."""

from __future__ import annotations

import hashlib
import hmac

import flask_migrate
import pytest
from sqlalchemy import MetaData, text

from config import for_tests
from servicedesk.app import create_app
from servicedesk.kernel.db import db
from servicedesk.ratings import queries
from servicedesk.ratings.models import Invitation, RatingMonth
from servicedesk.ratings.sealing import Seal
from tests.databases import new_database

pytestmark = pytest.mark.slow

BEFORE = "20261130_0200"
SECRET = b"s" * 32


def test_opinions_of_open_months_are_sealed_and_those_of_closed_ones_go(tmp_path):
    database = new_database(tmp_path, "sqlite")
    with create_app(for_tests(database.url)).app_context():
        try:
            flask_migrate.upgrade(revision=BEFORE)
            write_what_was_there()
            flask_migrate.upgrade()
            (row,) = queries.opened("2026-04", ())
            assert (row.quality, row.speed, row.helpfulness, row.comment) == (3, None, 8, "Slow.")
            assert row.rater == Seal(SECRET, "").blind(7)
            assert list(queries.opened("2026-03", ())) == []
            assert db.session.get(RatingMonth, "2026-03").check is None
            assert queries.answered((), ["a" * 32, "b" * 32]) == {"a" * 32}
            assert [invitation.withdrawn for invitation in db.session.query(Invitation)] == [False, False]
        finally:
            db.session.remove()
            db.engine.dispose()
            database.drop()


def write_what_was_there():
    tables = MetaData()
    tables.reflect(db.engine)
    token = hmac.new(SECRET, b"7", hashlib.sha256).digest()
    rating = {
        "department_id": 1, "request_type_id": None, "customer_department_id": 2, "served_by_id": None, "quality": 3,
        "speed": None, "helpfulness": 8, "comment": "Slow.",
    }  # fmt: skip
    invitation = {
        "ticket_id": 1, "person_id": 7, "month": "2026-04", "department_id": 1, "issued_on": "2026-04-06",
        "expires_on": "2026-04-20", "reminded": False,
    }  # fmt: skip
    with db.engine.connect().execution_options(write=True) as connection, connection.begin():
        person = {"id": 7, "email": "maria@example.com", "name": "Maria", "language": "ru", "active": True}
        for name, rows in {
            "department": [{"id": 1, "key": "it"}, {"id": 2, "key": "sales"}],
            "person": [person],
            "ticket": [
                {
                    "id": 1,
                    "requester_id": 7,
                    "registrar_id": 7,
                    "department_id": 1,
                    "status": "resolved",
                    "priority": "normal",
                    "ball": "none",
                }
            ],
            "rating_month": [{"month": "2026-04", "secret": SECRET}, {"month": "2026-03", "secret": None}],
            "rating": [
                rating | {"id": "1" * 32, "month": "2026-04", "blind_token": token},
                rating | {"id": "2" * 32, "month": "2026-03", "blind_token": None},
            ],
            "rating_invitation": [
                invitation | {"id": "a" * 32, "open": False},
                invitation | {"id": "b" * 32, "open": True},
            ],
        }.items():
            columns = tables.tables[name].columns
            for row in rows:
                wanted = {c.name for c in columns if not c.nullable and c.name not in row and c.server_default is None}
                full = row | {column: _something(columns[column]) for column in wanted}
                places = ", ".join(f":{column}" for column in full)
                quoted = ", ".join(f'"{column}"' for column in full)
                connection.execute(text(f"INSERT INTO {name} ({quoted}) VALUES ({places})"), full)


def _something(column):
    return "2026-04-01 00:00:00" if "TIME" in str(column.type) else 0 if "INT" in str(column.type) else "[]"
