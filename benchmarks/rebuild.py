"""How fast every clock is folded anew: python benchmarks/rebuild.py LOG.csv.gz

Imports an incident log into SQLite, with a first reply, a resolution and a stay promised to each ticket, and prints
tickets and clocks a second of three runs that find nothing, of one that puts every row right, and how the memory grew.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
from sqlalchemy import func, select, update

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.incidents import found, imported
from config import for_tests
from servicedesk.app import create_app
from servicedesk.cli.promises import CHUNK
from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.schema import let_go
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions, queries
from servicedesk.sla.models import Clock


def main(log: Path) -> int:
    with tempfile.TemporaryDirectory() as place:
        app = create_app(for_tests(f"sqlite:///{place}/desk.sqlite"))
        with app.app_context():
            flask_migrate.upgrade()
            found({})
            with transaction():
                stamp = Stamp(None, datetime(2016, 1, 1, tzinfo=UTC), "cli")
                actions.set_policy(stamp, name="company", targets={"first_reply": "4h", "reply": "9h", "stay": "18h"})
            imported(log)
            tickets, clocks = queries.tickets_with_clocks(), db.session.scalar(select(func.count(Clock.id))) or 0
            print(f"{tickets} tickets, {clocks} clocks")
            for _ in range(3):
                tell("nothing differs", tickets, clocks, lambda: walk(check=True))
            before = peak()
            with transaction():
                db.session.execute(update(Clock).values(paused_seconds=Clock.paused_seconds + 1))
            tell("every row put right", tickets, clocks, lambda: walk(check=False))
            tell("nothing differs again", tickets, clocks, lambda: walk(check=True))
            print(f"memory: {peak() - before:.0f} MB more for the repair, {peak():.0f} MB at most")
    return 0


def walk(*, check: bool) -> int:
    """What the command does, without its words."""
    last = different = 0
    while ids := queries.next_tickets(last, CHUNK):
        suspects = actions.differing_tickets(ids, now())
        let_go()
        if suspects:
            with transaction():
                different += len(actions.rebuild(Stamp(None, now(), "cli"), suspects, check=check))
        last = ids[-1]
    return different


def tell(what: str, tickets: int, clocks: int, work: Callable[[], int]) -> None:
    begun, busy = time.perf_counter(), time.process_time()
    different = work()
    seconds, busy = time.perf_counter() - begun, time.process_time() - busy
    print(
        f"{what}: {different} differences, {tickets / seconds:.0f} tickets and {clocks / seconds:.0f} clocks a second, "
        f"{tickets / busy:.0f} and {clocks / busy:.0f} a second of processor time"
    )


def peak() -> float:
    """Most memory used so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
