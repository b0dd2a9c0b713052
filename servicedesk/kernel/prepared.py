"""Statements that PostgreSQL plans once for a connection: planning the larger ones of a page takes longer than answering them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg._preparing import PrepareManager
from sqlalchemy import Engine, bindparam, event, func, select, true

from servicedesk.kernel.db import db

# Kept by one connection: a few hundred statements make up all pages.
MOST = 400


class Prepared(PrepareManager):
    """Psycopg forgets what is prepared at every rollback, for a table may have been made before it and be there no more.
    Here only migrations make tables, by connections of their own, and every answer that has only read ends with a rollback."""

    prepared_max = MOST

    def clear(self) -> bool:
        return False


def keep_prepared(engine: Engine) -> None:
    """Every new connection of this engine keeps what it has prepared. Nothing is done for SQLite, which plans in no time."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _keep)


@contextmanager
def planned_by_values() -> Iterator[None]:
    """What is asked meanwhile PostgreSQL plans by the values it is asked with: for lists under conditions that leave over
    nearly all rows or hardly any, where no one plan is good for every value."""
    if db.engine.dialect.name != "postgresql":
        yield
        return
    mode = select(func.set_config("plan_cache_mode", bindparam("mode"), true()))
    db.session.execute(mode, {"mode": "force_custom_plan"})
    yield
    # Where something was raised, the rollback takes it back.
    db.session.execute(mode, {"mode": "auto"})


def _keep(connection: Any, _record: Any) -> None:
    connection._prepared = Prepared()
