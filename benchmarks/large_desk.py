"""A desk with very many requests, for benchmarks: the demo's story, told once and copied row by row under other numbers.

    python benchmarks/large_desk.py DATABASE_URL [--tickets 100000] [--open 3000]

Fills an empty database. The copies lie whole weeks further back, each with its messages, holds, stays, clocks, marks and audit
entries; of the open requests only so many are copied as `--open` says. No opinions, letters and notices are.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import Table, func, inspect, or_, select, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from config import for_tests
from servicedesk import demo
from servicedesk.app import create_app
from servicedesk.kernel.db import Base, db
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions
from servicedesk.tickets.rules import ACTIVE

TOLD = 1500
# What tells of opinions, letters and news is not copied: keys of theirs must be met nowhere twice.
NOT_COPIED = frozenset({
    "rating_invitation", "signed_rating", "received_mail", "notice", "muted_ticket", "child_request", "alert", "broken_seal",
    "search_entry",
})  # fmt: skip
A_CHUNK = 20_000
Row = dict[str, Any]


def filled(url: str, tickets: int = 100_000, open_ones: int = 3_000, told: int = TOLD) -> Any:
    """An application on the database at `url`, which was empty and has `tickets` requests now."""
    app = create_app(for_tests(url))
    with app.app_context():
        flask_migrate.upgrade()
        demo.tell(tickets=told, months=6, seed=1, end=datetime.now(UTC), keys=app.config["SETTINGS"].keys)
        if tickets > told:
            copy_story(tickets, open_ones)
            # Without it PostgreSQL knows nothing of the copies yet, and looks for the texts of each batch among all.
            settle_down()
            with transaction():
                actions.mark_all_stale()
            read_into_search()
        settle_down()
    return app


def copy_story(tickets: int, open_ones: int) -> None:
    """Copy the requests that are there, in turn, until there are `tickets`, of them about `open_ones` open."""
    tables = copied_tables()
    story = {table.name: rows_of(table) for table in tables}
    strides = {name: 1 + max((row["id"] for row in rows if "id" in row), default=0) for name, rows in story.items()}
    families = ids_in_families()
    singles = [row for row in story["ticket"] if row["id"] not in families]
    active = [row["id"] for row in singles if row["status"] in ACTIVE]
    ended = [row["id"] for row in singles if row["status"] not in ACTIVE]
    written, opened = len(story["ticket"]), len(active)
    by_ticket = {name: by_owner(name, rows, story) for name, rows in story.items()}
    number = 0
    while written < tickets:
        number += 1
        chosen = ended[: tickets - written]
        moved = timedelta(weeks=-(number % 100))
        copy_of(tables, by_ticket, strides, chosen, number, moved)
        written += len(chosen)
        if opened < open_ones and written < tickets:
            # Open ones stay of these days: who is late is late by minutes more.
            also = active[: min(tickets - written, open_ones - opened)]
            copy_of(tables, by_ticket, strides, also, number, timedelta(minutes=-11 * number))
            written, opened = written + len(also), opened + len(also)
        db.session.commit()


def read_into_search() -> None:
    """What no action has written into the index of search: copies, and what stood there before it was upgraded."""
    while True:
        with transaction():
            if not actions.index_stale():
                return


def copied_tables() -> list[Table]:
    """The request, and what hangs on it directly or by something else that does, each after what it refers to."""
    chosen = {"ticket"}
    ordered = [table for table in Base.metadata.sorted_tables if table.name not in NOT_COPIED]
    for table in ordered:
        if any(key.column.table.name in chosen for key in table.foreign_keys):
            chosen.add(table.name)
    return [table for table in ordered if table.name in chosen] + [Base.metadata.tables["audit_entry"]]


def rows_of(table: Table) -> list[Row]:
    query = select(table)
    if table.name == "audit_entry":
        query = query.where(table.c.subject_kind == "ticket")
    return [dict(row) for row in db.session.execute(query).mappings()]


def ids_in_families() -> set[int]:
    """Requests that were asked from another one, or ask others: a copy of one without the other would be none."""
    children = Base.metadata.tables["child_request"]
    pairs = db.session.execute(select(children.c.parent_id, children.c.ticket_id)).all()
    return {number for pair in pairs for number in pair if number is not None}


def by_owner(name: str, rows: list[Row], story: dict[str, list[Row]]) -> dict[int, list[Row]]:
    """The rows of a table by the request they belong to."""
    found: dict[int, list[Row]] = defaultdict(list)
    if name == "ticket":
        return {row["id"]: [row] for row in rows}
    if name == "audit_entry":
        owners = [(row["subject_id"], row) for row in rows]
    elif rows and "ticket_id" in rows[0]:
        owners = [(row["ticket_id"], row) for row in rows]
    else:  # by the clock it hangs on
        ticket_of = {row["id"]: row["ticket_id"] for row in story["clock"]}
        owners = [(ticket_of[row["clock_id"]], row) for row in rows]
    for owner, row in owners:
        found[owner].append(row)
    return found


def copy_of(
    tables: list[Table], rows: dict[str, dict[int, list[Row]]], strides: dict[str, int], chosen: list[int], number: int,
    moved: timedelta,
) -> None:  # fmt: skip
    for table in tables:
        shifts = {
            column.name: number * strides[key.column.table.name]
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table.name in strides
        }
        if "id" in table.columns:
            shifts["id"] = number * strides[table.name]
        if table.name == "audit_entry":
            shifts["subject_id"] = number * strides["ticket"]
        copies = [_moved(row, shifts, moved) for owner in chosen for row in rows[table.name].get(owner, ())]
        for chunk in chunks(copies):
            db.session.execute(table.insert(), chunk)


def _moved(row: Row, shifts: dict[str, int], moved: timedelta) -> Row:
    # What never comes does not come sooner.
    copy = {
        name: value + moved if isinstance(value, datetime) and value.year < 9999 else value
        for name, value in row.items()
    }
    for name, by in shifts.items():
        if copy[name] is not None:
            copy[name] += by
    if "external_id" in copy:
        copy["external_id"] = None
    return copy


def chunks(rows: list[Row]) -> Iterator[list[Row]]:
    for begin in range(0, len(rows), A_CHUNK):
        yield rows[begin : begin + A_CHUNK]


def settle_down() -> None:
    """What a database does by itself in a night: PostgreSQL counts rows and goes on with the numbers."""
    if db.engine.dialect.name != "postgresql":
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in inspect(connection).get_table_names():
            table = Base.metadata.tables.get(name)
            if (
                table is not None
                and "id" in table.columns
                and connection.scalar(select(func.pg_get_serial_sequence(name, "id")))
            ):
                highest = connection.scalar(select(func.max(table.c.id))) or 1
                connection.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), highest)))
        connection.execute(text("VACUUM ANALYZE"))


def summary() -> str:
    ticket = Base.metadata.tables["ticket"]
    every = db.session.scalar(select(func.count()).select_from(ticket))
    pending = db.session.scalar(select(func.count()).where(or_(*[ticket.c.status == one for one in ACTIVE])))
    return f"{every} requests, {pending} of them open"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--open", type=int, default=3_000)
    asked = parser.parse_args()
    with filled(asked.url, asked.tickets, asked.open).app_context():
        print(summary())
