"""A letter's whole way with real servers on both sides and a real worker between them: dovecot, SMTP, flask worker."""

from __future__ import annotations

import email
import email.policy
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailout.models import BouncedAddress
from servicedesk.sla import actions as sla
from servicedesk.tickets.models import Message, Ticket
from tests.build import assign, clocks, reply, resolve
from tests.cast import FOUNDED, department, load_cast
from tests.imap import PASSWORD, dovecot
from tests.post import NAME, opened_post

__all__ = ["dovecot"]

pytestmark = [pytest.mark.flow, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
USERS = {
    "desk@example.com": "story-desk", "it@example.com": "story-desk", "maria@example.com": "story-maria",
    "igor@example.com": "story-igor",
}  # fmt: skip


@pytest.fixture
def desk(own_desk):
    """IT promises an answer within 24 hours by the clock, at any hour."""
    with own_desk.app_context(), transaction():
        stamp = Stamp(None, FOUNDED, "cli")
        always = sla.set_calendar(stamp, key="always", timezone="UTC", week=ALWAYS)
        sla.set_department_calendar(stamp, department("it"), always)
        sla.set_policy(
            stamp, name="department=it", department_id=department("it").id, priority=None,
            targets={"first_reply": "24h", "reply": "24h"},
        )  # fmt: skip
    return own_desk


@pytest.fixture
def post(dovecot):
    with opened_post(dovecot, USERS) as office:
        yield office


@pytest.fixture
def environment(desk, post, dovecot, tmp_path):
    box = f"imap://story-desk:{quote(PASSWORD)}@127.0.0.1:{dovecot.port}/INBOX?name=it&department=it&address=it@example.com"
    settings = desk.config["SETTINGS"]
    return os.environ | {
        "DATABASE_URL": settings.database_url, "SECRET_KEY": settings.secret_key, "PUBLIC_URL": "http://desk.test",
        "FILES_DIR": str(tmp_path / "files"), "MAILBOXES": box, "MAIL_FROM": "The desk <desk@example.com>",
        "MAIL_DOMAINS": "example.com", "MAIL_AUTHSERV_ID": NAME, "SMTP_URL": post.url,
    }  # fmt: skip


@pytest.fixture
def worker(environment):
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    yield process
    # It stops in seconds, though it waits beside the mail server.
    process.send_signal(signal.SIGTERM)
    try:
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()


def until(find, seconds=90):
    """What `find` gives as soon as it gives anything."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not (found := find()):
        assert time.monotonic() < end, "it did not come to that"
        pause.wait(0.2)
    return found


def mail(sender, to, subject, text, **headers):
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{time.monotonic_ns()}@{sender.partition('@')[2]}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def answer_to(read, sender, text):
    """As a mail program answers: to Reply-To, with the references and the mail quoted below."""
    quoted = "\n".join(f"> {line}" for line in read.get_body(("plain",)).get_content().splitlines())
    to = parseaddr(str(read["Reply-To"]))[1]
    return to, mail(
        sender, to, f"Re: {read['Subject']}", f"{text}\n\nOn Mon, 6 Apr 2026 at 09:00, The desk <desk@example.com> wrote:\n{quoted}\n",
        In_Reply_To=str(read["Message-ID"]), References=f"{read['References'] or ''} {read['Message-ID']}".strip(),
    )  # fmt: skip


class Story:
    """What people see: their mailboxes, and the desk's rows."""

    def __init__(self, desk, dovecot, post):
        self.desk, self.dovecot, self.post = desk, dovecot, post

    def inbox(self, name):
        raw = self.dovecot.letters(f"story-{name}")
        return [email.message_from_bytes(one, policy=email.policy.default) for one in raw]

    def mail_to(self, name, words):
        """The newest mail to them in whose text these words stand, once it is there."""
        return until(
            lambda: next(
                (one for one in reversed(self.inbox(name)) if words in one.get_body(("plain",)).get_content()), None
            )
        )

    def write(self, raw, sender, to):
        self.post.send(raw, sender, to)

    def answer(self, name, read, text):
        sender = f"{name}@example.com"
        to, raw = answer_to(read, sender, text)
        self.write(raw, sender, to)

    def row(self, subject):
        """The letter's row, once it is there."""
        query = select(ReceivedMail).where(ReceivedMail.subject == subject).order_by(ReceivedMail.id.desc())
        return until(lambda: self.ask(lambda: db.session.scalars(query).first()))

    def ask(self, question):
        with self.desk.app_context():
            return question()

    def texts(self, ticket_id):
        query = select(Message.text).where(Message.ticket_id == ticket_id).order_by(Message.id)
        return self.ask(lambda: list(db.session.scalars(query)))

    def status(self, ticket_id):
        return self.ask(lambda: db.session.get(Ticket, ticket_id).status)

    def clock(self, ticket_id, metric):
        return self.ask(lambda: clocks(db.session.get(Ticket, ticket_id)).get(metric))


def test_the_story_of_a_letter(desk, dovecot, post, worker, environment):
    story, began = Story(desk, dovecot, post), datetime.now(UTC)
    # Maria writes to IT, and a clock of 24 hours runs from when the mail server took her letter.
    story.write(
        mail("Maria <maria@example.com>", "it@example.com", "The printer is silent", "It does not blink."),
        "maria@example.com",
        "it@example.com",
    )
    row = story.row("The printer is silent")
    assert (row.outcome, row.verified) == ("opened", "pass")
    number = row.ticket_id
    running = story.clock(number, "first_reply")
    assert running.state == "running" and running.due_at - running.started_at == timedelta(hours=24)
    assert abs(running.started_at - began) < timedelta(seconds=90)

    # She has the acknowledgement, which no machine answers.
    known = story.mail_to("maria", f"#{number}")
    assert known["Auto-Submitted"] == "auto-replied"

    # Igor is given it, answers by mail, and the clock stops.
    with desk.app_context():
        cast = load_cast()
        assign(db.session.get(Ticket, number), cast.olga, datetime.now(UTC), cast.igor)
    given = story.mail_to("igor", f"#{number}")
    story.answer("igor", given, "Please switch it off and on.")
    until(lambda: story.clock(number, "first_reply").state == "met")
    assert story.texts(number) == ["Please switch it off and on."]

    # Maria receives it and writes back: a message, and the next clock runs.
    heard = story.mail_to("maria", "Please switch it off and on.")
    story.answer("maria", heard, "Still nothing.")
    until(lambda: story.texts(number) == ["Please switch it off and on.", "Still nothing."])
    assert story.clock(number, "reply").state == "running"

    # Solved; a thank you leaves it so, a word about the printer opens it again.
    with desk.app_context():
        resolve(db.session.get(Ticket, number), load_cast().igor, datetime.now(UTC))
    solved = story.mail_to("maria", "Your request is resolved")
    story.answer("maria", solved, "Thank you!")
    until(lambda: "Thank you!" in story.texts(number))
    assert story.status(number) == "resolved"
    story.answer("maria", solved, "It is silent again, and the paper is jammed.")
    until(lambda: story.status(number) != "resolved")

    # Somebody whose mailbox is gone: what the desk sends there comes back and marks the address.
    story.write(
        mail("gone@example.com", "it@example.com", "My last day", "Please close my account."),
        "gone@example.com",
        "it@example.com",
    )
    last = story.row("My last day")
    with desk.app_context():
        reply(db.session.get(Ticket, last.ticket_id), load_cast().igor, datetime.now(UTC), "Done.")
    marked = until(lambda: story.ask(lambda: db.session.scalars(select(BouncedAddress)).first()))
    assert marked.address == "gone@example.com"
    assert "bounced" in story.ask(lambda: list(db.session.scalars(select(ReceivedMail.outcome))))

    # The test of the mailbox works beside the worker, and its letter leaves no trace.
    before = story.ask(lambda: len(list(db.session.scalars(select(ReceivedMail.id)))))
    tried = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "desk", "mail", "test"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert [line.split(": ")[0] for line in tried.stdout.splitlines()] == ["ok"] * 6
    until(lambda: dovecot.letters("story-desk") == [])
    assert story.ask(lambda: len(list(db.session.scalars(select(ReceivedMail.id))))) == before
    # Everything was read once, and nothing of ours came back.
    assert len(dovecot.letters("story-desk", "Processed")) == before
    assert "loop" not in story.ask(lambda: list(db.session.scalars(select(ReceivedMail.outcome))))
