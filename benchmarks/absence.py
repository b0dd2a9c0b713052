"""How long it takes until the stand-ins of somebody with 1,000 open requests are in place and everybody is told.

    python benchmarks/absence.py

Prints seconds of processor time on SQLite for the beginning of an absence (1,000 requesters are written to), for its end,
and for a run of the job that finds nothing to do.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask_migrate
from sqlalchemy import func, insert, select, update

sys.path.insert(0, str(Path(__file__).parents[1]))

from config import for_tests
from servicedesk.app import create_app
from servicedesk.jobs.absences import keep_covers
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.models import Ticket

START = datetime(2026, 4, 6, 7, tzinfo=UTC)
AWAY = START + timedelta(days=1)
BACK = AWAY + timedelta(days=7)
OPEN = 1_000


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        app = create_app(for_tests(f"sqlite:///{place}/desk.sqlite"))
        with app.app_context():
            flask_migrate.upgrade()
            found()
            print(f"{OPEN:,} open requests: the absence begins in {timed(lambda: keep_covers(AWAY)):.2f} s", end=", ")
            covered = db.session.scalar(select(func.count()).select_from(Ticket).where(Ticket.cover_id > 0))
            mails = db.session.scalar(select(func.count()).select_from(OutgoingMail))
            print(f"{covered:,} are covered, {mails:,} mails are queued")
            print(f"a run with nothing to do takes {timed(lambda: keep_covers(AWAY + timedelta(minutes=1))):.3f} s")
            print(f"the absence ends in {timed(lambda: keep_covers(BACK)):.2f} s")
    return 0


def timed(work: Callable[[], int]) -> float:
    db.session.rollback()
    begun = time.process_time()
    work()
    return time.process_time() - begun


def found() -> None:
    """A department with two agents, of whom one has everything, and as many requesters."""
    stamp = Stamp(None, START, "cli")
    with transaction():
        people.describe_company(stamp, name="North", language="en", timezone="UTC")
        department = people.add_department(stamp, key="it", name={"en": "IT"})
        olga, igor, maria = (
            people.add_person(stamp, email=f"{name}@example.com", name=name.capitalize(), department=department)
            for name in ("olga", "igor", "maria")
        )
        for person in (olga, igor):
            people.grant(stamp, person, "agent", department)
    with transaction():
        ticket = tickets.open_ticket(stamp, maria, subject="Silence", description="No sound.", department=department)
    with transaction():
        tickets.take(Stamp(olga.id, START, "web"), ticket, olga)
    copies = [
        {c.key: getattr(ticket, c.key) for c in Ticket.__table__.columns if c.key != "id"} for _ in range(OPEN - 1)
    ]
    with transaction():
        people_rows = [
            {"email": f"p{number}@example.com", "name": f"P {number}", "language": "en", "theme": "system", "active": True,
             "topics": [], "created_at": START}
            for number in range(OPEN)
        ]  # fmt: skip
        db.session.execute(insert(Person), people_rows)
        db.session.execute(insert(Ticket), copies)
        # Each has a requester of their own: the dearest case.
        db.session.execute(update(Ticket).values(requester_id=maria.id + Ticket.id, registrar_id=maria.id + Ticket.id))
        people.plan_absence(stamp, olga, olga, begins_at=AWAY, ends_at=BACK, substitute=igor)


if __name__ == "__main__":
    sys.exit(main())
