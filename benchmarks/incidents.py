"""Imports a whole incident log into SQLite and holds every resolution clock against plain arithmetic.

    python benchmarks/incidents.py LOG.csv.gz FOLDER-WITH-ru_YEAR.xml

Prints incidents a second, how many clocks equal the arithmetic, the shares of kept promises, and why verdicts differ.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import select

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.incident_arithmetic import PRIORITY, TARGET_HOURS, Case, WorkingTime, cases, day_types, exceptions_of
from config import for_tests
from servicedesk.app import create_app
from servicedesk.cli.words import progress
from servicedesk.imports import incidents
from servicedesk.imports.incidents.reading import count_cases
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.sla import actions as sla
from servicedesk.sla.models import Clock
from servicedesk.tickets.models import Ticket

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def main(log: Path, folder: Path) -> int:
    types = day_types(folder)
    plain = {case.number: case for case in cases(log, WorkingTime(types))}
    with tempfile.TemporaryDirectory() as place:
        app = create_app(for_tests(f"sqlite:///{place}/desk.sqlite"))
        with app.app_context():
            flask_migrate.upgrade()
            found(exceptions_of(types))
            first = imported(log)
            print(
                f"import: {first.added} of {first.incidents} incidents, {first.rate:.0f}/s; bad rows {first.bad_rows}"
            )
            again = imported(log)
            print(f"again: {again.added} added, {again.already_there} already there, {again.rate:.0f}/s")
            clocks = dict(
                db.session.execute(
                    select(Ticket.external_id, Clock).join(Clock).where(Clock.metric == "resolution")
                ).all()
            )
            compare(plain, clocks)
    return 0


def found(exceptions: dict[str, Any]) -> None:
    stamp = Stamp(None, datetime(2016, 1, 1, tzinfo=UTC), "cli")
    with transaction():
        people.describe_company(stamp, name="North", language="en", timezone="Europe/Moscow")
        week = {day: [["09:00", "18:00"]] for day in WORKDAYS}
        calendar = sla.set_calendar(stamp, key="office", timezone="Europe/Moscow", week=week, exceptions=exceptions)
        sla.make_company_calendar(calendar)
        for digit, priority in PRIORITY.items():
            targets = {"resolution": f"{TARGET_HOURS[digit]}h"}
            sla.set_policy(stamp, name=f"priority={priority}", priority=priority, targets=targets)


def imported(log: Path) -> Any:
    begun = time.perf_counter()
    with progress("Importing", count_cases(log)) as moved_on:
        summary = incidents.run(log, moved_on=moved_on)
    summary.rate = summary.incidents / (time.perf_counter() - begun)  # type: ignore[attr-defined]
    return summary


def compare(plain: dict[str, Case], clocks: dict[str, Clock]) -> None:
    resolved = [case for case in plain.values() if case.seconds is not None]
    straight = [case for case in resolved if not case.reopened]
    different = [c.number for c in straight if abs(clocks[c.number].elapsed_seconds - (c.seconds or 0)) >= 60]
    equal = 1 - len(different) / len(straight)
    print(
        f"clocks: {equal:.2%} of {len(straight)} cases never reopened equal the arithmetic; not {', '.join(different)}"
    )
    print(f"arithmetic: {share(case.kept for case in resolved)} of {len(resolved)} resolved cases kept")
    for priority in PRIORITY.values():
        mine = [case for case in resolved if case.priority == priority]
        clock_kept = share(clocks[case.number].breached_at is None for case in mine)
        print(f"  {priority}: arithmetic {share(case.kept for case in mine)}, clocks {clock_kept} of {len(mine)}")
    differing = Counter(
        reason(case, clocks[case.number]) for case in resolved if (clocks[case.number].breached_at is None) != case.kept
    )
    for why, number in differing.most_common():
        print(f"verdict differs, {why}: {number}")


def reason(case: Case, clock: Clock) -> str:
    if case.reopened:
        return "the case was reopened, and its time while resolved is not counted"
    if abs((case.seconds or 0) - clock.target_seconds) < 60 and clock.breached_at is not None:
        return "exactly the target was used up at closing time and the work ended after it"
    if case.kept:
        return "a stricter promise was missed before the priority changed"
    return "unexplained"


def share(kept: Any) -> str:
    verdicts = list(kept)
    return f"{sum(bool(v) for v in verdicts) / len(verdicts):.1%}" if verdicts else "none"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
