"""What a sweep over clocks costs when few of many are due: python benchmarks/sweep.py

Looks at 100 due clocks among 1,000 and among 100,000 open ones and tells those concerned, in turns. Prints the best times
of seven in milliseconds (anything slower is the machine's noise), the statements of a sweep and the ratios, which are about
1 when the cost follows what is due and not what is open. On SQLite, and on PostgreSQL where the tests find one.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import flask_migrate
from flask import Flask
from sqlalchemy import insert, select, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.asking import counted
from config import for_tests
from servicedesk.app import create_app
from servicedesk.jobs.promises import deliver_alerts, look_at_clocks
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.sla import actions as sla
from servicedesk.sla.models import Clock, Mark
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.models import Ticket
from tests.databases import new_database, postgres_server

DUE, FEW, MANY, ROUNDS = 100, 1_000, 100_000, 7
# Promised are 100 hours round the clock, with a warning after 75 of them: on Thursday from ten o'clock, an hour apart.
MONDAY = datetime(2026, 4, 6, 7, tzinfo=ZoneInfo("Europe/Moscow"))
HOUR, WARNED_AFTER = timedelta(hours=1), timedelta(hours=75)
WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def main() -> int:
    kinds = ["sqlite", *(["postgresql"] if postgres_server() else [])]
    print(f"{'database':<12}{'open':>9}{'due':>6}{'sweep ms':>10}{'statements':>12}{'digest ms':>11}")
    for kind in kinds:
        few, many = measured(kind)
        for number, (sweep, statements, digest) in ((FEW, few), (MANY, many)):
            print(f"{kind:<12}{number:>9,}{DUE:>6}{sweep:>10.1f}{statements:>12,.0f}{digest:>11.1f}")
        ratios = [large / small for small, large in zip(few, many, strict=True)]
        print(f"{kind:<12}{'ratio':>9}{'':>6}{ratios[0]:>10.2f}{ratios[1]:>12.2f}{ratios[2]:>11.2f}")
    return 0


def measured(kind: str) -> list[tuple[float, float, float]]:
    """For few and many: least milliseconds of a sweep, its statements, least milliseconds of telling what it found."""
    with ExitStack() as stack:
        desks = [stack.enter_context(desk(kind, number)) for number in (FEW, MANY)]
        turns = [[swept(app, turn) for app in desks] for turn in range(ROUNDS)]
    return [tuple(map(min, zip(*of_one, strict=True))) for of_one in zip(*turns, strict=True)]  # type: ignore[misc]


def swept(app: Flask, turn: int) -> tuple[float, float, float]:
    at = MONDAY + turn * HOUR + WARNED_AFTER + timedelta(seconds=1)
    with app.app_context():
        with counted() as statements:
            sweep = timed(look_at_clocks, at, DUE)
        return sweep, len(statements), timed(deliver_alerts, at, 1)


@contextmanager
def desk(kind: str, number: int) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as place:
        database = new_database(Path(place), kind)
        app = create_app(for_tests(database.url))
        try:
            with app.app_context():
                flask_migrate.upgrade()
                fill(number)
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()
            database.drop()


def fill(number: int) -> None:
    """One ticket through the front door; the others are copies of it and of its clock. Groups of DUE start an hour apart
    on Monday, the rest two days later."""
    stamp = Stamp(None, MONDAY, "web")
    with transaction():
        people.describe_company(stamp, name="North", language="en", timezone="Europe/Moscow")
        sla.make_company_calendar(sla.set_calendar(stamp, key="office", timezone="Europe/Moscow", week=WEEK))
        sla.set_policy(stamp, name="all", targets={"resolution": "100h wall"}, warn_at=[75])
        it = people.add_department(stamp, key="it", name={"en": "IT"})
        agent = people.add_person(stamp, email="agent@example.com", name="Agent", department=it)
        people.grant(stamp, agent, "agent", it)
        asker = people.add_person(stamp, email="asker@example.com", name="Asker")
    with transaction():
        first = tickets.open_ticket(stamp, asker, subject="Printer", description="It is silent.", department=it)
    ticket, clock = row_of(first), row_of(db.session.scalars(select(Clock)).one())
    with transaction():
        for begin in range(1, number, 5000):
            ids = range(begin + 1, min(begin + 5000, number) + 1)
            db.session.execute(insert(Ticket), [{**ticket, "id": i, "created_at": started(i)} for i in ids])
            db.session.execute(insert(Clock), [{**clock, "id": i, "ticket_id": i, **times(i)} for i in ids])
            marks = [{"id": i, "clock_id": i, "kind": "started", "at": started(i), "data": {}} for i in ids]
            db.session.execute(insert(Mark), marks)
    with transaction():
        db.session.execute(text("ANALYZE"))


def row_of(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


def started(number: int) -> datetime:
    turn = (number - 1) // DUE
    return MONDAY + (turn * HOUR if turn < ROUNDS else timedelta(days=2))


def times(number: int) -> dict[str, datetime]:
    begin = started(number)
    return {
        "started_at": begin, "counted_until": begin, "next_look_at": begin + WARNED_AFTER,
        "due_at": begin + timedelta(hours=100),
    }  # fmt: skip


def timed(work: Callable[[datetime], int], at: datetime, expected: int) -> float:
    """Milliseconds of `work`, which must handle as many as expected."""
    begun = time.perf_counter()
    handled = work(at)
    taken = (time.perf_counter() - begun) * 1000
    if handled != expected:
        raise SystemExit(f"{handled} were handled where {expected} were due")
    return taken


if __name__ == "__main__":
    sys.exit(main())
