"""Letters that came in, made as rows: what decides about them is tested where it is decided."""

from __future__ import annotations

from itertools import count
from typing import Any

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.letters.models import MailboxState, ReceivedMail
from tests.cast import at

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
