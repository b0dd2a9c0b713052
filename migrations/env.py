"""How migrations run: on the application's own engine, one transaction for all steps, in batches on SQLite.

Versions name only plain SQLAlchemy types, so that they stay true when the program moves on.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import DateTime
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.types import TypeDecorator


def run() -> None:
    settings = current_app.extensions["migrate"]
    with _engine(settings.db).connect() as connection:
        _guard_foreign_keys(connection, on=False)
        connection = connection.execution_options(write=True)
        context.configure(
            connection=connection, target_metadata=settings.db.metadata, render_item=_render, **settings.configure_args
        )
        with context.begin_transaction():
            context.run_migrations()
            _refuse_broken_references(connection)
        _guard_foreign_keys(connection, on=True)


def _engine(db: Any) -> Engine:
    engine: Engine = db.engine
    return engine


def _guard_foreign_keys(connection: Connection, *, on: bool) -> None:
    """SQLite rebuilds a table by dropping it, which enforced references would forbid; PRAGMA works only outside a transaction."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _refuse_broken_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration leaves references that lead nowhere: {broken[:5]}")


def _render(kind: str, item: Any, _context: Any) -> str | bool:
    if kind == "type" and isinstance(item, TypeDecorator) and isinstance(item.impl, DateTime):
        return "sa.DateTime(timezone=True)"
    return False


run()
