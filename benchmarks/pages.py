"""How long pages take the server, how many statements they send and how large they are, on a small and on a large desk.

    python benchmarks/pages.py [--tickets 100000] [--postgresql URL] [--kept FOLDER] [--before FILE]

Prints for each page and reader the medians of its server time and of its processor time in milliseconds, its statements, its size in
kilobytes, and its processor time as a ratio to the same page on a desk of 1,500 requests. `--postgresql` names a server and a user who may create databases (else
SQLite); `--kept` leaves the databases, SQLite's in that folder, and finds them there next time.
`--before` names a file with what an earlier run printed: then its milliseconds stand beside those of now.
"""

from __future__ import annotations

import argparse
import gc
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
from sqlalchemy import make_url

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.asking import Took, asked, signed_in
from benchmarks.large_desk import TOLD, filled, read_into_search, summary
from config import for_tests
from servicedesk.app import create_app
from servicedesk.people import queries as who
from servicedesk.sla import queries as sla
from servicedesk.tickets import access
from servicedesk.tickets import queries as tickets

READERS = {
    "employee": "mariya.yaseneva@north.example", "agent": "igor.polozov@north.example", "lead": "andrey.luginin@north.example",
}  # fmt: skip
# What is asked, by whom. <own> is one of the reader's requests, <held> one of their queue.
PAGES = [
    ("employee", "/"), ("employee", "/requests"), ("employee", "/tickets/<own>"), ("employee", "/search?q=принтер"),
    ("agent", "/"), ("agent", "/queue"), ("agent", "/queue?status=waiting"), ("agent", "/queue?assignee=me"), ("agent", "/tickets/<held>"),
    ("agent", "/tickets/<held>/why"), ("agent", "/search?q=принтер"), ("agent", "/search?q=принетр"), ("agent", "/search?q=%23500"),
    ("lead", "/queue"), ("lead", "/reports/breaches"),
]  # fmt: skip
# A web process soon has asked everything often enough for PostgreSQL to have planned it once.
ROUNDS, A_LARGE_DESK = 75, 100_000


def main(options: argparse.Namespace) -> int:
    small, large = (measured(options, count) for count in (TOLD, options.tickets))
    before = printed(options.before.read_text()) if options.before else {}
    print(
        f"{'reader':<10}{'page':<28}{'ms':>8}{'processor':>11}{'statements':>12}{'kB':>8}{'ratio':>8}"
        + f"{'before':>9}" * bool(before)
    )
    for (reader, page), took in large.items():
        ratio = took.processor / small[reader, page].processor
        size = len(took.text.encode()) / 1000
        print(
            f"{reader:<10}{page:<28}{took.seconds * 1000:>8.1f}{took.processor * 1000:>11.1f}{took.statements:>12}{size:>8.1f}{ratio:>8.2f}"
            + (f"{before[reader, page]:>9.1f}" if (reader, page) in before else "")
        )
    return 0


def printed(table: str) -> dict[tuple[str, str], float]:
    """Milliseconds by reader and page, of a table as `main` prints it."""
    rows = [line.split() for line in table.splitlines()]
    return {(row[0], row[1]): float(row[2]) for row in rows if row and row[0] in READERS}


def measured(options: argparse.Namespace, count: int) -> dict[tuple[str, str], Took]:
    with a_desk(options, count) as app:
        with app.app_context():
            print(summary(), file=sys.stderr)
        # A web process has told no story itself: what telling left in memory is not its to look through.
        gc.collect()
        gc.freeze()
        return {(reader, page): timed(app, reader, page) for reader, page in PAGES}


@contextmanager
def a_desk(options: argparse.Namespace, count: int) -> Iterator[Any]:
    with tempfile.TemporaryDirectory() as place:
        if options.postgresql:
            with a_database(options.postgresql, f"desk_of_{count}", kept=bool(options.kept)) as (url, new):
                yield filled(url, count) if new else found_again(url)
            return
        file = Path(options.kept or place) / f"desk-of-{count}.sqlite"
        yield found_again(f"sqlite:///{file}") if file.exists() else filled(f"sqlite:///{file}", count)


def found_again(url: str) -> Any:
    """An application on a database that an earlier run filled."""
    app = create_app(for_tests(url))
    with app.app_context():
        flask_migrate.upgrade()
        read_into_search()
    return app


@contextmanager
def a_database(server: str, name: str, *, kept: bool) -> Iterator[tuple[str, bool]]:
    """The address of a database on that server, and whether it is new; one that is not kept is new, and dropped in the end."""
    url = make_url(server)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    made = url.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        new = not kept or not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not kept:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
        if new:
            connection.execute(f"CREATE DATABASE {name}")
        try:
            yield made, new
        finally:
            if not kept:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def timed(app: Any, reader: str, page: str) -> Took:
    client = signed_in(app, READERS[reader])
    with app.app_context():
        person = who.person_by_email(READERS[reader])
        address = re.sub("<(own|held)>", lambda found: str(ticket_of(person, found[1])), page)
    return asked(app, client, address, ROUNDS)


def ticket_of(person: Any, which: str) -> int:
    if which == "own":
        return int(tickets.page(access.own_tickets(person), limit=1).items[0].id)
    return int(sla.by_due(access.queue_of(person), limit=1).items[0].id)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=A_LARGE_DESK)
    parser.add_argument("--postgresql", metavar="URL")
    parser.add_argument("--kept", metavar="FOLDER")
    parser.add_argument("--before", type=Path, metavar="FILE")
    sys.exit(main(parser.parse_args()))
