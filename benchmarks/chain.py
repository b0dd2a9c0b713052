"""What a chain of fifty links costs beside one of five: python benchmarks/chain.py

Founds an empty desk in SQLite, asks departments of departments down to five levels, and prints statements and
milliseconds (the best of twenty) of the query and of the whole page, and their ratio.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import flask_migrate
from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).parents[1]))

from config import for_tests
from servicedesk.app import create_app
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Person
from servicedesk.sla.queries import chain_of
from servicedesk.tickets import actions
from servicedesk.tickets.access import ticket_for
from servicedesk.tickets.models import Ticket
from tests import cast, doors
from tests.build import open_ticket

ROUNDS = 20
TOOK = "2026-04-06 12:00"


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        app = create_app(for_tests(f"sqlite:///{place}/desk.sqlite"))
        with app.app_context():
            flask_migrate.upgrade()
            cast.found_company()
            people = cast.load_cast()
            few, many = open_ticket(people.maria), open_ticket(people.maria)
            grow(few, people, rows=1)
            grow(many, people, rows=13)
            browser = doors.browser(app).sign_in(people.igor)
            found = []
            for ticket in (few, many):
                links, statements, query = measured(lambda ticket=ticket: len(asked(ticket, people.igor)))
                _, _, page = measured(lambda ticket=ticket: browser.get(f"/tickets/{ticket.id}/chain").status_code)
                print(f"{links} links: {statements} statements, query {query:.1f} ms, page {page:.1f} ms")
                found.append((links, query, page))
            (less, query, page), (more, longer, wider) = found
            print(
                f"{more / less:.0f} times the links: query {longer / query:.1f} times, page {wider / page:.1f} times as long"
            )
    return 0


def grow(parent: Ticket, people: cast.Cast, rows: int) -> None:
    """Each row is a request asked from one that was asked from one …, four deep."""
    steps = ((people.igor, "hr.certificate"), (people.anna, "it.incident"), (people.igor, "hr.certificate"), (people.anna, "it.incident"))  # fmt: skip
    for _ in range(rows):
        above = parent
        for person, kind in steps:
            with transaction():
                row = ticket_for(person, above.id, to="ask_others")
                above = actions.ask_department(
                    cast.by(person, "2026-04-06 10:30"), row, person, subject="A part", description="",
                    request_type=cast.request_type(kind),
                )  # fmt: skip


def asked(ticket: Ticket, person: Person) -> tuple[object, ...]:
    db.session.rollback()
    db.session.info.clear()
    return chain_of(ticket_for(person, ticket.id), person, cast.at(TOOK)).chain.links


def measured(work: Callable[[], int]) -> tuple[int, int, float]:
    """What `work` gives, its statements, and the milliseconds of its best round."""
    count, best = 0, float("inf")

    def one_more(*_: object) -> None:
        nonlocal count
        count += 1

    work()
    event.listen(db.engine, "before_cursor_execute", one_more)
    result = work()
    event.remove(db.engine, "before_cursor_execute", one_more)
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        best = min(best, (time.perf_counter() - begun) * 1000)
    return result, count, best


if __name__ == "__main__":
    sys.exit(main())
