"""kill -9 while letters are handled, and two workers at once: no letter is lost, and none is handled twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from servicedesk.files.shelf import Shelf
from servicedesk.kernel.db import db
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.sla.actions import differing_tickets
from servicedesk.tickets.models import Attachment, Message, Ticket
from tests.build import open_ticket, resolve
from tests.cast import load_cast
from tests.flows.receiving_mail import NOW, POINTS
from tests.mailin.letters import letter, token

pytestmark = [pytest.mark.flow, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
PEOPLE = 12


@pytest.fixture
def inbox(own_desk, tmp_path):
    """New requests of many people, each with a file and a copy of itself, answers to one request, and somebody who is away."""
    folder = tmp_path / "inbox"
    (folder / "put away").mkdir(parents=True)
    with own_desk.app_context():
        cast = load_cast()
        ticket = open_ticket(cast.maria, external_id="answered")
        resolve(ticket, cast.igor, "2026-04-06 11:00")
        letters = []
        for number in range(PEOPLE):
            new = letter(f"P <p{number}@example.com>", files=[("log.txt", f"Log {number}.".encode())])
            letters += [new, new]
        letters += [letter(to=token(ticket), text=f"Not yet, {number}.") for number in range(4)]
        letters.append(letter(to=token(ticket), Auto_Submitted="auto-replied", text="I am away."))
    for number, raw in enumerate(letters, start=1):
        (folder / f"{number:03}.eml").write_bytes(raw)
    return folder


def start(desk, inbox, point="moved", number=0):
    command = [sys.executable, "-m", "tests.flows.receiving_mail", desk.config["SETTINGS"].database_url]
    command += [str(inbox.parent / "files"), str(inbox), point, str(number)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def waiting(inbox):
    return sorted(path.stem for path in inbox.glob("*.eml"))


def check(desk, inbox):
    """What must hold when everything was handled, however often somebody died."""
    with desk.app_context():
        rows = list(db.session.scalars(select(ReceivedMail).order_by(ReceivedMail.uid)))
        assert [row.uid for row in rows] == list(range(1, 2 * PEOPLE + 6))
        outcomes = Counter(row.outcome for row in rows)
        assert outcomes == {"opened": PEOPLE, "duplicate": PEOPLE, "replied": 4, "noted": 1}
        asked = select(func.count()).select_from(Ticket).where(Ticket.external_id.is_(None))
        assert db.session.scalar(asked) == PEOPLE
        assert db.session.scalar(select(func.count()).select_from(Message)) == 1 + 4
        assert db.session.scalar(select(func.count()).select_from(Attachment)) == PEOPLE
        mails = Counter(db.session.execute(select(OutgoingMail.to_address, OutgoingMail.template)).all())
        assert {key: times for key, times in mails.items() if key[1] == "request_received" and times > 1} == {}
        assert sum(template == "request_received" for _, template in mails) == PEOPLE + 1
        told = Counter(db.session.execute(select(Notice.person_id, Notice.kind, Notice.ticket_id)).all())
        assert {key: times for key, times in told.items() if key[1] == "new_request" and times > 1} == {}
        shelf = Shelf(inbox.parent / "files", 1_000_000)
        assert all(shelf.path_of(row.digest).is_file() for row in rows)
        assert differing_tickets(list(db.session.scalars(select(Ticket.id))), NOW) == []


def test_a_letter_is_handled_once_wherever_its_worker_dies(own_desk, inbox):
    """At each of the points, again and again, at places that differ; what was put away is never touched again."""
    random, deaths = Random(6), 0
    while waiting(inbox):
        if deaths < 4 * len(POINTS):
            point, number = POINTS[deaths % len(POINTS)], random.randint(1, 3)
        else:
            point, number = "moved", 0
        worker = start(own_desk, inbox, point, number)
        _, complaints = worker.communicate(timeout=120)
        assert worker.returncode in (-signal.SIGKILL, 0), complaints[-2000:]
        deaths += worker.returncode != 0
    assert deaths > len(POINTS)
    check(own_desk, inbox)


def test_two_workers_on_one_mailbox_do_everything_once(own_desk, inbox):
    """They read the same list of letters; whoever comes second finds the row, or the letter moved away under its hands."""
    workers = [start(own_desk, inbox) for _ in range(2)]
    for worker in workers:
        _, complaints = worker.communicate(timeout=120)
        assert worker.returncode == 0 or "FileNotFoundError" in complaints, complaints[-2000:]
    worker = start(own_desk, inbox)
    _, complaints = worker.communicate(timeout=120)
    assert worker.returncode == 0, complaints[-2000:]
    assert waiting(inbox) == []
    check(own_desk, inbox)
