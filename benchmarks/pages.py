"""How long pages take the server and how many statements they send, beside a whole imported log.

    python benchmarks/pages.py LOG.csv.gz FOLDER-WITH-ru_YEAR.xml

Imports the log, files 600 fresh requests, and prints for each page the median of its server time in milliseconds, its
statements, and its time as a ratio to the same page on a desk with only 60 requests.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import event

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.incident_arithmetic import day_types, exceptions_of
from benchmarks.incidents import found, imported
from config import for_tests
from servicedesk.app import create_app
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import settle, transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.tickets import actions as tickets

PASSWORD = "long enough for a benchmark"
ROUNDS = 30


def main(log: Path, folder: Path) -> int:
    small = measured(None, folder, fresh=60)
    large = measured(log, folder, fresh=600)
    print(f"{'page':<28}{'ms':>8}{'statements':>12}{'ratio':>8}")
    for page, (seconds, statements) in large.items():
        print(f"{page:<28}{seconds * 1000:>8.1f}{statements:>12}{seconds / small[page][0]:>8.2f}")
    return 0


def measured(log: Path | None, folder: Path, fresh: int) -> dict[str, tuple[float, int]]:
    with tempfile.TemporaryDirectory() as place:
        app = create_app(for_tests(f"sqlite:///{place}/desk.sqlite"))
        with app.app_context():
            flask_migrate.upgrade()
            found(exceptions_of(day_types(folder)))
            if log is not None:
                imported(log)
            number = file_requests(fresh)
        # A web process has imported nothing itself: what the import left in memory is not its to look through.
        gc.collect()
        gc.freeze()
        pages = {
            "/": "/", "/queue": "/queue", "/tickets/<id>": f"/tickets/{number}", "/tickets/<id>/why": f"/tickets/{number}/why",
            "/requests": "/requests", "/search": "/search?q=printer",
        }  # fmt: skip
        return {name: timed(app, address) for name, address in pages.items()}


def file_requests(number: int) -> int:
    """An agent with a full queue; the id of a ticket with a conversation."""
    at = datetime.now(UTC) - timedelta(days=2)
    with transaction():
        stamp = Stamp(None, at, "import")
        desk = people.add_department(stamp, key="desk", name={"en": "Desk"})
        agent = people.add_person(stamp, email="agent@example.com", name="Agent", department=desk, language="en")
        asker = people.add_person(stamp, email="asker@example.com", name="Asker", language="en")
        people.grant(stamp, agent, "agent", desk)
        people.set_password(stamp, agent, PASSWORD)
        for n in range(number):
            moment = Stamp(asker.id, at + timedelta(minutes=n), "import")
            ticket = tickets.open_ticket(
                moment, asker, subject=f"Printer {n} is silent", description="It does not blink.", department=desk,
                priority=("urgent", "high", "normal", "low")[n % 4],
            )  # fmt: skip
            settle()
        for n in range(20):
            author = (agent, asker)[n % 2]
            tickets.reply(Stamp(author.id, moment.at + timedelta(minutes=n), "import"), ticket, author, f"Word {n}")
    return int(ticket.id)


def timed(app: Any, address: str) -> tuple[float, int]:
    """Median server time in seconds of a signed-in agent's request, and the statements of one."""
    client = app.test_client()
    with app.app_context():
        agent = who.person_by_email("agent@example.com")
        with transaction():
            key = people.open_session(Stamp(agent.id, datetime.now(UTC), "web"), agent)
    with client.session_transaction() as session:
        session["_user_id"] = key
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = client.get(address)
        took.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            sys.exit(f"{address} answered {answer.status_code}")
    with app.app_context(), counted(db.engine) as statements:
        client.get(address)
    return statistics.median(took), len(statements)


@contextmanager
def counted(engine: Any) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
