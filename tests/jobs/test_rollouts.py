"""The job that applies new versions: it goes on where a worker was killed, and comes back where somebody held a ticket."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from servicedesk.jobs import rollouts as job
from servicedesk.jobs import worker
from servicedesk.jobs.schedule import JOBS
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Busy
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import access, actions, queries
from servicedesk.sla.actions import rolling_out
from servicedesk.sla.models import Clock, Mark, Rollout
from tests.build import open_ticket
from tests.cast import at, by, department, load_cast
from tests.house.sources import ROOT

NOON = "2026-04-06 12:00"

# A worker that is killed from outside while it holds a batch in hand, the third one.
DYING = """
import os, signal, sys
from config import for_tests
from servicedesk.app import create_app
from servicedesk.jobs import rollouts as job
from servicedesk.sla.actions import rolling_out
from tests.cast import at

carry_on, seen = rolling_out.carry_on, []

def dying(stamp, rollout_id):
    goes_on = carry_on(stamp, rollout_id, limit=4)
    seen.append(goes_on)
    if len(seen) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return goes_on

rolling_out.carry_on = dying
with create_app(for_tests(sys.argv[1])).app_context():
    job.apply_versions(at("2026-04-06 12:00"))
"""


def asked_for(cast):
    with transaction():
        actions.set_policy(
            by(None, NOON), name="department=it", department_id=department("it").id, targets={"first_reply": "5h", "resolution": "36h"}
        )  # fmt: skip
    version_id = next(row.version_id for row in queries.policies() if row.name == "department=it")
    with transaction():
        version = access.applicable_version(cast.olga, "policy", version_id)
        return rolling_out.ask_for_rollout(by(cast.olga, NOON), version, cast.olga).id


def test_it_runs_every_ten_seconds():
    (row,) = [row for row in JOBS if row.name == "rollouts"]
    assert (row.every, row.work) == (10, job.apply_versions)


def test_the_worker_does_what_was_asked_for(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        open_ticket(cast.maria)
        rollout_id = asked_for(cast)
    handled = worker.run_once(own_desk)
    assert handled["rollouts"] == 1
    with own_desk.app_context():
        assert db.session.get(Rollout, rollout_id).state == "done"
    assert worker.run_once(own_desk)["rollouts"] == 0


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_the_next_does_nothing_twice(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        for _ in range(6):
            open_ticket(cast.maria)
        rollout_id = asked_for(cast)
        db.session.remove()
        url = db.engine.url.render_as_string(hide_password=False)
    died = subprocess.run([sys.executable, "-c", DYING, url], check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert died.returncode == -signal.SIGKILL
    with own_desk.app_context():
        assert db.session.get(Rollout, rollout_id).done == 8
        job.apply_versions(at(NOON))
        db.session.expire_all()
        rollout = db.session.get(Rollout, rollout_id)
        assert (rollout.state, rollout.done, rollout.total, rollout.moved) == ("done", 18, 18, 18)
        changed = select(func.count()).select_from(Mark).where(Mark.kind == "retargeted")
        assert (db.session.scalar(changed), db.session.scalar(select(func.count()).select_from(Clock))) == (18, 18)


def test_where_somebody_holds_a_ticket_the_next_run_goes_on(cast, monkeypatch):
    open_ticket(cast.maria)
    rollout_id = asked_for(cast)
    carry_on = rolling_out.carry_on

    def held(*_args, **_more):
        raise Busy("Many changes are being saved right now.", seconds=5)

    monkeypatch.setattr(rolling_out, "carry_on", held)
    assert job.apply_versions(at(NOON)) == 0
    assert db.session.get(Rollout, rollout_id).state == "waiting"
    monkeypatch.setattr(rolling_out, "carry_on", carry_on)
    assert job.apply_versions(at(NOON)) == 1
    db.session.expire_all()
    assert db.session.get(Rollout, rollout_id).state == "done"


def test_every_batch_has_a_moment_of_its_own(cast):
    """A long rollout is not told as if all of it had happened at its start."""
    for _ in range(2):
        open_ticket(cast.maria)
    asked_for(cast)
    job.apply_versions(at(NOON))
    told = set(db.session.scalars(select(Mark.at).where(Mark.kind == "retargeted")))
    assert all(at(NOON) <= moment < at("2026-04-06 12:05") for moment in told)
