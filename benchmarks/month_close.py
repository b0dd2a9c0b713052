"""What closing a month costs: seconds, memory, statements, and whether older history makes it dearer.

    python benchmarks/month_close.py [--tickets 50000] [--behind 1,12,24] [--past N]

For each number of closed months behind, writes a database with so many months of `--tickets` requests each (three
promises a request, ratings for three in ten, a tenth handed over), in bulk past the actions; then closes the newest
month in a process of its own and prints wall and processor seconds, the peak of its memory, the statements sent, the
size of the document, what its pages take (the company's and a department's), and at the end the ratio of the most
months behind to the fewest. `--past` says how many tickets the months behind have, where they should be fewer.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

SUPPLIERS, CUSTOMERS, ASKERS = 12, 12, 600
MONTH = "2026-04"
WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NOW = datetime(2026, 5, 12, tzinfo=UTC)
KEY = "a key for the benchmark, long enough"


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--tickets", type=int, default=50_000)
    asked.add_argument("--past", type=int)
    asked.add_argument("--behind", default="1,12,24")
    asked.add_argument("--close", help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.close:
        print(json.dumps(closed(options.close)))
        return 0
    heads = ("behind", "seconds", "processor", "MB", "MB before", "statements", "document kB", "page ms", "part ms")
    print("".join(f"{head:>12}" for head in heads))
    found = []
    for behind in [int(part) for part in options.behind.split(",")]:
        with tempfile.TemporaryDirectory() as place:
            url = f"sqlite:///{place}/desk.sqlite"
            written(url, options.tickets, behind, options.past or options.tickets)
            ran = subprocess.run([sys.executable, __file__, "--close", url], check=True, capture_output=True, text=True)
            found.append(json.loads(ran.stdout))
        print(f"{behind:>12}" + "".join(f"{number:>12,.2f}" for number in found[-1].values()), flush=True)
    if len(found) > 1:
        print(f"processor time, most months behind to fewest: {found[-1]['processor'] / found[0]['processor']:.2f}")
    return 0


def closed(url: str) -> dict[str, float]:
    from sqlalchemy import event

    from config import for_tests
    from servicedesk.app import create_app
    from servicedesk.kernel.db import db
    from servicedesk.kernel.stamp import Stamp
    from servicedesk.kernel.transaction import transaction
    from servicedesk.reports import queries
    from servicedesk.reports.actions import close_month

    with create_app(for_tests(url, secret_key=KEY)).app_context():
        seen = []
        event.listen(db.engine, "before_cursor_execute", lambda *_: seen.append(1))
        before = peak_of_memory()
        begun, worked = time.perf_counter(), time.process_time()
        with transaction():
            close_month(Stamp(None, NOW, "worker"), MONTH, keys=(KEY,))
        took, used = time.perf_counter() - begun, time.process_time() - worked
        peak, statements = peak_of_memory(), len(seen)
        stored = queries.issue(MONTH)
        assert stored is not None
        return {
            "seconds": took, "processor": used, "MB": peak, "MB before": before, "statements": statements,
            "document kB": len(stored.document.encode()) / 1024, **page_times(),
        }  # fmt: skip


def peak_of_memory() -> float:
    """MB that this process ever had at once. `getrusage` would tell the parent's as well."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def page_times() -> dict[str, float]:
    """Milliseconds of processor time of a signed-in reader's page of the company and of a department, the best of ten."""
    from flask import current_app

    from benchmarks.asking import signed_in
    from servicedesk.kernel.stamp import Stamp
    from servicedesk.kernel.transaction import transaction
    from servicedesk.people import actions as people
    from servicedesk.people import queries as who

    with transaction():
        reader = who.person_by_email("asker0@example.com")
        assert reader is not None
        people.grant(Stamp(None, NOW, "cli"), reader, "report_reader")
    client = signed_in(current_app, "asker0@example.com")
    best = {}
    for name, path in (("page ms", f"/reports/{MONTH}"), ("part ms", f"/reports/{MONTH}/d01")):
        took = []
        for _ in range(10):
            begun = time.process_time()
            answer = client.get(path)
            took.append(time.process_time() - begun)
            assert answer.status_code == 200, answer.status
        best[name] = min(took) * 1000
    return best


def written(url: str, tickets: int, behind: int, past: int) -> None:
    """A company with `behind` closed months before the one to close."""
    import flask_migrate

    from config import for_tests
    from servicedesk.app import create_app
    from servicedesk.kernel.db import db
    from servicedesk.reports import rules

    with create_app(for_tests(url, secret_key=KEY)).app_context():
        flask_migrate.upgrade()
        with db.engine.begin() as connection:
            for pragma in ("foreign_keys=OFF", "cache_size=-200000"):
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            _found(connection)
            story = _Story(connection)
            for back in range(behind, -1, -1):
                month = rules.shifted(MONTH, -back)
                story.tell(month, past if back else tickets)
                if back:
                    story.report(month)
            if not behind:
                return
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")


