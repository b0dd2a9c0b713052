"""The test of a mailbox: connect, sign in, list, send a letter to oneself, receive it, remove it; steps as data.

The letter bears a sealed header, by which the reader of the mailbox leaves it alone; it never becomes a request.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from threading import Event
from typing import Any

from config import Config, Mailbox
from servicedesk.kernel.now import now
from servicedesk.kernel.text import N_
from servicedesk.mailin.source.server import MailboxFault, Server, connected
from servicedesk.mailout.smtp import DeliveryFailed, SmtpDelivery

HEADER = "X-Servicedesk-Test"
# How long the whole test may take, in seconds: somebody waits for it.
PATIENCE = 10.0
# How long the reader of the mailbox leaves a test letter alone.
FRESH = timedelta(minutes=10)
_HEAD = 64_000
_SEALED = re.compile(
    rb"(?im)^X-Servicedesk-Test:[ \t]*(?:\r?\n[ \t]+)?(\d{1,12}\.[0-9a-f]{16})\.([0-9a-f]{24})[ \t]*\r?$"
)

STEPS = {
    "connect": N_("Connecting"),
    "sign_in": N_("Signing in"),
    "list": N_("Listing the folder"),
    "send": N_("Sending a letter"),
    "receive": N_("Receiving it"),
    "remove": N_("Removing it"),
}


@dataclass(frozen=True)
class Step:
    """`name` is a key of `STEPS`; `sentence`, with its `params`, is translated by who shows it; `detail` is what a server
    said, as it said it, and may be empty."""

    name: str
    ok: bool
    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""


class _Stopped(Exception):
    """A step that failed; the next ones have nothing to stand on."""

    def __init__(self, step: Step) -> None:
        super().__init__(step.sentence)
        self.step = step


def test_mailbox(mailbox: Mailbox, settings: Config) -> Iterator[Step]:
    """Step after step as each is done; the last one is either the removal of the letter or the one that failed.

    Takes hardly longer than `PATIENCE`: what has not answered by then counts as failed.
    """
    end = time.monotonic() + PATIENCE
    step = "connect"
    try:
        with connected(mailbox, PATIENCE / 3) as server:
            yield Step("connect", True, N_("The mail server answers."), detail=f"{mailbox.host}:{mailbox.port}")
            step = "sign_in"
            server.sign_in()
            yield Step("sign_in", True, N_("It accepts user and password."))
            step = "list"
            server.open_folder()
            count = server.count()
            yield Step("list", True, N_("The folder %(folder)s can be opened. Letters in it: %(count)s."),
                       {"folder": mailbox.folder, "count": count})  # fmt: skip
            seal = _sealed(f"{int(now().timestamp())}.{secrets.token_hex(8)}", settings.keys[0])
            step = "send"
            yield _send(mailbox, settings, seal, PATIENCE / 3)
            step = "receive"
            uids = _receive(server, seal, end)
            yield Step("receive", True, N_("The test letter has arrived."))
            step = "remove"
            yield _remove(server, uids)
    except MailboxFault as fault:
        yield Step(step, False, fault.sentence, detail=fault.detail)
    except _Stopped as stopped:
        yield stopped.step


def is_test_letter(raw: bytes, keys: Sequence[str], at: datetime) -> bool:
    """Whether a test of this desk has sent it lately. Looks at its head alone."""
    found = _SEALED.search(re.split(rb"\r?\n\r?\n", raw[:_HEAD], maxsplit=1)[0])
    if found is None:
        return False
    token, seal = found[1].decode(), found[2].decode()
    sent = int(token.partition(".")[0])
    ours = any(hmac.compare_digest(seal, _seal(token, key)) for key in keys)
    return ours and abs(at.timestamp() - sent) < FRESH.total_seconds()


def _send(mailbox: Mailbox, settings: Config, seal: str, seconds: float) -> Step:
    address = mailbox.address or (mailbox.user if "@" in mailbox.user else None)
    if address is None:
        raise _Stopped(
            Step("send", False, N_("No address leads to this mailbox: give it one in MAILBOXES (?address=)."))
        )
    if settings.smtp_url is None:
        raise _Stopped(Step("send", False, N_("SMTP_URL is not set, so no test letter can be sent.")))
    try:
        with SmtpDelivery(settings.smtp_url, seconds) as delivery:
            delivery.deliver(_letter(address, settings.mail_from, seal), parseaddr(settings.mail_from)[1])
    except DeliveryFailed as fault:
        raise _Stopped(
            Step("send", False, N_("The test letter to %(address)s was not taken."), {"address": address}, str(fault))
        ) from fault
    return Step("send", True, N_("A test letter to %(address)s was taken by the mail server."), {"address": address})


def _letter(address: str, sender: str, seal: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = parseaddr(sender)[1], address
    message["Subject"] = "Test letter of the service desk"
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<test.{seal.split('.')[1]}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message[HEADER] = seal
    message.set_content("It is removed as soon as it has arrived.\n")
    return message


def _receive(server: Server, seal: str, end: float) -> list[int]:
    while not (uids := server.find(f'UNDELETED HEADER {HEADER} "{seal}"')):
        left = end - time.monotonic()
        if left <= 0:
            raise _Stopped(
                Step("receive", False, N_("The test letter has not arrived in time. It may be late, or go elsewhere."))
            )
        server.wait_for_news(min(left, 2), Event(), lambda: None)
    return uids


def _remove(server: Server, uids: list[int]) -> Step:
    removed = [server.remove(uid) for uid in uids]
    if all(removed):
        return Step("remove", True, N_("The test letter was removed."))
    return Step("remove", False, N_("The mail server does not let the test letter be removed."))


def _sealed(token: str, key: str) -> str:
    return f"{token}.{_seal(token, key)}"


def _seal(token: str, key: str) -> str:
    return hmac.new(key.encode(), f"mailin:test:{token}".encode(), hashlib.sha256).hexdigest()[:24]
