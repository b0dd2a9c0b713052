"""The row of a letter, written in the transaction of what it does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicedesk.kernel.db import db, remember
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.letters.events import AnswerHeld, AnswerNoted, ExchangeStopped, LetterReleased, LetterTooLarge
from servicedesk.letters.models import ReceivedMail
from servicedesk.mailout import actions as mailout
from servicedesk.people import queries as people


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of a letter; see the columns of the same names."""

    outcome: str
    why: str
    verified: str = "none"
    answered: bool = False
    person_id: int | None = None
    ticket_id: int | None = None
    message_id: int | None = None
    related_ticket_id: int | None = None
    # It is the one with which there were too many of its sender about one request.
    stops_exchange: bool = False


def keep_letter(stamp: Stamp, values: Mapping[str, Any], fate: Fate) -> ReceivedMail:
    """`values` are the columns that say what came, and from where. Publishes what is told of it elsewhere.

    A letter that came at the same moment in another worker makes the transaction a `Conflict`.
    """
    row = ReceivedMail(**values, fetched_at=stamp.at, **_columns(fate))
    db.session.add(row)
    db.session.flush()
    _tell(stamp, row, fate)
    return row


def change_fate(stamp: Stamp, row: ReceivedMail, fate: Fate) -> None:
    """Somebody had it delivered after all. Publishes `LetterReleased` and what is told of it elsewhere."""
    before = row.outcome
    for name, value in _columns(fate).items():
        setattr(row, name, value)
    row.released_by_id, row.released_at = stamp.actor_id, stamp.at
    db.session.flush()
    publish(LetterReleased(stamp=stamp, letter_id=row.id, before=before, outcome=row.outcome))
    _tell(stamp, row, fate)


def keep_too_large(
    stamp: Stamp, *, mailbox: str, uid_validity: int | None, uid: int | None, size: int, received_at: datetime
) -> ReceivedMail:  # fmt: skip
    """A letter that nobody fetches. Publishes `LetterTooLarge`."""
    key = f"left:{mailbox}:{uid_validity}:{uid}:{size}:{received_at.isoformat()}"
    row = ReceivedMail(
        mailbox=mailbox, uid_validity=uid_validity, uid=uid, size=size, message_key=key[:255],
        canonical=hashlib.sha256(key.encode()).hexdigest(), received_at=received_at, fetched_at=stamp.at,
        outcome="too_large", why="size",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    publish(LetterTooLarge(stamp=stamp, letter_id=row.id, mailbox=mailbox, size=size))
    return row


def answer_stranger(stamp: Stamp, address: str, language: str, message_id: str | None) -> None:
    """The one mail that somebody whom the desk does not know ever gets. It repeats nothing of what they wrote."""
    company = people.company()
    facts = {"company": company.name if company else "", "why": "stranger", "answers_message_id": message_id or ""}
    mailout.queue_mail(
        stamp, to=address, language=language, timezone=company.timezone if company else "UTC",
        template="sender_unknown", facts=facts, once=f"stranger:{hashlib.sha256(address.encode()).hexdigest()}",
    )  # fmt: skip


def _columns(fate: Fate) -> dict[str, Any]:
    return {
        "outcome": fate.outcome, "why": fate.why, "verified": fate.verified, "answered": fate.answered,
        "person_id": fate.person_id, "ticket_id": fate.ticket_id, "message_id": fate.message_id,
        "related_ticket_id": fate.related_ticket_id,
    }  # fmt: skip


def _tell(stamp: Stamp, row: ReceivedMail, fate: Fate) -> None:
    # Who is told of it asks at once.
    if row.outcome == "opened":
        remember(f"letter that opened {row.ticket_id}", row)
    elif row.message_id is not None:
        remember(f"letter that said {row.message_id}", row)
    elif row.outcome == "quarantined" and row.why == "unproven" and row.related_ticket_id is not None:
        about = row.related_ticket_id
        publish(
            AnswerHeld(stamp=stamp, ticket_id=about, letter_id=row.id, person_id=row.person_id, answers=row.answered)
        )
    if row.ticket_id is None:
        return
    named: dict[str, Any] = {
        "stamp": stamp, "ticket_id": row.ticket_id, "letter_id": row.id, "person_id": row.person_id,
    }  # fmt: skip
    if row.outcome == "noted":
        publish(AnswerNoted(**named))
    if fate.stops_exchange:
        publish(ExchangeStopped(**named))
