"""An administrator who wants to know who said what: copies everything the database is, compares copies, tries to open them.

Knows the source code and everything that stands in the database, its files, logs and metrics; not SECRET_KEY, unless it
is handed over.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, select, text

from servicedesk.kernel.db import db
from servicedesk.ratings.rules import answered_name
from servicedesk.ratings.sealing import CannotOpen, Seal

# PostgreSQL: what it keeps of the tables of opinions, and the samples of all columns.
PAGES = text(
    "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
    " WHERE relname IN ('rating', 'rating_month', 'rating_answered', 'pg_statistic')"
    " OR oid = (SELECT reltoastrelid FROM pg_class WHERE relname = 'rating')"
)


# Reflected once in a process: all databases of the tests have the same tables.
_TABLES = MetaData()


@dataclass
class Copy:
    """A backup of one moment: every row of every table, and the bytes of the files."""

    tables: dict[str, list[dict[str, Any]]]
    files: dict[str, bytes]
    # Every value in it as a text: each might be the key.
    words: set[str] = field(default_factory=set)

    def rows(self, name: str) -> list[dict[str, Any]]:
        return self.tables[name]


def copy(*, with_files: bool = True) -> Copy:
    found = copy_of_tables()
    db.session.rollback()
    words = {str(value) for rows in found.values() for row in rows for value in row.values() if value is not None}
    return Copy(found, files() if with_files else {}, words)


def copy_of_tables() -> dict[str, list[dict[str, Any]]]:
    """Every table that is there, whatever the code knows of it."""
    if not _TABLES.tables:
        _TABLES.reflect(db.session.connection())
    return {
        name: [dict(row) for row in db.session.execute(select(table)).mappings()]
        for name, table in _TABLES.tables.items()
    }


def files() -> dict[str, bytes]:
    """The files of the database, with the write-ahead log."""
    if db.engine.dialect.name == "sqlite":
        path = Path(str(db.engine.url.database))
        return {file.name: file.read_bytes() for file in path.parent.glob(f"{path.name}*")}
    alone("CHECKPOINT")
    found = {name: bytes(stored) for name, stored in db.session.execute(PAGES)}
    db.session.rollback()
    return found


def alone(*statements: str) -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def changes(before: Copy, after: Copy) -> dict[str, tuple[int, int]]:
    """By table: how many rows went and how many came. A changed row counts as both."""
    found = {}
    for name in after.tables:
        old, new = (Counter(_text(row) for row in side.rows(name)) for side in (before, after))
        if old != new:
            found[name] = ((old - new).total(), (new - old).total())
    return found


def suspects(before: Copy, after: Copy) -> set[int]:
    """Persons that a difference between two copies points at, by any column that holds a person's number."""
    people = {row["id"] for row in after.rows("person")}
    found: set[int] = set()
    for name in changes(before, after):
        old = Counter(_text(row) for row in before.rows(name))
        for row in after.rows(name):
            if not old[_text(row)]:
                found |= {row[column] for column in row if column.endswith("_id") and row[column] in people}
                found |= {row["id"]} if name == "person" else set()
    return found


def plain(found: Copy, said: Iterable[str]) -> set[str]:
    """Places where words that somebody said can be read."""
    places = set()
    for word in said:
        places |= {f"table {name}" for name, rows in found.tables.items() if any(word in _text(row) for row in rows)}
        places |= {f"file {name}" for name, stored in found.files.items() if word.encode() in stored}
    return places


def opened(found: Copy, keys: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Opinions that open under one of `keys`, under an empty key, or under anything that stands in the copy itself."""
    secrets = [bytes(row["secret"]) for row in found.rows("rating_month") if row["secret"]]
    checks = {bytes(row["check"]) for row in found.rows("rating_month") if row["check"]}
    seals = [Seal(secret, key) for secret in secrets for key in {*keys, "", *found.words}]
    opinions = []
    for seal in (seal for seal in seals if seal.check in checks):
        for row in found.rows("rating"):
            try:
                opinions.append(seal.open(bytes(row["sealed"])))
            except CannotOpen:
                continue
    return opinions


def answered(found: Copy, keys: Iterable[str] = ()) -> set[int]:
    """Persons of whom it can be told that they answered."""
    names = {row["name"] for row in found.rows("rating_answered")}
    guesses = {*keys, "", *found.words}
    return {
        row["person_id"]
        for row in found.rows("rating_invitation")
        if any(answered_name(key, row["id"]) in names for key in guesses)
    }


def shapes(found: Copy) -> set[tuple[Any, ...]]:
    """What is left to tell one sealed opinion from another: everything but its random key and its sealed bytes."""
    return {
        (len(bytes(row["sealed"])), *(value for name, value in row.items() if name not in ("id", "sealed")))
        for row in found.rows("rating")
    }


def _text(row: dict[str, Any]) -> str:
    plain = {name: value.hex() if isinstance(value, bytes | memoryview) else value for name, value in row.items()}
    return json.dumps(plain, default=str, sort_keys=True, ensure_ascii=False)
