"""Tries another promise on every month of a whole imported incident log.

    python benchmarks/what_if.py LOG.csv.gz FOLDER-WITH-ru_YEAR.xml

Imports the log into SQLite as incidents.py does, then asks for each department and month what 16 working hours would have
kept. Prints seconds of processor time for all of them together, for the fullest month, and the shares before and after.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.incident_arithmetic import day_types, exceptions_of
from benchmarks.incidents import found, imported
from config import for_tests
from servicedesk.app import create_app
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.queries import departments
from servicedesk.reports.access import what_if_for
from servicedesk.reports.figures.what_if import WhatIf
from servicedesk.reports.queries.what_if import Question
from servicedesk.reports.rules import shifted
from servicedesk.sla_engine import Target

NOW = datetime(2018, 1, 1, tzinfo=UTC)
FIRST, MONTHS = "2016-02", 18


def main(log: Path, folder: Path) -> int:
    with tempfile.TemporaryDirectory() as place:
        app = create_app(for_tests(f"sqlite:///{place}/desk.sqlite"))
        with app.app_context():
            flask_migrate.upgrade()
            found(exceptions_of(day_types(folder)))
            imported(log)
            with transaction():
                stamp = Stamp(None, NOW, "import")
                admin = people.add_person(stamp, email="adam@example.com", name="Adam", language="en")
                people.grant(stamp, admin, "admin", None)
            months = {month: asked(admin, month) for month in (shifted(FIRST, n) for n in range(MONTHS))}
            rows = [one for _, answers in months.values() for one in answers]
            total, took = sum(one.total for one in rows), sum(seconds for seconds, _ in months.values())
            print(f"{total} promises of {MONTHS} months and {len(departments())} departments in {took:.1f} s")
            fullest, (seconds, answers) = max(months.items(), key=lambda pair: sum(one.total for one in pair[1][1]))
            print(f"{fullest}, the fullest: {sum(one.total for one in answers)} in {seconds:.1f} s")
            before, after = sum(one.kept_before for one in rows), sum(one.kept_after for one in rows)
            print(f"kept {before / total:.1%}, with 16 h for all {after / total:.1%}")
            print(f"saved {sum(len(one.saved) for one in rows)}, lost {sum(len(one.lost) for one in rows)}")
    return 0


def asked(reader: object, month: str) -> tuple[float, list[WhatIf]]:
    """Seconds, and the answers of every department."""
    db.session.rollback()
    begun = time.process_time()
    answers = [
        what_if_for(reader, Question(row.id, "resolution", month), Target.parse("16h"), None, NOW)
        for row in departments()
    ]
    return time.process_time() - begun, answers


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
