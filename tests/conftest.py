"""What every test can ask for: the desk on a migrated database, one savepoint a test, the cast, and clients of the doors.

The schema is made by the migrations and the company is founded once for each test process; a test then
runs inside one outer transaction that is rolled back. Tests that need real commits take `own_desk`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import flask_migrate
import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck, settings

from config import for_tests
from servicedesk.app import create_app
from servicedesk.kernel import events
from servicedesk.kernel.db import KNOWN
from servicedesk.kernel.db import db as handle
from servicedesk.people.actions import signing_in
from servicedesk.people.models import Person
from servicedesk.wiring import REACTIONS
from tests import cast as company
from tests import doors
from tests.databases import KIND, Database, new_database

# The suite answers the same for the same code; who looks for new cases says --hypothesis-profile=thorough.
settings.register_profile(
    "desk", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile(
    "thorough", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("desk")


# Hashing is made dear on purpose; here nobody guesses.
signing_in._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
signing_in._NOBODY = signing_in._hasher.hash("nobody has this password")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only the tests that ask for a desk's database: all the others would do the very same once more."""
    if KIND == "sqlite":
        return
    needless = [item for item in items if "templates" not in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=needless)
    items[:] = [item for item in items if "templates" in getattr(item, "fixturenames", ())]


@dataclass(frozen=True)
class Templates:
    """Databases to copy: `bare` has the schema alone, `founded` the company and its people as well."""

    bare: Database
    founded: Database


class Place:
    """An application whose database is made anew from a template for each test, under the same address."""

    def __init__(self, template: Database) -> None:
        self.template, self.database = template, template.copy()
        self.desk = create_app(for_tests(self.database.url))

    @contextmanager
    def made_anew(self) -> Iterator[Flask]:
        events.connect(REACTIONS)
        self.database.become(self.template)
        self.desk.extensions.pop(KNOWN, None)
        yield self.desk
        with self.desk.app_context():
            handle.session.remove()
            handle.engine.dispose()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    bare = new_database(tmp_path_factory.mktemp("databases"))
    with _desk_on(bare):
        flask_migrate.upgrade()
    founded = bare.copy()
    with _desk_on(founded):
        company.found_company()
    yield Templates(bare, founded)
    founded.drop()
    bare.drop()


@pytest.fixture(scope="session")
def desk(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application of this test process. Tests take `app`."""
    database = templates.founded.copy()
    application = create_app(for_tests(database.url, files_dir=tmp_path_factory.mktemp("files")))
    yield application
    with application.app_context():
        handle.engine.dispose()
    database.drop()


@pytest.fixture
def app(desk: Flask) -> Iterator[Flask]:
    """The application with its context, inside a transaction that is rolled back after the test."""
    with in_a_savepoint(desk):
        yield desk


@contextmanager
def in_a_savepoint(desk: Flask) -> Iterator[None]:
    """Every session joins one connection with a savepoint, so commits of the code under test are savepoints too.

    Work in other threads or processes does not see it: take `own_desk` for that.
    """
    events.connect(REACTIONS)
    # What was read in another test was never committed.
    desk.extensions.pop(KNOWN, None)
    engines = handle._app_engines[desk]
    engine = engines[None]
    with engine.connect().execution_options(write=True) as connection:
        outer = connection.begin()
        connection.url = engine.url  # type: ignore[attr-defined]  # what the handle's repr() asks an engine for
        engines[None] = connection  # type: ignore[assignment]  # a session takes either
        try:
            with desk.app_context():
                yield
        finally:
            engines[None] = engine
            outer.rollback()


@pytest.fixture
def db(app: Flask) -> Any:
    """The database handle with a session for this test."""
    return handle


@pytest.fixture(scope="session")
def places(templates: Templates) -> Iterator[tuple[Place, Place]]:
    """Where `own_desk` and `bare_desk` stand: making an application takes longer than most tests."""
    own, bare = Place(templates.founded), Place(templates.bare)
    yield own, bare
    own.database.drop()
    bare.database.drop()


@pytest.fixture
def own_desk(places: tuple[Place, Place]) -> Iterator[Flask]:
    """The desk with the company on a database of its own, where a commit is a commit: for threads and processes.

    No application context is pushed: each thread takes `with own_desk.app_context()`.
    """
    with places[0].made_anew() as desk:
        yield desk


@pytest.fixture
def bare_desk(places: tuple[Place, Place]) -> Iterator[Flask]:
    """The same without a single row: the desk before its first run."""
    with places[1].made_anew() as desk:
        yield desk


@pytest.fixture
def cast(app: Flask) -> company.Cast:
    return company.load_cast()


@pytest.fixture
def client(app: Flask) -> doors.Browser:
    """A browser nobody is signed in at. `client.sign_in(maria)` changes that."""
    return doors.browser(app)


@pytest.fixture
def api(app: Flask) -> doors.Program:
    """A program without a token. `api.as_person(maria)` gives it one."""
    return doors.program(app)


@pytest.fixture
def count_queries(app: Flask) -> Iterator[Callable[[], int]]:
    """How many statements the desk has sent since it was last asked."""
    from sqlalchemy import event

    seen: list[str] = []
    connection = handle.engine

    def remember(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    def since_last_time() -> int:
        number = len(seen)
        seen.clear()
        # What is known for good is read again, so that the first count has nothing that the next one has not.
        app.extensions.pop(KNOWN, None)
        return number

    event.listen(connection, "before_cursor_execute", remember)
    yield since_last_time
    event.remove(connection, "before_cursor_execute", remember)


@pytest.fixture
def maria(cast: company.Cast) -> Person:
    """Asks; works in sales."""
    return cast.maria


@pytest.fixture
def boris(cast: company.Cast) -> Person:
    """Leads Maria's department, sales."""
    return cast.boris


@pytest.fixture
def igor(cast: company.Cast) -> Person:
    """Agent of IT."""
    return cast.igor


@pytest.fixture
def olga(cast: company.Cast) -> Person:
    """Leads IT."""
    return cast.olga


@pytest.fixture
def anna(cast: company.Cast) -> Person:
    """Agent of HR."""
    return cast.anna


@pytest.fixture
def stranger(cast: company.Cast) -> Person:
    """From legal; must see nothing."""
    return cast.stranger


@pytest.fixture
def adam(cast: company.Cast) -> Person:
    """Administers."""
    return cast.adam


@pytest.fixture
def rita(cast: company.Cast) -> Person:
    """Reads reports."""
    return cast.rita


@contextmanager
def _desk_on(database: Database) -> Iterator[None]:
    """An application on `database` with its context, disconnected at the end so that the database can be copied."""
    with create_app(for_tests(database.url)).app_context():
        try:
            yield
        finally:
            handle.session.remove()
            handle.engine.dispose()
