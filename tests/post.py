"""A mail server for the tests, as a company has one: takes letters over SMTP and puts them into mailboxes of `dovecot`.

It says under its own name whether a sender is who they claim to be, and sends back what cannot arrive.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from aiosmtpd.controller import Controller

from tests.imap import Dovecot, free_port

NAME = "mx.example.com"


class PostOffice:
    """`users` says whose mailbox an address leads to, whatever tag stands in it."""

    def __init__(self, dovecot: Dovecot, users: Mapping[str, str]) -> None:
        self.dovecot, self.users = dovecot, users
        self.url, self.port = "", 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.mail_from = address or ""
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        for to in envelope.rcpt_tos:
            self.pass_on(envelope.content, envelope.mail_from or "", to)
        return "250 OK"

    def pass_on(self, raw: bytes, sender: str, to: str) -> None:
        user = self.users.get(_without_tag(to))
        if user is not None:
            self.dovecot.deliver(user, _stamped(raw, sender, to))
        elif sender:
            self.pass_on(_sent_back(raw, to), "", sender)

    def send(self, raw: bytes, sender: str, to: str) -> None:
        """As a mail program does it."""
        import smtplib

        with smtplib.SMTP("127.0.0.1", self.port, timeout=20) as line:
            line.sendmail(sender, [to], raw)


@contextmanager
def opened_post(dovecot: Dovecot, users: Mapping[str, str]) -> Iterator[PostOffice]:
    office = PostOffice(dovecot, users)
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    office.url, office.port = f"smtp://127.0.0.1:{controller.port}", controller.port
    try:
        yield office
    finally:
        controller.stop()


def _without_tag(address: str) -> str:
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _stamped(raw: bytes, sender: str, to: str) -> bytes:
    """What a server adds on top; what claims to be its own word is taken out."""
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    del message["Authentication-Results"]
    domain = parseaddr(str(message["From"]))[1].rpartition("@")[2]
    result = "pass" if domain and domain == sender.rpartition("@")[2] else "fail" if sender else "none"
    added = f"Return-Path: <{sender}>\r\nDelivered-To: {to}\r\nAuthentication-Results: {NAME}; dmarc={result} header.from={domain}\r\n"
    return added.encode() + message.as_bytes()


def _sent_back(raw: bytes, to: str) -> bytes:
    """A report that nobody of that name is here (RFC 3464), with the head of the mail."""
    status = (
        f"Reporting-MTA: dns; {NAME}\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{to}>: no such user\r\n"
    )
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8", "replace").replace("\n", "\r\n")
    parts = (("text/plain", f"Your mail to {to} could not be delivered.\r\n"), ("message/delivery-status", status), ("text/rfc822-headers", head))  # fmt: skip
    body = "".join(f"--edge\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    report = EmailMessage()
    report["From"], report["To"], report["Subject"] = (
        f"MAILER-DAEMON@{NAME}",
        "sender",
        "Undelivered Mail Returned to Sender",
    )
    report["Message-ID"], report["Auto-Submitted"] = f"<report.{abs(hash(raw))}@{NAME}>", "auto-replied"
    top = report.as_bytes(policy=email.policy.SMTP).rstrip(b"\r\n").decode()
    kind = 'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="edge"'
    return f"{top}\r\n{kind}\r\n\r\n{body}--edge--\r\n".encode()
