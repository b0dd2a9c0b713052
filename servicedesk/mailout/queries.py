"""Reads of outgoing mail for the page of that name. Facts hold what people wrote: pages show address, kind and state."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.paging import Page, page_of
from servicedesk.mailout import rules
from servicedesk.mailout.models import OutgoingMail

# Written out, since SQLite finds the index of queued mails only for the very words of its condition.
QUEUED = OutgoingMail.state == literal_column("'queued'")


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
    row = db.session.get(OutgoingMail, mail_id) if 0 < mail_id < 2**31 else None
    if row is None:
        raise NotFound()
    return row


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
    """How many of those that wait and that failed `page` shows. The sent ones are too many to look into each."""
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


def _open_to(unseen: Select[int], reader: str) -> ColumnElement[bool]:
    """Mails that are not about tickets with these ids, and those to `reader`."""
    about = OutgoingMail.facts["ticket_id"].as_integer()
    hidden = OutgoingMail.facts["confidential"].as_boolean()
    open_to_all = and_(hidden.is_(None), or_(about.is_(None), about.not_in(unseen)))
    return or_(open_to_all, OutgoingMail.to_address == reader)
