"""Queue a mail in the transaction of what it tells of, take it back, forget it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, update

from servicedesk.kernel.db import db, insert_new
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.mailout import queries, rules
from servicedesk.mailout.models import OutgoingMail


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail is made of; see `OutgoingMail` for `once`. `facts` is plain JSON; its `ticket_id` says which request the
    mail is about. Nobody sends it `not_before`."""

    to: str
    language: str
    timezone: str
    template: str
    facts: Mapping[str, Any]
    once: str
    not_before: datetime | None = None


def queue_mail(
    stamp: Stamp, *, to: str, language: str, timezone: str, template: str, facts: Mapping[str, Any], once: str
) -> None:
    """Queue one mail, unless one with this `once` was queued before or the stamp tells of the past."""
    queue_mails(stamp, [Letter(to=to, language=language, timezone=timezone, template=template, facts=facts, once=once)])


def queue_mails(stamp: Stamp, letters: Sequence[Letter]) -> None:
    """The same for several in one statement. Raises `Invalid` for an address that is not one line."""
    if stamp.tells_history or not letters:
        return
    for letter in letters:
        if not rules.is_one_line(letter.to):
            raise Invalid(fields={"to": N_("This is not an e-mail address.")})
    rows = [
        {
            "once": letter.once, "to_address": letter.to, "language": letter.language, "timezone": letter.timezone,
            "template": letter.template, "facts": dict(letter.facts), "ticket_id": letter.facts.get("ticket_id"),
            "state": "queued", "tries": 0, "queued_at": stamp.at,
            "try_at": max(stamp.at, letter.not_before or stamp.at),
        }
        for letter in letters
    ]  # fmt: skip
    insert_new(OutgoingMail, rows)


def wait_until(stamp: Stamp, to: str, not_before: datetime | None) -> None:
    """What waits for this address and was never tried goes out at another moment; now where there is none."""
    waiting = (OutgoingMail.to_address == to, OutgoingMail.failure.is_(None), OutgoingMail.try_at > stamp.at)
    mails = update(OutgoingMail).where(queries.QUEUED, queries.idle(stamp.at), *waiting)
    db.session.execute(mails.values(try_at=not_before or stamp.at).execution_options(synchronize_session=False))


def forget_ended(*templates: str) -> None:
    """Erase mails of these kinds that were sent or given up: some would tell for ever what had not happened by then."""
    gone = delete(OutgoingMail).where(OutgoingMail.template.in_(templates), OutgoingMail.state != "queued")
    db.session.execute(gone.execution_options(synchronize_session=False))


def withdraw(stamp: Stamp, once: Collection[str]) -> None:
    """Take back what is still queued under these keys. A mail that a worker is sending now goes out."""
    _withdraw(stamp, OutgoingMail.once.in_(once))


def withdraw_about(stamp: Stamp, about: str) -> None:
    """The same for all keys that begin with `about` and a colon. Looks at queued mails only, which are few."""
    _withdraw(stamp, OutgoingMail.once.startswith(f"{about}:", autoescape=True))


def _withdraw(stamp: Stamp, which: ColumnElement[bool]) -> None:
    mails = delete(OutgoingMail).where(which, queries.QUEUED, queries.idle(stamp.at))
    db.session.execute(mails.execution_options(synchronize_session=False))