def _found(connection: Any) -> None:
    from servicedesk.people.models import Company, Department, Person
    from servicedesk.sla.models import Calendar, CalendarVersion, Policy, PolicyVersion

    def put(kind: Any, *rows: dict[str, Any]) -> None:
        connection.execute(kind.__table__.insert(), list(rows))

    at = datetime(2020, 1, 1, tzinfo=UTC)
    put(Company, {"id": 1, "name": "North", "language": "en", "timezone": "Europe/Moscow"})
    put(Department, *({"id": n + 1, "key": f"d{n:02}", "name": {"en": f"Department {n}", "ru": f"Отдел {n}"}} for n in range(SUPPLIERS)))  # fmt: skip
    put(Person, *(
        {"id": n + 1, "email": f"asker{n}@example.com", "name": f"Asker {n}", "department_id": n % CUSTOMERS + 1, "language": "en", "created_at": at}
        for n in range(ASKERS)
    ))  # fmt: skip
    put(Calendar, {"id": 1, "key": "office", "of_company": True, "version": 1})
    put(CalendarVersion, {
        "id": 1, "calendar_id": 1, "number": 1, "timezone": "Europe/Moscow", "week": WEEK, "own_exceptions": {}, "exceptions": {}, "names": {}, "made_at": at,
    })  # fmt: skip
    put(Policy, {"id": 1, "name": "resolution=9h"})
    put(PolicyVersion, {"id": 1, "policy_id": 1, "number": 1, "targets": {"resolution": "9h"}, "warn_at": [], "escalate": [], "made_at": at})  # fmt: skip


