"""What the benchmarks of pages share: somebody signed in, a page asked for again and again, statements counted."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as who


@dataclass(frozen=True)
class Took:
    """Medians in seconds, of the clock on the wall and of the processor; `statements` are those of one more request."""

    seconds: float
    processor: float
    statements: int
    text: str


def signed_in(app: Any, email: str) -> Any:
    """A test client with a session of this person."""
    with app.app_context():
        person = who.person_by_email(email)
        if person is None:
            raise SystemExit(f"nobody here has the address {email}")
        with transaction():
            key = people.open_session(Stamp(person.id, datetime.now(UTC), "web"), person)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = key
    return client


def asked(app: Any, client: Any, address: str, rounds: int, query: dict[str, str] | None = None) -> Took:
    """GET `address` as often as `rounds`, one after the other; ends the program where it is not answered with 200."""
    wall, processor = [], []
    for _ in range(rounds):
        begun, worked = time.perf_counter(), time.process_time()
        answer = client.get(address, query_string=query)
        wall.append(time.perf_counter() - begun)
        processor.append(time.process_time() - worked)
        if answer.status_code != 200:
            raise SystemExit(f"{address} {query or ''} answered {answer.status_code}")
    with app.app_context(), counted() as statements:
        client.get(address, query_string=query)
    return Took(statistics.median(wall), statistics.median(processor), len(statements), answer.text)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are sent while this lasts. Inside an application context."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
