"""Use cases of outgoing mail: queue, withdraw, claim, and what became of it. Sends nothing itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from servicedesk.kernel.db import db, insert_new
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.mailout import queries, rules
from servicedesk.mailout.models import OutgoingMail


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail is made of; see `OutgoingMail` for `once`. `facts` is plain JSON."""

    to: str
    language: str
    timezone: str
    template: str
    facts: Mapping[str, Any]
    once: str


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
            "template": letter.template, "facts": dict(letter.facts), "state": "queued", "tries": 0,
            "queued_at": stamp.at, "try_at": stamp.at,
        }
        for letter in letters
    ]  # fmt: skip
    insert_new(OutgoingMail, rows)


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


def claim(stamp: Stamp) -> OutgoingMail | None:
    """The mail that has waited longest, for this caller alone until the lease ends; None when nothing is due.

    The try is counted here and not at its end, so that a mail which kills its worker does not do so for ever.
    """
    due = (
        select(OutgoingMail)
        .where(queries.QUEUED, OutgoingMail.try_at <= stamp.at, queries.idle(stamp.at))
        .order_by(OutgoingMail.try_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (mail := db.session.scalars(due).one_or_none()) is not None:
        if mail.tries < rules.MOST_TRIES:
            mail.tries += 1
            mail.leased_until = stamp.at + rules.LEASE
            return mail
        mail.state, mail.leased_until = "failed", None
        mail.failure = mail.failure or "the worker stopped each time while sending it"
        db.session.flush()
    return None


def mark_sent(stamp: Stamp, mail_id: int) -> None:
    """The mail server took it. Right also after the lease: what is sent is sent."""
    mail = _locked(mail_id)
    mail.state, mail.sent_at, mail.leased_until, mail.failure = "sent", stamp.at, None, None


def mark_failed(stamp: Stamp, mail_id: int, why: str, *, final: bool = False) -> None:
    """Try again after a growing pause; not after the eighth try, nor when the failure is `final`."""
    mail = _locked(mail_id)
    if mail.state != "queued":
        return
    again = None if final else rules.next_try(mail.id, mail.tries, stamp.at)
    mail.leased_until, mail.failure = None, why[: rules.WHY_LENGTH]
    if again is None:
        mail.state = "failed"
    else:
        mail.try_at = again


def put_back(stamp: Stamp, mail_id: int, why: str) -> None:
    """The mail server was out of reach: no fault of this mail, so the try is not counted."""
    mail = _locked(mail_id)
    if mail.state != "queued":
        return
    mail.tries = max(0, mail.tries - 1)
    mail.try_at, mail.leased_until, mail.failure = stamp.at + rules.UNREACHABLE, None, why[: rules.WHY_LENGTH]


def send_again(stamp: Stamp, mail_id: int) -> None:
    """Begin anew with a mail that failed or waits for its next try. Raises `Conflict` when it was sent."""
    mail = _locked(mail_id)
    if mail.state == "sent":
        raise Conflict(N_("This mail was sent already."))
    if mail.leased_until is not None and mail.leased_until > stamp.at:
        raise Conflict(N_("This mail is being sent right now."))
    mail.state, mail.tries, mail.try_at, mail.leased_until = "queued", 0, stamp.at, None


def _withdraw(stamp: Stamp, which: ColumnElement[bool]) -> None:
    mails = delete(OutgoingMail).where(which, queries.QUEUED, queries.idle(stamp.at))
    db.session.execute(mails.execution_options(synchronize_session=False))


def _locked(mail_id: int) -> OutgoingMail:
    mail = db.session.get(OutgoingMail, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound()
    return mail
