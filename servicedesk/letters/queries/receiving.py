"""What a decision about a letter depends on: what came before, how much lately, and the row of a letter that was handled."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, select

from servicedesk.kernel.db import db
from servicedesk.letters import rules
from servicedesk.letters.models import ReceivedMail


def letter_at(mailbox: str, uid_validity: int | None, uid: int | None) -> ReceivedMail | None:
    """The letter with this number of a mailbox, if it was handled."""
    if uid is None:
        return None
    query = select(ReceivedMail).where(
        ReceivedMail.mailbox == mailbox, ReceivedMail.uid_validity == uid_validity, ReceivedMail.uid == uid
    )
    return db.session.scalars(query).one_or_none()


def came_before(message_key: str, canonical: str) -> tuple[bool, bool]:
    """Whether this very letter came before, and whether another one did under its Message-ID."""
    query = select(ReceivedMail.canonical == canonical).where(
        ReceivedMail.message_key == message_key, ReceivedMail.outcome != "duplicate"
    )
    found = set(db.session.scalars(query.distinct()))
    return True in found, False in found


def lately(address: str, ticket_id: int | None, received_at: datetime, at: datetime) -> dict[str, int]:
    """What came from an address before a letter that was received at `received_at`, and what the desk answered by itself
    before `at`; in one statement. Letters that waited on the server are counted by when they came there."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    written = _received(address, received_at, hour)
    exchanged = and_(ReceivedMail.ticket_id == ticket_id, _received(address, received_at, rules.EXCHANGE_WINDOW))
    answered = and_(ReceivedMail.answered, ReceivedMail.fetched_at <= at)
    to_them = and_(answered, ReceivedMail.from_address == address)
    wanted = {
        "opened": and_(written, ReceivedMail.outcome == "opened"),
        "exchanged": exchanged if ticket_id is not None else false(),
        "answered_hour": and_(to_them, ReceivedMail.outcome == "opened", ReceivedMail.fetched_at > at - hour),
        "answered_day": and_(to_them, ReceivedMail.outcome == "opened", ReceivedMail.fetched_at > at - day),
        "strangers_answered": and_(answered, ReceivedMail.outcome == "refused", ReceivedMail.fetched_at > at - hour),
    }
    columns = [
        select(func.count()).select_from(ReceivedMail).where(condition).scalar_subquery().label(name)
        for name, condition in wanted.items()
    ]
    return dict(db.session.execute(select(*columns)).one()._mapping)


def was_refused(address: str) -> bool:
    """Whether the desk has ever answered this address that it does not know it."""
    query = select(ReceivedMail.id).where(
        ReceivedMail.from_address == address, ReceivedMail.outcome == "refused", ReceivedMail.answered
    )
    return db.session.scalar(query.limit(1)) is not None


def opening_letter(ticket_id: int) -> ReceivedMail | None:
    """The letter that became this request."""
    query = select(ReceivedMail).where(ReceivedMail.ticket_id == ticket_id, ReceivedMail.outcome == "opened")
    return db.session.scalars(query.order_by(ReceivedMail.id).limit(1)).first()


def is_flood(message_id: int) -> bool:
    """Whether a message came by one of so many letters that nobody is told of each."""
    query = select(ReceivedMail.id).where(ReceivedMail.message_id == message_id, ReceivedMail.why == "exchange")
    return db.session.scalar(query.limit(1)) is not None


def known_digests(digests: Collection[str]) -> set[str]:
    """Those of these mails on the shelf that a letter names."""
    wanted, found = list(digests), set[str]()
    for begin in range(0, len(wanted), 1000):
        part = wanted[begin : begin + 1000]
        found.update(db.session.scalars(select(ReceivedMail.digest).where(ReceivedMail.digest.in_(part))))
    return found


def _received(address: str, until: datetime, window: timedelta) -> ColumnElement[bool]:
    # Fetched after it was received: the index knows when.
    recent = and_(ReceivedMail.received_at > until - window, ReceivedMail.received_at <= until)
    return and_(ReceivedMail.from_address == address, ReceivedMail.fetched_at > until - window, recent)
