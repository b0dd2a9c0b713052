"""Callers of every kind, and trying a route within a savepoint of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from servicedesk.kernel.db import db as handle
from tests import doors
from tests.cast import load_cast
from tests.conftest import in_a_savepoint
from tests.security.scene import set_scene
from tests.security.trying import Caller


@pytest.fixture(scope="module")
def app(desk):
    """One transaction for all tests of a file: what a caller changes is taken back after each call."""
    with in_a_savepoint(desk):
        yield desk


@pytest.fixture(scope="module")
def cast(app):
    return load_cast()


@pytest.fixture(scope="module")
def scene(cast, app):
    return set_scene(cast, app.secret_key)


@pytest.fixture(scope="module")
def browsers(app, cast, scene):
    """A browser for everybody, and one nobody is signed in at."""
    found = {name: doors.browser(app).sign_in(person) for name, person in cast.everybody().items()}
    return {name: Caller(name, client) for name, client in (found | {"nobody": doors.browser(app)}).items()}


@pytest.fixture(scope="module")
def programs(app, cast, scene):
    """A program with a token of everybody, and one without."""
    found = {name: doors.program(app).as_person(person) for name, person in cast.everybody().items()}
    return {name: Caller(name, client) for name, client in (found | {"nobody": doors.program(app)}).items()}


@pytest.fixture
def writes(app):
    """Statements that changed rows since the list was cleared."""
    seen = []

    def remember(_connection, _cursor, statement, *_):
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "REPLACE")):
            seen.append(statement)

    event.listen(handle.engine, "before_cursor_execute", remember)
    yield seen
    event.remove(handle.engine, "before_cursor_execute", remember)
