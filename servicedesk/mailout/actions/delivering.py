"""Deliver what is queued: claim mails, and write down what became of each."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import case, select, update

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.mailout import queries, rules
from servicedesk.mailout.actions.bouncing import count_bounce, tell_of_missed
from servicedesk.mailout.models import OutgoingMail


def claim(stamp: Stamp, most: int = 1) -> list[OutgoingMail]:
    """Up to `most` mails that have waited longest, for this caller alone until the lease ends; none when nothing is due.

    The try is counted here and not at its end, so that a mail which kills its worker does not do so for ever; one that was
    tried before comes alone, so that it takes no others with it. A mail waits for older ones about the same request to the
    same reader, and while the server of its domain is left alone. Mails to addresses that bounced are given up here.
    """
    due = (
        select(OutgoingMail)
        .where(queries.QUEUED, OutgoingMail.try_at <= stamp.at, queries.idle(stamp.at), queries.IS_NEXT)
        .where(*(~queries.goes_to(domain) for domain in queries.held_domains(stamp.at)))
        .order_by(OutgoingMail.try_at, OutgoingMail.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    while found := list(db.session.scalars(due)):
        mails = found[:1] if found[0].tries else [mail for mail in found if not mail.tries]
        bounced = queries.bounced_among({mail.to_address for mail in mails}, stamp.at)
        claimed = [mail for mail in mails if _begin(stamp, mail, bounced.get(mail.to_address.lower(), 0))]
        db.session.flush()
        if claimed:
            return claimed
    return []


def mark_sent(stamp: Stamp, mail_id: int) -> None:
    """The mail server took it. Right also after the lease: what is sent is sent, though the report may come first."""
    sent = update(OutgoingMail).where(OutgoingMail.id == mail_id, OutgoingMail.state != "bounced")
    values = {"state": "sent", "sent_at": stamp.at, "leased_until": None, "failure": None}
    db.session.execute(sent.values(values))


def mark_failed(stamp: Stamp, mail_id: int, why: str, *, final: bool = False) -> None:
    """Try again after a growing pause; not after the eighth try, nor when the failure is `final`."""
    mail = _locked(mail_id)
    if mail.state != "queued":
        return
    again = None if final else rules.next_try(mail.id, mail.tries, stamp.at)
    mail.leased_until, mail.failure = None, why[: rules.WHY_LENGTH]
    if again is None:
        mail.state = "failed"
        tell_of_missed(stamp, mail)
    else:
        mail.try_at = again


def mark_refused(stamp: Stamp, mail_id: int, why: str) -> None:
    """The mail server knows no such address: the same as a report that says so."""
    mail = _locked(mail_id)
    if mail.state == "queued":
        mail.state, mail.leased_until, mail.failure = "failed", None, why[: rules.WHY_LENGTH]
        count_bounce(stamp, mail.to_address, rules.HARD, why)
        tell_of_missed(stamp, mail)


def put_back(stamp: Stamp, mail_ids: Collection[int], why: str) -> None:
    """They could not be tried: the mail server was out of reach, or left alone. The try is not counted."""
    back = update(OutgoingMail).where(OutgoingMail.id.in_(mail_ids), queries.QUEUED)
    values = {
        "tries": case((OutgoingMail.tries > 0, OutgoingMail.tries - 1), else_=0), "try_at": stamp.at + rules.UNREACHABLE, "leased_until": None,
        "failure": why[: rules.WHY_LENGTH],
    }  # fmt: skip
    db.session.execute(back.values(values))


def send_again(stamp: Stamp, mail_id: int) -> None:
    """Begin anew with a mail that failed or waits for its next try. Raises `Conflict` when it was sent."""
    mail = _locked(mail_id)
    if mail.state == "sent":
        raise Conflict(N_("This mail was sent already."))
    if mail.leased_until is not None and mail.leased_until > stamp.at:
        raise Conflict(N_("This mail is being sent right now."))
    mail.state, mail.tries, mail.try_at, mail.leased_until, mail.bounced_at = "queued", 0, stamp.at, None, None


def _begin(stamp: Stamp, mail: OutgoingMail, score: int) -> bool:
    """Whether the mail is to be sent; where not, it is given up. `score` is what its address has bounced by."""
    if score >= rules.most_bounces(mail.template, mail.facts):
        mail.state, mail.leased_until, mail.failure = "failed", None, rules.NOT_TRUSTED
        tell_of_missed(stamp, mail)
        return False
    if mail.tries >= rules.MOST_TRIES:
        mail.state, mail.leased_until = "failed", None
        mail.failure = mail.failure or "the worker stopped each time while sending it"
        tell_of_missed(stamp, mail)
        return False
    mail.tries += 1
    mail.leased_until = stamp.at + rules.LEASE
    return True


def _locked(mail_id: int) -> OutgoingMail:
    mail = db.session.get(OutgoingMail, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound()
    return mail
