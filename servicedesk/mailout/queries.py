"""Reads of outgoing mail for the page of that name. Facts hold what people wrote: pages show address, kind and state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.paging import Page, page_of
from servicedesk.mailout import references, rules
from servicedesk.mailout.models import BouncedAddress, OutgoingMail, TroubledDomain

# Written out, since SQLite finds the index of queued mails only for the very words of its condition.
QUEUED = OutgoingMail.state == literal_column("'queued'")

_older = aliased(OutgoingMail)
# No older mail about the same request waits for the same reader, but one that was never tried and waits for the end of
# quiet hours which do not hold back the newer one.
IS_NEXT = ~(
    select(_older.id)
    .where(
        _older.state == literal_column("'queued'"),
        _older.ticket_id == OutgoingMail.ticket_id,
        _older.to_address == OutgoingMail.to_address,
        _older.id < OutgoingMail.id,
        or_(_older.failure.is_not(None), _older.try_at <= OutgoingMail.try_at),
    )
    .exists()
)


def page(
    cursor: str | None = None, limit: int = 50, state: str | None = None, *, unseen: Select[int] | None = None,
    reader: str = "",
) -> Page[OutgoingMail]:  # fmt: skip
    """Newest first; `unseen` leaves out mails about tickets with these ids and digests of confidential ones alone,
    unless they go to the address `reader`."""
    query = select(OutgoingMail)
    if state is not None:
        query = query.where(OutgoingMail.state == state)
    if unseen is not None:
        query = query.where(_open_to(unseen, reader))
    return page_of(query, [OutgoingMail.id], cursor=cursor, limit=limit, descending=True)


def mail(mail_id: int) -> OutgoingMail:
    """Raises `NotFound`."""
    row = mail_if_kept(mail_id)
    if row is None:
        raise NotFound()
    return row


def mail_if_kept(mail_id: int) -> OutgoingMail | None:
    return db.session.get(OutgoingMail, mail_id) if 0 < mail_id < 2**31 else None


def mail_of_reference(found: str | Iterable[str], keys: Sequence[str]) -> OutgoingMail | None:
    """The mail of ours that In-Reply-To, References or the headers in a report name; None where we did not make it."""
    number = references.mail_of(found, keys)
    return db.session.get(OutgoingMail, number) if number is not None and number < 2**31 else None


def known(once: Collection[str]) -> set[str]:
    """Those of these keys under which a mail was queued before."""
    if not once:
        return set()
    return set(db.session.scalars(select(OutgoingMail.once).where(OutgoingMail.once.in_(once))))


def counts() -> dict[str, int]:
    """How many mails are in each state, zeros included."""
    rows = db.session.execute(select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state))
    # Not dict(rows): a result has keys() of its own and would be taken for a mapping.
    return dict.fromkeys(rules.STATES, 0) | dict(rows.all())


def counts_for(unseen: Select[int], reader: str) -> dict[str, int]:
    """How many of those that wait, failed or came back `page` shows. The sent ones are too many to look into each."""
    query = select(OutgoingMail.state, func.count()).where(OutgoingMail.state != "sent", _open_to(unseen, reader))
    rows = db.session.execute(query.group_by(OutgoingMail.state))
    return {"queued": 0, "failed": 0} | dict(rows.all())


def oldest_queued_age(at: datetime, *, unseen: Select[int] | None = None, reader: str = "") -> timedelta | None:
    """How long the oldest unsent mail (that `page` shows) has waited by `at`, None when none waits."""
    query = select(func.min(OutgoingMail.queued_at)).where(QUEUED)
    since = db.session.scalar(query if unseen is None else query.where(_open_to(unseen, reader)))
    return None if since is None else max(at - since, timedelta(0))


def idle(at: datetime) -> ColumnElement[bool]:
    """In no worker's hands, or in those of one that has not been heard of for a lease."""
    return or_(OutgoingMail.leased_until.is_(None), OutgoingMail.leased_until <= at)


def goes_to(domain: str) -> ColumnElement[bool]:
    return func.lower(OutgoingMail.to_address).endswith(f"@{domain}", autoescape=True)


def held_domains(at: datetime) -> Sequence[str]:
    """Domains that are left alone at the moment."""
    return db.session.scalars(select(TroubledDomain.domain).where(TroubledDomain.held_until > at)).all()


def troubled_domains() -> set[str]:
    """Domains whose last mail was refused."""
    return set(db.session.scalars(select(TroubledDomain.domain)))


def bounced(address: str, *, lock: bool = False) -> BouncedAddress | None:
    """What came back from this address, however long ago."""
    return db.session.get(BouncedAddress, address.lower(), with_for_update=lock)


def is_recent(row: BouncedAddress, at: datetime) -> bool:
    return row.bounced_at > at - rules.BOUNCES_COUNT_FOR


def is_undeliverable(address: str, at: datetime) -> bool:
    """Whether nothing is sent to this address, because mail has come back too often lately."""
    row = bounced(address)
    return row is not None and is_recent(row, at) and row.score >= rules.MOST_BOUNCES


def has_bounced(address: str, at: datetime) -> bool:
    """Whether any mail came back lately: such an address gets no automatic answer."""
    row = bounced(address)
    return row is not None and is_recent(row, at)


def bounced_among(addresses: Collection[str], at: datetime) -> dict[str, int]:
    """Address in lower case -> score, of those from which mail came back lately."""
    lower = {address.lower() for address in addresses}
    recent = BouncedAddress.bounced_at > at - rules.BOUNCES_COUNT_FOR
    rows = db.session.execute(
        select(BouncedAddress.address, BouncedAddress.score).where(BouncedAddress.address.in_(lower), recent)
    )
    return {row.address: row.score for row in rows}


def _open_to(unseen: Select[int], reader: str) -> ColumnElement[bool]:
    """Mails that are not about tickets with these ids, and those to `reader`."""
    hidden = OutgoingMail.facts["confidential"].as_boolean()
    open_to_all = and_(hidden.is_(None), or_(OutgoingMail.ticket_id.is_(None), OutgoingMail.ticket_id.not_in(unseen)))
    return or_(open_to_all, OutgoingMail.to_address == reader)
