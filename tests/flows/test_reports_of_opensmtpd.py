"""What a real mail server sends back (OpenSMTPD, where it is installed and may run) marks the mail and its address."""

from __future__ import annotations

import os
import queue
import shutil
import socket
import subprocess
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from config import Mailbox
from servicedesk.jobs.mail import send_queued
from servicedesk.kernel.db import db
from servicedesk.mailin.receiving import Arrival, receive
from servicedesk.mailout.models import BouncedAddress, OutgoingMail
from tests.build import open_ticket, reply
from tests.imap import free_port
from tests.mailin.letters import settings

SERVER = shutil.which("smtpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
BOX = Mailbox("it", "imap", "127.0.0.1", 143, "it", "secret", department="it", address="it@example.com")

pytestmark = [
    pytest.mark.flow,
    pytest.mark.skipif(SERVER is None, reason="OpenSMTPD is not installed (apt install opensmtpd)"),
    pytest.mark.skipif(os.geteuid() != 0, reason="OpenSMTPD is started by root alone"),
]


class TheirServer:
    """Knows nobody, and keeps what is sent to the desk."""

    def __init__(self) -> None:
        self.reports: queue.Queue[tuple[str, bytes]] = queue.Queue()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if not address.startswith("it+"):
            return f"550 5.1.1 <{address}>: no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.reports.put((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


@pytest.fixture
def theirs():
    handler = TheirServer()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


@pytest.fixture
def relay(theirs, tmp_path):
    """OpenSMTPD between the desk and their server, as a company has one."""
    port, config = free_port(), tmp_path / "smtpd.conf"
    config.write_text(
        f'listen on 127.0.0.1 port {port} hostname "relay.example.com"\n'
        f'action "out" relay host smtp://127.0.0.1:{theirs.port}\nmatch from any for any action "out"\n'
    )
    with (tmp_path / "smtpd.log").open("w") as log:
        process = subprocess.Popen([SERVER, "-d", "-f", str(config)], stdout=log, stderr=log)
    try:
        _wait_for(port, process, tmp_path / "smtpd.log")
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Any) -> None:
    end, pause = time.monotonic() + 20, threading.Event()
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if process.poll() is not None:
                # Another one runs on this machine already, or it has no place for its queue.
                pytest.skip(f"OpenSMTPD does not start here: {log.read_text()[-300:]}")
            assert time.monotonic() < end, log.read_text()
            pause.wait(0.1)
        else:
            return


def test_what_it_sends_back_marks_the_mail_and_the_address(app, maria, igor, relay, theirs):
    with settings(mail_from="it@example.com", mailboxes=(BOX,), smtp_url=relay):
        # The acknowledgement has an empty envelope sender: nothing comes back of that. The answer has a signed one.
        ticket = open_ticket(maria)
        reply(ticket, igor, datetime.now(UTC))
        assert send_queued(datetime.now(UTC)) == 2
        recipient, raw = theirs.reports.get(timeout=60)
        received = receive(Arrival(raw, BOX, 1, 1, recipient), datetime.now(UTC))
        assert (received.outcome, received.why, received.ticket_id) == ("bounced", "report", None)
        bounced = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "reply")).one()
        address = db.session.scalars(select(BouncedAddress)).one()
        assert (bounced.state, address.address) == ("bounced", maria.email)
        assert theirs.reports.empty()
