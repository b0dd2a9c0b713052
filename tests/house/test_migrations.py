"""Migrations: one head, the tables that the models declare, and a way there and back on both databases."""

from __future__ import annotations

import re
from contextlib import contextmanager

import flask_migrate
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from config import for_tests
from servicedesk.app import create_app
from servicedesk.kernel.db import db
from tests.databases import new_database
from tests.house.sources import ROOT

pytestmark = pytest.mark.slow

VERSIONS = ROOT / "migrations" / "versions"
BOTH = pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])


def test_there_is_one_head():
    settings = Config()
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    assert len(ScriptDirectory.from_config(settings).get_heads()) == 1


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_a_version_is_named_by_its_date_and_stands_alone(path):
    assert re.fullmatch(r"\d{8}_\d{4}_[a-z0-9_]+", path.stem)
    assert not re.search(r"^\s*(import|from) servicedesk", path.read_text("utf-8"), re.MULTILINE)


@BOTH
def test_the_migrations_make_what_the_models_say(kind, tmp_path):
    migrated, declared = new_database(tmp_path, kind), new_database(tmp_path, kind)
    try:
        with _desk(migrated):
            flask_migrate.upgrade()
            found = _schema()
        with _desk(declared):
            db.create_all()
            wanted = _schema()
        assert found == wanted
    finally:
        migrated.drop()
        declared.drop()


@BOTH
def test_down_leaves_nothing_and_up_again_makes_the_same(kind, tmp_path):
    database = new_database(tmp_path, kind)
    try:
        with _desk(database):
            flask_migrate.upgrade()
            first = _schema()
            flask_migrate.downgrade(revision="base")
            assert [name for name in inspect(db.engine).get_table_names() if name != "alembic_version"] == []
            flask_migrate.upgrade()
            assert _schema() == first
    finally:
        database.drop()


@contextmanager
def _desk(database):
    """The application on a database, disconnected at the end."""
    with create_app(for_tests(database.url)).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


def _schema():
    """Tables, columns, constraints and indexes in the database's own words."""
    queries = {
        "sqlite": ["SELECT type, name, sql FROM sqlite_master WHERE tbl_name != 'alembic_version' AND sql IS NOT NULL"],
        "postgresql": [
            """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name != 'alembic_version'""",
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text != 'alembic_version'""",
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename != 'alembic_version'",
        ],
    }[db.engine.dialect.name]
    with db.engine.connect() as connection:
        return sorted(_told(row) for query in queries for row in connection.execute(text(query)))


def _told(row):
    """A row as text; the columns and constraints of a CREATE TABLE in one order, without the way it is laid out."""
    words = [re.sub(r"\s+", " ", str(value)).replace('"', "") for value in row]
    if row[0] == "table":
        body, _, after = words[2].partition("(")[2].rpartition(")")
        return (
            *words[:2],
            *sorted(part.strip() for part in re.split(r", (?=CONSTRAINT |[a-z_]+ [A-Z])", body)),
            after.strip(),
        )
    return tuple(words)
