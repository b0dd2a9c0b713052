"""kill -9 at any moment: what was acknowledged is there exactly once, and what was begun goes on."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.models import Absence
from servicedesk.tickets.models import Approval, ChildRequest, Ticket
from tests.build import assign, open_ticket, template
from tests.cast import FOUNDED, by, department, load_cast
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


def test_what_the_served_desk_acknowledged_survives_it_once(desk, tmp_path):
    """Web processes and worker are killed together while programs file requests and approve them."""
    with desk.app_context():
        cast = load_cast()
        with transaction():
            secrets = {
                name: people.issue_token(Stamp(None, FOUNDED, "cli"), getattr(cast, name), name="crash")
                for name in ("maria", "boris")
            }
    filed: dict[str, int] = {}
    for round_ in range(3):
        port = _free_port()
        served = _serve(desk, port, tmp_path)
        try:
            _wait_for(port)
            asked = [threading.Thread(target=_file, args=(port, secrets, f"k{thread}", filed)) for thread in range(4)]
            for thread in asked:
                thread.start()
            if round_ < 2:
                _until(partial(_are_filed, filed, 3 + 6 * round_))
                os.killpg(served.pid, signal.SIGKILL)
            for thread in asked:
                thread.join(timeout=60)
        finally:
            _end(served)
    assert len(filed) == 4 * EACH
    with desk.app_context():
        assert crashing.broken() == []
        rows = db.session.execute(
            select(Ticket.id, Ticket.subject, Ticket.status).where(Ticket.subject.startswith("crash "))
        ).all()
        assert {row.subject.removeprefix("crash "): row.id for row in rows} == filed
        assert len(rows) == len(filed)


EACH = 5


def _are_filed(filed, least):
    return len(filed) >= least


def _file(port, secrets, name, filed):
    """Under the same keys as in the rounds before: what was answered then is answered again."""
    for number in range(EACH):
        key = f"{name}-{number}"
        headers = {
            "Authorization": f"Bearer {secrets['maria']}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        body = json.dumps({"request_type": "it.laptop", "subject": f"crash {key}"}).encode()
        asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/tickets", body, headers)
        try:
            told = _answer_to(asked)
        except (OSError, http.client.HTTPException, ValueError):
            return  # it died before it had answered
        assert filed.setdefault(key, told) == told


def _answer_to(asked):
    """The number that was given; where the desk says that it is busy, it is asked again."""
    for _ in range(50):
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return json.load(answer)["id"]
        except urllib.error.HTTPError as refusal:
            with refusal:
                if refusal.code != 503:
                    raise
            threading.Event().wait(0.2)
    raise OSError("busy all the time")


def _serve(desk, port, folder):
    settings = {
        "DATABASE_URL": url_of(desk), "SECRET_KEY": desk.config["SETTINGS"].secret_key,
        "PUBLIC_URL": f"http://127.0.0.1:{port}", "FILES_DIR": str(folder),
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "desk", "serve", "--port", str(port)]
    return subprocess.Popen(
        command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def _wait_for(port):
    def answers():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5):
                return True
        except OSError:
            return False

    _until(answers)


def _until(is_so, seconds=150):
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < end, "it did not come to that"
        pause.wait(0.05)


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _end(served):
    """Nothing of this session is left, whatever the test met."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(served.pid, signal.SIGKILL)
    served.wait(timeout=30)
