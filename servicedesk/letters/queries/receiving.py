"""What a decision about a letter depends on: what came before, how much lately, and the row of a letter that was handled."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, select

from servicedesk.kernel.db import UtcDateTime, db, found_among, remembered
from servicedesk.letters import rules
from servicedesk.letters.models import ReceivedMail
from servicedesk.people.models import Person


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
    values = {
        "address": address, "ticket_id": ticket_id, "received_at": received_at, "hour_before": received_at - hour,
        "exchange_before": received_at - rules.EXCHANGE_WINDOW, "at": at, "hour_ago": at - hour, "day_ago": at - day,
    }  # fmt: skip
    return dict(db.session.execute(_lately_statement(), values).one()._mapping)


@cache
def _lately_statement() -> Select[*tuple[Any, ...]]:
    """Made once: making it takes longer than the database does."""
    theirs = ReceivedMail.from_address == bindparam("address")
    answered = and_(ReceivedMail.answered, ReceivedMail.fetched_at <= bindparam("at", type_=UtcDateTime))
    to_them = and_(answered, theirs, ReceivedMail.outcome.in_(("opened", "quarantined")))
    of_strangers = and_(answered, ReceivedMail.outcome == "refused")
    wanted = {
        "opened": and_(theirs, ReceivedMail.outcome == "opened", _received_since("hour_before")),
        "exchanged": and_(theirs, ReceivedMail.ticket_id == bindparam("ticket_id", type_=Integer), _received_since("exchange_before")),
        "answered_hour": and_(to_them, ReceivedMail.fetched_at > bindparam("hour_ago", type_=UtcDateTime)),
        "answered_day": and_(to_them, ReceivedMail.fetched_at > bindparam("day_ago", type_=UtcDateTime)),
        "strangers_answered": and_(of_strangers, ReceivedMail.fetched_at > bindparam("hour_ago", type_=UtcDateTime)),
    }  # fmt: skip
    return select(
        *(
            select(func.count()).select_from(ReceivedMail).where(condition).scalar_subquery().label(name)
            for name, condition in wanted.items()
        )
    )


def was_refused(address: str) -> bool:
    """Whether the desk has ever answered this address that it does not know it."""
    query = select(ReceivedMail.id).where(
        ReceivedMail.from_address == address, ReceivedMail.outcome == "refused", ReceivedMail.answered
    )
    return db.session.scalar(query.limit(1)) is not None


def newcomers_since(since: datetime) -> int:
    """How many people have become known by a letter of their own."""
    query = select(func.count(Person.id.distinct())).join(ReceivedMail, Person.id == ReceivedMail.person_id)
    # Letter and person are written at one instant.
    query = query.where(ReceivedMail.fetched_at > since, Person.created_at == ReceivedMail.fetched_at)
    return db.session.scalar(query) or 0


def opening_letter(ticket_id: int) -> ReceivedMail | None:
    """The letter that became this request."""

    def load() -> ReceivedMail | None:
        query = select(ReceivedMail).where(ReceivedMail.ticket_id == ticket_id, ReceivedMail.outcome == "opened")
        return db.session.scalars(query.order_by(ReceivedMail.id).limit(1)).first()

    return remembered(f"letter that opened {ticket_id}", load)


def held_answer(letter_id: int) -> ReceivedMail:
    """The letter of `AnswerHeld`."""
    return db.session.get_one(ReceivedMail, letter_id)


def is_flood(message_id: int) -> bool:
    """Whether a message came by one of so many letters that nobody is told of each."""

    def load() -> ReceivedMail | None:
        return db.session.scalars(select(ReceivedMail).where(ReceivedMail.message_id == message_id).limit(1)).first()

    letter = remembered(f"letter that said {message_id}", load)
    return letter is not None and letter.why == "exchange"


def known_digests(digests: Collection[str]) -> set[str]:
    """Those of these mails on the shelf that a letter names."""
    return found_among(ReceivedMail.digest, digests)


def _received_since(name: str) -> ColumnElement[bool]:
    since = bindparam(name, type_=UtcDateTime)
    recent = and_(
        ReceivedMail.received_at > since, ReceivedMail.received_at <= bindparam("received_at", type_=UtcDateTime)
    )
    # Fetched after it was received: the index knows when.
    return and_(ReceivedMail.fetched_at > since, recent)
