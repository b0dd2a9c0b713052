"""The database handle, its two profiles (SQLite, PostgreSQL) and column types; never a table of a subject."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, MetaData, event, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, registry
from sqlalchemy.types import JSON, TypeDecorator

# Names for every constraint, so that batch migrations on SQLite can address them.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


T = TypeVar("T")
# Of a session: a change is under way in it.
OPEN = "transaction is open"
# Of an application: what it knows for good, of so many rows.
KNOWN, KNOWN_FOR_GOOD = "known for good", 1000
WIPE_ATTEMPTS = 60


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values, stores and returns UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime reached the database: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Declared(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON, dict[str, str]: JSON,
        },
    )  # fmt: skip


# expire_on_commit off: a door shows what it has just saved without asking again;
# every transaction begins with a rollback, which expires what was read before it.
db = SQLAlchemy(
    model_class=_Declared,
    session_options={"expire_on_commit": False, "join_transaction_mode": "create_savepoint"},
)


# What every table is declared on.
if TYPE_CHECKING:
    Base = _Declared
else:
    Base = db.Model


def remembered(key: str, load: Callable[[], T]) -> T:
    """What `load` gives, asked once for the rest of this transaction (or of this request, where none is open)."""
    kept = db.session.info.setdefault("remembered", {})
    if key not in kept:
        kept[key] = load()
    result: T = kept[key]
    return result


def known_for_good(key: str, load: Callable[[], T]) -> T:
    """What `load` gives, kept by this process for as long as it lives: for rows that never change once they are committed,
    told by their number. What is read inside a change may never be committed, and is remembered no longer than that."""
    kept = current_app.extensions.setdefault(KNOWN, {})
    if key in kept:
        result: T = kept[key]
        return result
    loaded = remembered(key, load)
    if not db.session.info.get(OPEN):
        if len(kept) >= KNOWN_FOR_GOOD:
            kept.clear()
        kept[key] = loaded
    return loaded


def remember(key: str, value: Any) -> None:
    """Put what is known anyway where `remembered` will find it."""
    db.session.info.setdefault("remembered", {})[key] = value


def forget_remembered() -> None:
    """Called at the end of every transaction, and by an action that changes what others remember."""
    db.session.info.pop("remembered", None)


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether the database gave up waiting for somebody else's change (or broke a deadlock)."""
    if db.engine.dialect.name == "sqlite":
        return "database is locked" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) in ("55P03", "40P01")


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a row of the same key stands there already."""
    if db.engine.dialect.name == "sqlite":
        return "UNIQUE constraint failed" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) == "23505"


def insert_new(table: type[Any], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert those of `rows` whose unique keys nobody has; how many they were. Both databases write it differently."""
    into = sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert
    insert = into(table).values([dict(row) for row in rows]).on_conflict_do_nothing()
    # Without the option SQLAlchemy forgets the count of an INSERT on PostgreSQL and says -1.
    done = db.session.execute(insert, execution_options={"preserve_rowcount": True})
    return int(done.rowcount)  # type: ignore[attr-defined]


def found_among(column: InstrumentedAttribute[str], values: Collection[str]) -> set[str]:
    """Those of the values that a row has in this column. Never asks for more than a thousand at once."""
    wanted, found = list(values), set[str]()
    for begin in range(0, len(wanted), 1000):
        found.update(db.session.scalars(select(column).where(column.in_(wanted[begin : begin + 1000]))))
    return found


def wipe_traces(*tables: str) -> bool:
    """After rows were erased: take their old versions out of the files as well. Call outside a transaction.

    False when some had to stay, because a transaction elsewhere may still see them: call again later.

    On SQLite the write-ahead log is emptied. On PostgreSQL `tables` are written into new files: a plain VACUUM frees
    the room of dead rows, but their bytes stay in it until something else is stored there.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if db.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return True
        gone = [_write_anew(connection, table) for table in tables]
        for table in tables:
            connection.exec_driver_sql(f"ANALYZE {table}")
        return all(gone)


def _write_anew(connection: Connection, table: str) -> bool:
    """VACUUM FULL until no dead row is carried over: it keeps those that a transaction elsewhere may still see, and
    even a connection that is just being opened counts as one for a moment."""
    details: list[str] = []
    driver: Any = connection.connection.driver_connection

    def hear(notice: Any) -> None:
        details.append(notice.message_detail or "")

    driver.add_notice_handler(hear)
    try:
        for _ in range(WIPE_ATTEMPTS):
            details.clear()
            connection.exec_driver_sql(f"VACUUM (FULL, VERBOSE) {table}")
            # The detail begins with the number of dead rows that had to stay, in whatever language the server speaks.
            stayed = [int(number[0]) for detail in details if (number := re.search(r"\d+", detail))]
            if not any(stayed):
                return True
            connection.exec_driver_sql("SELECT pg_sleep(0.2)")
        return False
    finally:
        driver.remove_notice_handler(hear)


def write_later(table: type[Any], row: dict[str, Any]) -> None:
    """Insert `row` at the end of this transaction, together with the others of its table.

    For rows that nobody reads in the change that causes them: one statement instead of one each.
    """
    db.session.info.setdefault("written later", {}).setdefault(table, []).append(row)


def write_over(table: type[Any], row: Mapping[str, Any]) -> None:
    """Insert `row`, or write it over the one with its primary key. Nothing is read; objects in hand are not renewed."""
    into = sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert
    keys = [column.name for column in table.__table__.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    db.session.execute(into(table).values(dict(row)).on_conflict_do_update(index_elements=keys, set_=rest))


def work_later(work: Callable[[set[int]], None], number: int) -> None:
    """Call `work` at the end of this transaction with all the numbers that were left for it.

    For what is made of rows that a change may touch several times: it is made once, of what stands there in the end.
    """
    db.session.info.setdefault("worked later", {}).setdefault(work, set()).add(number)


def write_what_waits() -> None:
    """Called once by the transaction, before it commits."""
    for work, numbers in db.session.info.pop("worked later", {}).items():
        work(numbers)
    for table, rows in db.session.info.pop("written later", {}).items():
        db.session.execute(insert(table), rows)


def drop_what_waits() -> None:
    db.session.info.pop("written later", None)
    db.session.info.pop("worked later", None)


def engine_options(url: str) -> dict[str, Any]:
    """Options of `create_engine` for the profile that `url` names. Faults never quote values: people wrote them."""
    if make_url(url).get_backend_name() == "sqlite":
        import pysqlite3.dbapi2 as driver  # carries an SQLite without the write-ahead-log bug of older ones

        return {"module": driver, "connect_args": {"timeout": 10}, "hide_parameters": True}
    limits = "-c statement_timeout=60000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=120000"
    # Without jit: a page's statements read little and say much; compiling them takes ten times longer than asking them.
    told = {"options": limits + " -c timezone=UTC -c jit=off"}
    return {"pool_pre_ping": True, "hide_parameters": True, "connect_args": told}


def listen_to_sqlite(engine: Engine) -> None:
    """Take transactions away from the driver, which begins them too late and loses updates silently."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
