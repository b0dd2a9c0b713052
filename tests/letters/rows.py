"""Letters that came in, made as rows: what decides about them is tested where it is decided."""

from __future__ import annotations

from email.message import EmailMessage
from itertools import count
from typing import Any

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.letters.models import MailboxState, ReceivedMail
from tests.cast import at
from tests.uploads import shelf

_numbers = count(1)


def received(outcome: str = "quarantined", why: str = "", **more: Any) -> ReceivedMail:
    """One letter, different from all others unless told."""
    number = next(_numbers)
    given = {
        "mailbox": "desk", "uid_validity": 1, "uid": number, "digest": f"{number:064x}", "size": 1200,
        "message_key": f"letter-{number}@outside.example", "canonical": f"{number:064x}",
        "from_address": "stranger@outside.example", "recipient": "desk@example.com", "subject": f"Letter number {number}",
        "received_at": at("2026-04-06 10:00"), "fetched_at": at("2026-04-06 10:01"),
    }  # fmt: skip
    with transaction():
        row = ReceivedMail(outcome=outcome, why=why, **(given | more))
        db.session.add(row)
        db.session.flush()
    return row


def state_of(mailbox: str = "desk", **more: Any) -> MailboxState:
    with transaction():
        row = MailboxState(mailbox=mailbox, **more)
        db.session.add(row)
    return row


def shelved(outcome: str = "quarantined", raw: bytes = b"", **more: Any) -> ReceivedMail:
    """The same with the letter itself on the shelf."""
    return received(outcome, digest=shelf().put_mail(raw or written(), at("2026-04-06 10:01")), size=len(raw), **more)


def written(
    text: str = "Is anybody there?", html: str = "", subject: str = "A question", files: Any = (), **headers: str
) -> bytes:
    """A letter as it comes. `files` are (name, content), those whose name begins with "cid:" pictures of the HTML."""
    mail = EmailMessage()
    for name, value in ({"From": "Maria <maria@example.com>", "To": "desk@example.com"} | headers).items():
        mail[name] = value
    mail["Subject"] = subject
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in files:
        if name.startswith("cid:"):
            mail.get_payload()[1].add_related(content, "image", "png", cid=f"<{name[4:]}>")
        else:
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()
