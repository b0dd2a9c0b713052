"""Letters as they come in, and short ways to have them received."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from config import Mailbox
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailin.receiving import Arrival, Received, receive
from servicedesk.mailout import addresses, references
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.people import queries as people_rows
from servicedesk.tickets.models import Message, Ticket
from tests.cast import at, department

NOW = "2026-04-06 10:05"
CAME = "2026-04-06 10:00"
DESK = "desk@example.com"
SERVER = "mx.example.com"
PASS = "dmarc=pass header.from=example.com"
LATER = "2026-04-07 12:00"
REPORT = """\
From: Mail Delivery Subsystem <mailer-daemon@elsewhere.example>
To: {to}
Subject: Undelivered
Message-ID: <report@elsewhere.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; elsewhere.example

Final-Recipient: rfc822; maria@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b--
"""
IT = Mailbox("it", "imaps", "mail.example.com", 993, "it", "secret", department="it", address="it@example.com")
_numbers = itertools.count(1)


@contextmanager
def settings(**changes: Any) -> Any:
    """The desk with other settings."""
    before = current_app.config["SETTINGS"]
    current_app.config["SETTINGS"] = replace(before, **changes)
    try:
        yield current_app.config["SETTINGS"]
    finally:
        current_app.config["SETTINGS"] = before


def letter(
    sender: str = "Maria <maria@example.com>", *, to: str = "it@example.com", subject: str = "The printer is silent",
    text: str | None = "It does not even blink.", html: str | None = None, files: Sequence[tuple[str, bytes]] = (),
    authentication: str | None = None, **headers: str,
) -> bytes:  # fmt: skip
    """The bytes of a letter; `headers` are named with _ for -. `authentication` is what our own server says."""
    message = EmailMessage()
    if authentication is not None:
        message["Authentication-Results"] = f"{SERVER}; {authentication}"
    message["Received"] = "from elsewhere by mx.example.com; Mon, 6 Apr 2026 10:00:00 +0300"
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 06 Apr 2026 09:59:00 +0300"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    message["Message-ID"] = named.pop("Message-ID", f"<{next(_numbers)}@elsewhere.example>")
    for name, value in named.items():
        message[name] = value
    if text is not None:
        message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def arrive(raw: bytes, came: str | datetime = CAME, now: str | datetime = NOW, **more: Any) -> Received:
    moments = [at(one) if isinstance(one, str) else one for one in (came, now)]
    return receive(Arrival(raw, received_at=moments[0], **({"mailbox": IT} | more)), moments[1])


def row(received: Received) -> ReceivedMail:
    return db.session.scalars(select(ReceivedMail).where(ReceivedMail.id == received.id)).one()


def ticket_of(received: Received) -> Ticket:
    return db.session.scalars(select(Ticket).where(Ticket.id == received.ticket_id)).one()


def messages(ticket: Ticket) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)))


def token(ticket: Ticket) -> str:
    """The address that an answer to the request goes to."""
    return addresses.reply_address(DESK, ticket.id, current_app.config["SETTINGS"].secret_key)


def thread(ticket: Ticket) -> str:
    """What an answer to one of our mails refers to."""
    return references.thread_id(ticket.id, "desk.test", current_app.config["SETTINGS"].keys)


def mails(template=None):
    found = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    return [mail for mail in found if template in (None, mail.template)]


def told(person, kind):
    return db.session.scalar(select(func.count()).where(Notice.person_id == person.id, Notice.kind == kind))


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def set_triage(key):
    with transaction():
        company = people_rows.company()
        company.triage_department_id = department(key).id if key else None
