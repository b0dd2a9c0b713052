"""Loads when approvers had tickets, in one statement however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.tickets.models import Approval, Ticket
from servicedesk.tickets.rules import approval_spans

# By ticket: the holder (approver, or a requester whom they refused), begin and end; see `approval_spans`.
Asked = dict[int, list[tuple[str, datetime, datetime | None]]]


def asked(of: Collection[int]) -> Asked:
    """Of the tickets with these ids."""
    query = (
        select(
            Approval.ticket_id, Approval.round, Approval.asked_at, Approval.decision, Approval.decided_at,
            Ticket.approved_at, Ticket.closed_at,
        )
        .join(Ticket, Ticket.id == Approval.ticket_id)
        .where(Approval.ticket_id.in_(of))
        .order_by(Approval.id)
    )  # fmt: skip
    rows: defaultdict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        rows[row.ticket_id].append(row)
    return {key: approval_spans(found, found[0].approved_at or found[0].closed_at) for key, found in rows.items()}