class _Story:
    """Writes months one after the other, with the same chances in each."""

    def __init__(self, connection: Any) -> None:
        from servicedesk.audit.models import Entry
        from servicedesk.people.models import Person
        from servicedesk.sla.models import BreachReason, Clock
        from servicedesk.tickets.models import Hold, Stay, Ticket

        self.connection, self.dice = connection, random.Random(5)
        self.number = self.clock = 0
        self.kinds = {kind.__tablename__: kind.__table__ for kind in (Ticket, Stay, Hold, Entry, Clock, BreachReason, Person)}  # fmt: skip
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in self.kinds}

    def tell(self, month: str, tickets: int) -> None:
        from servicedesk.reports import rules

        begin, end = rules.bounds(month, "Europe/Moscow")
        for n in range(tickets):
            self.ticket(begin + (end - begin) * n / tickets, end)
            if n % 2000 == 1999:
                self.flush()
        self.flush()
        self.ratings(month, tickets * 3 // 10)

    def ticket(self, at: datetime, end: datetime) -> None:
        dice, first = self.dice, self.dice.randrange(SUPPLIERS) + 1
        self.number += 1
        number, asker = self.number, dice.randrange(ASKERS) + 1
        moved = dice.random() < 0.1
        holder = dice.randrange(SUPPLIERS) + 1 if moved else first
        ended = at + timedelta(hours=dice.expovariate(1 / 20))
        waits = self.last_month(at) and dice.random() < 0.04
        resolved = None if waits else ended
        again = resolved is not None and dice.random() < 0.04
        self.add(
            "ticket", id=number, subject=f"Request {number}", description="It does not work any more, please look.", status="open" if waits else "closed",
            priority="normal", ball="supplier", department_id=holder, answers=[], confidential=dice.random() < 0.02, requester_id=asker, registrar_id=asker,
            customer_department_id=(asker - 1) % CUSTOMERS + 1, created_at=at, updated_at=ended, resolved_at=resolved, closed_at=resolved, reopen_count=int(again),
            version=1,
        )  # fmt: skip
        handed = at + (ended - at) / 3
        self.add("stay", ticket_id=number, department_id=first, began_at=at, ended_at=handed if moved else resolved, left_because="misdirected" if moved else None)  # fmt: skip
        self.happened(number, "TicketOpened", at, department_id=first)
        if moved:
            self.add("stay", ticket_id=number, department_id=holder, began_at=handed, ended_at=resolved, left_because=None)  # fmt: skip
            self.happened(number, "TicketHandedOver", handed, from_department_id=first, to_department_id=holder, because="misdirected")  # fmt: skip
        if dice.random() < 0.15:
            since = at + (ended - at) / 2
            self.add("hold", ticket_id=number, reason="waiting_for_requester", note="", missing=[], by_id=asker, began_at=since, until=None, ended_at=since + (ended - since) / 2)  # fmt: skip
        for part in range(3):
            self.happened(number, "MessageAdded", at + (ended - at) * part / 3, message_id=part)
        if resolved:
            self.happened(number, "TicketResolved", resolved, department_id=holder)
            if again:
                self.happened(number, "TicketReopened", resolved + timedelta(hours=2))
                self.happened(number, "TicketResolved", resolved + timedelta(hours=4), department_id=holder)
        for metric, share in (("first_reply", 0.3), ("reply", 0.6), ("resolution", 1.0)):
            self.promise(number, metric, holder, at, at + (ended - at) * share)

    def promise(self, ticket: int, metric: str, department: int, at: datetime, ended: datetime) -> None:
        self.clock += 1
        broken = at + timedelta(hours=27) if ended - at > timedelta(hours=27) else None
        self.add(
            "clock", id=self.clock, ticket_id=ticket, metric=metric, department_id=department, calendar_version_id=1, policy_version_id=1, target="9h",
            state="breached" if broken else "met", started_at=at, due_at=broken or at + timedelta(hours=27), stopped_at=ended, breached_at=broken, decided_at=broken or ended,
            elapsed_seconds=(ended - at).total_seconds() / 3, target_seconds=32400.0, counted_until=ended, open=False, version=1,
        )  # fmt: skip
        if broken and self.dice.random() < 0.7:
            self.add("breach_reason", clock_id=self.clock, code="workload", text="Too much of it in this week, two were away.", excused=False, by_id=1, given_at=ended)  # fmt: skip

    def happened(self, ticket: int, what: str, at: datetime, **data: object) -> None:
        self.add("audit_entry", at=at, actor_id=1, door="web", what=what, subject_kind="ticket", subject_id=ticket, data=data)  # fmt: skip

    def add(self, table: str, **row: Any) -> None:
        self.rows[table].append(row)

    def flush(self) -> None:
        for name, rows in self.rows.items():
            if rows:
                self.connection.execute(self.kinds[name].insert(), rows)
                rows.clear()

    @staticmethod
    def last_month(at: datetime) -> bool:
        return f"{at:%Y-%m}" == MONTH

    def ratings(self, month: str, number: int) -> None:
        """Of months behind nothing is left: their opinions were erased when they were closed."""
        if month != MONTH:
            return
        for rows in _opinions(self.dice, number):
            self.connection.execute(rows[0], rows[1])

    def report(self, month: str) -> None:
        """A stored issue such as the months behind have; its figures do not matter."""
        from servicedesk.reports import document
        from servicedesk.reports.figures import DepartmentRow, MonthRows
        from servicedesk.reports.models import ReportIssue
        from servicedesk.reports.rules import bounds

        departments = [DepartmentRow(n + 1, f"d{n:02}", {"en": f"Department {n}"}) for n in range(SUPPLIERS)]
        rows = MonthRows(month, *bounds(month, "Europe/Moscow"), departments=departments)
        built = document.build(rows, document.Opinions(), document.Lists(lambda *_: None), company="North", number=1, closed_at=NOW)  # fmt: skip
        text = document.text_of(built)
        self.connection.execute(ReportIssue.__table__.insert(), {
            "month": month, "number": 1, "closed_at": NOW, "method": document.METHOD, "document": text, "checksum": document.checksum_of(text),
            "summary": document.summary_of(built), "reason": "",
        })  # fmt: skip


def _opinions(dice: random.Random, number: int) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Inserts of the month's ratings."""
    from servicedesk.ratings.models import Rating, RatingMonth
    from servicedesk.ratings.sealing import Seal

    seal = Seal(b"s" * 32, KEY)
    yield RatingMonth.__table__.insert(), [{"month": MONTH, "secret": b"s" * 32, "check": seal.check}]
    for done in range(0, number, 1000):
        rows = []
        for _ in range(min(1000, number - done)):
            asker, scores = dice.randrange(ASKERS), [dice.choice((3, 6, 7, 8, 9, 10)) for _ in range(3)]
            facts = {
                "department": dice.randrange(SUPPLIERS) + 1, "type": None, "customer": asker % CUSTOMERS + 1, "served_by": None, "scores": scores,
                "comment": "Came late twice." if min(scores) < 6 else "", "rater": seal.blind(asker).hex(),
            }  # fmt: skip
            rows.append({"id": f"{dice.getrandbits(128):032x}", "month": MONTH, "sealed": seal.close(facts)})
        yield Rating.__table__.insert(), rows


if __name__ == "__main__":
    sys.exit(main())
