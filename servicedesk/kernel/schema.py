"""Whether the database answers, which one it is, and whether its tables are those of this version."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from servicedesk.kernel.db import db


def answers() -> bool:
    """Whether a statement comes back from the database."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def product() -> str:
    """Name and version of the database, such as "SQLite 3.51.0"."""
    dialect = db.engine.dialect
    asked = "SELECT sqlite_version()" if dialect.name == "sqlite" else "SHOW server_version"
    version = str(db.session.scalar(text(asked))).partition(" ")[0]
    return f"{'SQLite' if dialect.name == 'sqlite' else 'PostgreSQL'} {version}"


def is_current(migrations: Path) -> bool:
    """Whether the database stands at the newest of the scripts in the folder `migrations`."""
    try:
        at = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return at == _newest(migrations)


def let_go() -> None:
    """End the reading transaction of the questions above: a process that stays would keep an old state of the database
    alive, and others would wait for it (`wipe_traces` does, with every writer behind it)."""
    db.session.rollback()


@cache
def _newest(migrations: Path) -> set[str]:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    return set(ScriptDirectory.from_config(config).get_heads())
