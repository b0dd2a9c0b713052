"""A change that waits for another one too long is a sentence, not a fault."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Busy
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from tests.cast import FOUNDED, by


def test_a_change_that_waits_too_long_is_busy(own_desk: Flask) -> None:
    with own_desk.app_context():
        sqlite = db.engine.dialect.name == "sqlite"
        with db.engine.connect().execution_options(write=True) as other, other.begin():
            other.execute(text("UPDATE person SET theme = 'dark' WHERE email = 'maria@example.com'"))
            with pytest.raises(Busy, match="Try again"):
                change(sqlite)
        with transaction():
            assert who.person_by_email("maria@example.com") is not None


def change(sqlite: bool) -> None:
    if sqlite:
        with db.engine.connect() as connection:
            # The pool hands the same connection out again.
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
    with transaction():
        if not sqlite:
            db.session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        maria = who.person_by_email("maria@example.com")
        assert maria is not None
        people.change_person(by(None, FOUNDED, "cli"), maria, {"theme": "light"})
