"""kill -9 at every point of reading a letter from a real mail server: one request and one acknowledgement for each letter."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.letters.models import MailboxState, ReceivedMail
from servicedesk.mailout.models import OutgoingMail
from servicedesk.tickets.models import Ticket
from tests.flows import dying
from tests.imap import PASSWORD, Dovecot, dovecot

__all__ = ["dovecot"]

pytestmark = [pytest.mark.flow, pytest.mark.slow]
ROOT = Path(__file__).parents[2]
# Each point twice, the first letter of a run and a later one.
DEATHS = [(point, number) for number in (1, 2) for point in dying.POINTS]


def letter(number: int) -> bytes:
    return (
        f"From: sender{number}@{dying.DOMAIN}\r\nTo: it@{dying.DOMAIN}\r\nSubject: crash {number}\r\n"
        f"Message-ID: <crash{number}@{dying.DOMAIN}>\r\n\r\nIt does not print.\r\n"
    ).encode()


def run(desk, server: Dovecot, files: Path, point: str, number: int) -> None:
    box = f"imap://crash:{quote(PASSWORD)}@127.0.0.1:{server.port}/INBOX?name=it&department=it"
    url = desk.config["SETTINGS"].database_url
    command = [sys.executable, "-m", "tests.flows.dying", url, str(files), box, point, str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == (-signal.SIGKILL if number else 0), done.stdout + done.stderr[-2000:]
    with desk.app_context(), transaction():
        # As if the time of the dead reader were over.
        for row in db.session.scalars(select(MailboxState)):
            row.leased_until = None


def test_a_reader_that_dies_again_and_again_loses_and_doubles_nothing(own_desk, dovecot, tmp_path):
    sent = 0
    for point, number in DEATHS:
        for _ in range(2):
            dovecot.deliver("crash", letter(sent))
            sent += 1
        run(own_desk, dovecot, tmp_path, point, number)
        waiting = len(dovecot.letters("crash"))
        with own_desk.app_context():
            assert requests() == letters_known() and len(requests()) + waiting >= sent
        assert waiting > 0 or (point, number) == ("moved", 2)
    run(own_desk, dovecot, tmp_path, "none", 0)
    assert dovecot.letters("crash") == []
    assert len(dovecot.letters("crash", "Processed")) == sent
    with own_desk.app_context():
        assert requests() == sorted(f"crash {number}" for number in range(sent))
        answers = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "request_received")).all()
        assert sorted(mail.to_address for mail in answers) == sorted(
            f"sender{number}@{dying.DOMAIN}" for number in range(sent)
        )


def requests():
    return sorted(db.session.scalars(select(Ticket.subject)))


def letters_known():
    """Subjects of letters that became requests; whatever came again is none."""
    return sorted(db.session.scalars(select(ReceivedMail.subject).where(ReceivedMail.outcome == "opened")))
