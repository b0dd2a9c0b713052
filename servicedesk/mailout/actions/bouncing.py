"""What came back: the mail that did not arrive, and the address that is not written to until it is trusted again."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.mailout import queries, rules
from servicedesk.mailout.events import MailMissed
from servicedesk.mailout.models import BouncedAddress, OutgoingMail


def mark_bounced(
    stamp: Stamp, *, mail_id: int | None, address: str, status: str, permanent: bool | None, diagnostic: str
) -> bool:
    """Write down that a mail did not arrive, and count it against the address it went to. False when it was nothing new.

    `mail_id` is that of a bounce address or Message-ID of ours that was verified. Without it nothing is counted: anybody
    can write a report about anybody's address. `address` is the one in the report, which forwarding may have changed.
    Two reports about one mail count once. Publishes `MailMissed`.
    """
    weight = rules.weight_of(status, permanent)
    mail = db.session.get(OutgoingMail, mail_id, with_for_update=True) if mail_id is not None else None
    if mail is None or not weight or mail.state == "bounced":
        return False
    about = diagnostic if address.lower() in ("", mail.to_address.lower()) else f"{address}: {diagnostic}"
    words = " ".join(f"{status} {about}".split())
    mail.state, mail.bounced_at, mail.leased_until, mail.failure = "bounced", stamp.at, None, words[: rules.WHY_LENGTH]
    count_bounce(stamp, mail.to_address, weight, words)
    tell_of_missed(stamp, mail)
    return True


def tell_of_missed(stamp: Stamp, mail: OutgoingMail) -> None:
    """Whoever works on a request believes that its requester has read this. Publishes `MailMissed` where it is such a mail."""
    if mail.ticket_id is not None and rules.is_word_to_requester(mail.template, mail.facts):
        publish(MailMissed(stamp=stamp, ticket_id=mail.ticket_id, mail_id=mail.id))


def count_bounce(stamp: Stamp, address: str, weight: int, words: str) -> None:
    """What happened longer ago than addresses are remembered counts no more."""
    row = queries.bounced(address, lock=True)
    if row is None:
        row = BouncedAddress(address=address.lower(), score=0, bounced_at=stamp.at, words="")
        db.session.add(row)
    elif not queries.is_recent(row, stamp.at):
        row.score = 0
    row.score, row.bounced_at, row.words = row.score + weight, stamp.at, words[: rules.BOUNCE_WORDS]
    db.session.flush()


def trust_again(address: str) -> None:
    """Forget that mail to this address bounced: somebody says that it works, or a letter came from there."""
    row = queries.bounced(address, lock=True)
    if row is not None:
        db.session.delete(row)
