"""How long it takes to say what a new version of a policy or calendar would do to 10,000 running clocks.

    python benchmarks/dry_run.py

Prints seconds of processor time for 1,000 and 10,000 running clocks on SQLite, beside ten times as many finished ones,
and their ratio; then how many clocks the worker moves in such a second.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import insert, inspect

sys.path.insert(0, str(Path(__file__).parents[1]))

from config import for_tests
from servicedesk.app import create_app
from servicedesk.jobs import rollouts as job
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.queries import departments
from servicedesk.sla import access, queries
from servicedesk.sla import actions as sla
from servicedesk.sla.actions import rolling_out
from servicedesk.sla.models import Clock, Mark
from servicedesk.sla.queries.dry_run import dry_run
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.models import Stay, Ticket

START = datetime(2026, 4, 6, 7, tzinfo=UTC)
NOW = START + timedelta(hours=3)
WEEK = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
LONGER = {"first_reply": "6h", "resolution": "36h", "stay": "20h"}


def main() -> int:
    small, _ = measured(1_000)
    large, moved = measured(10_000)
    for what in small:
        print(
            f"dry run of a new {what}: {small[what]:.2f} s for 1,000 running clocks, {large[what]:.2f} s for 10,000,",
            end=" ",
        )
        print(f"ratio {large[what] / small[what]:.1f}")
    print(f"the worker moves {moved:.0f} clocks a second")
    return 0


def measured(running: int) -> tuple[dict[str, float], float]:
    """Seconds of the dry runs, and clocks a second of the rollout."""
    with tempfile.TemporaryDirectory() as place:
        app = create_app(for_tests(f"sqlite:///{place}/desk.sqlite"))
        with app.app_context():
            flask_migrate.upgrade()
            admin = found(running)
            versions = {"policy": policy({"first_reply": "4h"} | LONGER), "calendar": calendar({"2026-04-07": []})}
            took = {what: timed(what, version_id, admin, running) for what, version_id in versions.items()}
            with transaction():
                version = access.applicable_version(admin, "policy", versions["policy"])
                rolling_out.ask_for_rollout(Stamp(admin.id, NOW, "web"), version, admin)
            begun = time.process_time()
            job.apply_versions(NOW)
            return took, running / (time.process_time() - begun)


def timed(what: str, version_id: int, reader: Any, running: int) -> float:
    db.session.rollback()
    begun = time.process_time()
    result = dry_run(access.applicable_version(reader, what, version_id), reader, NOW)
    took = time.process_time() - begun
    if result.total != running:
        sys.exit(f"{result.total} clocks instead of {running}")
    return took


def found(running: int) -> Any:
    """A company whose one department has that many running clocks, and ten times as many that have ended."""
    stamp = Stamp(None, START, "import")
    with transaction():
        people.describe_company(stamp, name="North", language="en", timezone="Europe/Moscow")
        sla.make_company_calendar(sla.set_calendar(stamp, key="office", timezone="Europe/Moscow", week=WEEK))
        desk = people.add_department(stamp, key="desk", name={"en": "Desk"})
        person = people.add_person(stamp, email="adam@example.com", name="Adam", department=desk, language="en")
        people.grant(stamp, person, "admin", None)
        policy_of_desk(stamp, LONGER | {"first_reply": "4h", "resolution": "27h"})
        ticket = tickets.open_ticket(
            Stamp(person.id, START, "web"), person, subject="Silence", description="", department=desk
        )
    copies = running // 3 + (running % 3 > 0)
    with transaction():
        multiply(ticket, copies, running, ended=False)
        multiply(ticket, copies * 10, running * 10, ended=True)
    return person


def multiply(ticket: Any, copies: int, clocks: int, *, ended: bool) -> None:
    """Copies of a ticket with its clocks and marks, as plain rows."""
    first = (db.session.query(db.func.max(Ticket.id)).scalar() or 0) + 1
    first_clock = (db.session.query(db.func.max(Clock.id)).scalar() or 0) + 1
    originals = list(db.session.query(Clock).filter(Clock.ticket_id == ticket.id).order_by(Clock.id))
    bulk(Ticket, [row_of(ticket) | {"id": first + n} for n in range(copies)])
    bulk(
        Stay,
        [{"ticket_id": first + n, "department_id": ticket.department_id, "began_at": START} for n in range(copies)],
    )
    over = {"open": False, "state": "met", "stopped_at": NOW, "decided_at": NOW, "next_look_at": None} if ended else {}
    rows = [
        row_of(originals[n % 3]) | over | {"id": first_clock + n, "ticket_id": first + n // 3} for n in range(clocks)
    ]
    bulk(Clock, rows)
    bulk(Mark, [{"clock_id": row["id"], "kind": "started", "at": START, "data": {}} for row in rows])
    if not ended:
        for clock in originals:
            # The original is not one of them.
            clock.open, clock.state, clock.next_look_at = False, "cancelled", None


def bulk(table: Any, rows: list[dict[str, Any]]) -> None:
    for begin in range(0, len(rows), 5000):
        db.session.execute(insert(table), rows[begin : begin + 5000])


def row_of(thing: Any) -> dict[str, Any]:
    return {column.key: getattr(thing, column.key) for column in inspect(type(thing)).column_attrs}


def policy_of_desk(stamp: Stamp, targets: dict[str, str]) -> None:
    (desk,) = departments()
    sla.set_policy(stamp, name="department=desk", department_id=desk.id, targets=targets)


def policy(targets: dict[str, str]) -> int:
    with transaction():
        policy_of_desk(Stamp(None, NOW, "cli"), targets)
    return queries.policies()[0].version_id


def calendar(exceptions: dict[str, Any]) -> int:
    with transaction():
        row = sla.set_calendar(
            Stamp(None, NOW, "cli"), key="office", timezone="Europe/Moscow", week=WEEK, exceptions=exceptions
        )
    version = queries.newest_version(row.id)
    assert version is not None
    return int(version.id)


if __name__ == "__main__":
    sys.exit(main())
