"""Two desks that are customers of each other, and machines that answer everything: one automatic letter, then silence."""

from __future__ import annotations

from contextlib import contextmanager
from email import message_from_bytes
from email.policy import SMTP

import pytest
from sqlalchemy import select

from config import Mailbox, for_tests
from servicedesk.app import create_app
from servicedesk.jobs import mail as job
from servicedesk.kernel.db import db
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailin.receiving import Arrival, receive
from servicedesk.tickets.models import Message, Ticket
from tests.cast import at
from tests.mailin.letters import letter

pytestmark = pytest.mark.flow
NOW = at("2026-04-06 10:05")
MOST_ROUNDS = 10


class Desk:
    """One installation: its database, its keys, its address. `post` takes what it sends."""

    def __init__(self, template, folder, name, neighbour):
        self.address, self.neighbour = f"desk@{name}.example", neighbour
        box = Mailbox(name, "imaps", f"mail.{name}.example", 993, name, "secret", department="it", address=self.address)
        self.database = template.copy()
        self.app = create_app(
            for_tests(
                self.database.url, secret_key=f"the secret key of {name}, long enough", public_url=f"http://{name}.example",
                files_dir=folder / name, mail_from=f"Desk {name} <{self.address}>", mailboxes=(box,), smtp_url="smtp://localhost",
                mail_domains=frozenset({f"{neighbour}.example", "example.com"}),
            )
        )  # fmt: skip
        self.box, self.number = box, 0

    def take(self, raw):
        """What becomes of a letter that comes in."""
        self.number += 1
        with self.app.app_context():
            return receive(Arrival(raw, self.box, 1, self.number, received_at=NOW), NOW)

    def send(self, monkeypatch):
        """(envelope's sender, recipient, letter) of everything it has queued."""
        sent = []

        class Post:
            def __init__(self, _url):
                pass

            def __enter__(self):
                return self

            def __exit__(self, *_):
                return None

            def deliver(self, message, envelope):
                sent.append((envelope, str(message["To"]), message.as_bytes(policy=SMTP)))

        monkeypatch.setattr(job, "SmtpDelivery", Post)
        with self.app.app_context():
            job.send_queued(NOW)
        return sent

    def count(self, model):
        with self.app.app_context():
            return len(db.session.scalars(select(model)).all())

    def outcomes(self):
        with self.app.app_context():
            return list(db.session.scalars(select(ReceivedMail.outcome).order_by(ReceivedMail.id)))

    @contextmanager
    def closing(self):
        yield self
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.database.drop()


@pytest.fixture
def desks(templates, tmp_path):
    with (
        Desk(templates.founded, tmp_path, "north", "south").closing() as north,
        Desk(templates.founded, tmp_path, "south", "north").closing() as south,
    ):
        yield north, south


def delivered(envelope, raw):
    """As a mail server hands it over."""
    return (
        f"Return-Path: <{envelope or ''}>\r\nReceived: from a by b; Mon, 6 Apr 2026 10:05:00 +0300\r\n".encode() + raw
    )


def without_automatic_marks(raw):
    """What a careless gateway leaves of it."""
    message = message_from_bytes(raw, policy=SMTP)
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe", "Return-Path"):
        del message[name]
    return message.as_bytes()


def exchange(north, south, monkeypatch, change=lambda raw: raw):
    """Carry letters between the two until nobody has anything to say; how many there were."""
    carried = 0
    for _ in range(MOST_ROUNDS):
        posts = [(desk, one) for desk in (north, south) for one in desk.send(monkeypatch)]
        between = [(desk, envelope, raw) for desk, (envelope, to, raw) in posts if to in (north.address, south.address)]
        if not between:
            return carried
        for desk, envelope, raw in between:
            carried += 1
            (south if desk is north else north).take(change(delivered(envelope, raw)))
    raise AssertionError("they never fall silent")


def test_they_fall_silent_after_one_automatic_letter(desks, monkeypatch):
    north, south = desks
    assert north.take(letter(f"South <{south.address}>", to=north.address)).outcome == "opened"
    assert exchange(north, south, monkeypatch) == 1
    assert (north.outcomes(), south.outcomes()) == (["opened"], ["logged"])
    assert south.count(Ticket) == 0


def test_they_do_so_too_where_a_gateway_takes_every_mark_away(desks, monkeypatch):
    """Then the other desk takes the acknowledgement for a letter, answers that once, and knows its own thread again."""
    north, south = desks
    north.take(letter(f"South <{south.address}>", to=north.address))
    assert exchange(north, south, monkeypatch, without_automatic_marks) <= 3
    assert north.count(Ticket) + south.count(Ticket) <= 2


def test_a_machine_that_answers_every_letter_gets_one(desks, monkeypatch):
    """It says nowhere that it is one, and answers with the whole thread."""
    north, _ = desks
    north.take(letter(to=north.address))
    answered = 0
    for _ in range(MOST_ROUNDS):
        mails = [raw for _, to, raw in north.send(monkeypatch) if to == "maria@example.com"]
        if not mails:
            break
        for raw in mails:
            answered += 1
            sent = message_from_bytes(raw, policy=SMTP)
            to = sent["Reply-To"] or sent["From"]
            north.take(
                letter(to=str(to), In_Reply_To=sent["Message-ID"], References=sent["Message-ID"], text="I am away.")
            )
    assert answered == 1
    assert (north.count(Ticket), north.count(Message)) == (1, 1)


def test_a_report_of_a_report_ends_there(desks, monkeypatch):
    north, _ = desks
    report = b"From: MAILER-DAEMON@elsewhere.example\r\nTo: desk@north.example\r\nSubject: Undelivered\r\n\r\nNobody there.\r\n"
    for _ in range(3):
        assert north.take(delivered("", report)).outcome in ("bounced", "duplicate")
    assert north.send(monkeypatch) == []
