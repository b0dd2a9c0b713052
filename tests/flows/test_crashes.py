"""kill -9 at any moment: what was acknowledged is there exactly once, and what was begun goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Absence
from servicedesk.tickets.models import Approval, ChildRequest, Ticket
from tests.build import assign, open_ticket, template
from tests.cast import by, department, load_cast
from tests.flows import crashing

pytestmark = [pytest.mark.flow, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
# (number of the commit, on which side of it): each run goes on where the last one died.
DEATHS = [(1, "before"), (1, "after"), (2, "before"), (3, "after"), (3, "before"), (4, "after"), (2, "after"), (5, "before"), (6, "after")]  # fmt: skip
OLD = 70


@pytest.fixture
def desk(own_desk):
    """Laptops need two words; a newcomer needs three requests in two steps; Igor has more than one batch of tickets."""
    with own_desk.app_context():
        cast = load_cast()
        with transaction():
            catalog.add_request_type(
                by(None, "2026-01-12 10:00"), department("it"), key="it.laptop", name={"ru": "Ноутбук", "en": "Laptop"},
                approvals=[{"who": "people", "people": [cast.boris.id]}, {"who": "people", "people": [cast.adam.id, cast.rita.id]}],
            )  # fmt: skip
        template("it.newcomer", ("hr.certificate", 1), ("hr.certificate", 1), ("hr.certificate", 2))
        for number in range(OLD):
            ticket = open_ticket(cast.maria, when="2026-04-03 10:00", external_id=f"old-{number}")
            assign(ticket, cast.olga, "2026-04-03 11:00", cast.igor)
    return own_desk


def url_of(desk):
    return desk.config["SETTINGS"].database_url


def run(desk, number, when="after"):
    """What the process acknowledged before it died or ended."""
    command = [sys.executable, "-m", "tests.flows.crashing", url_of(desk), str(number), when]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == (-signal.SIGKILL if number else 0), done.stderr[-2000:]
    return done.stdout.split("\n")[:-1]


def test_a_story_that_dies_again_and_again_is_told_once(desk):
    told = []
    for number, when in DEATHS:
        told += run(desk, number, when)
        with desk.app_context():
            assert crashing.broken() == []
            taken = {name: is_taken() for name, is_taken, _ in crashing.steps() if name in told}
            lost = [name for name, there in taken.items() if not there and name not in ("clocks", "covers")]
            assert lost == []
    told += run(desk, 0)
    assert len(set(told)) == len(told) or {name for name in told if told.count(name) > 1} <= {"clocks"}
    with desk.app_context():
        assert crashing.broken() == []
        assert all(is_taken() for name, is_taken, _ in crashing.steps() if name not in ("clocks", "covers"))
        assert db.session.scalar(select(func.count()).select_from(Absence)) == 1
        assert db.session.scalar(select(func.count()).select_from(ChildRequest)) == 3 * crashing.LAPTOPS
        # Two rounds of the refused one: everybody who was to be asked stands there once for each round.
        assert db.session.scalar(select(func.count()).select_from(Approval)) == 3 * (crashing.LAPTOPS + 1)
        assert db.session.scalar(select(func.count()).select_from(Ticket).where(Ticket.cover_id.is_not(None))) == 0
