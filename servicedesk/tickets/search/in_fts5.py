"""Ranked requests as SQLite finds them: its index is read in the order of places, and only until there are enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Select, false, or_, select, type_coerce

from servicedesk.kernel.db import db
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries import matching
from servicedesk.tickets.queries.matching import ALL, PUBLIC
from servicedesk.tickets.rules.wording import Wanted
from servicedesk.tickets.search.reach import Ranked, Reach


@dataclass(frozen=True, slots=True)
class Tier:
    """One class of hits: those with the words in `columns` and not all of them in `but_not`, beyond the place `after`."""

    number: int
    columns: tuple[str, str]
    but_not: tuple[str, str] | None = None
    after: int | None = None


def ranked(reach: Reach, wanted: Wanted, tiers: Sequence[Tier], limit: int) -> list[Ranked]:
    """So many of these tiers, in a statement for each that is needed."""
    found: list[Ranked] = []
    for tier in tiers:
        if len(found) < limit:
            found += _asked(reach, wanted, tier, limit - len(found))
    return found


def _asked(reach: Reach, wanted: Wanted, tier: Tier, limit: int) -> list[Ranked]:
    needed = Wanted(wanted.needs)
    hits = matching.hits(needed, tier.columns, but_not=tier.but_not)
    notes, near = reach.notes, reach.near_ids()
    readable = false() if notes is None else notes
    query: Select[*tuple[Any, ...]] = (
        select(
            Ticket.id.label("id"), hits.place.label("place"), type_coerce(readable, Boolean).label("readable"),
        )
        .select_from(hits.rows)
        .join(Ticket, Ticket.id == hits.ticket_id)
        .where(hits.fits, reach.seen)
        .where(*reach.conditions, *matching.without(wanted, notes))
    )  # fmt: skip
    if near is not None:
        query = query.where(hits.ticket_id.in_(near))
    if tier.columns == ALL and notes is not None:
        # What stands in notes is found by those who read them; whoever does not, finds what stands elsewhere.
        query = query.where(or_(notes, matching.stands_in(hits.place, needed, PUBLIC)))
    if tier.after is not None:
        query = query.where(hits.place < tier.after)
    rows = db.session.execute(query.order_by(hits.place.desc()).limit(limit))
    return [Ranked(row.id, tier.number, row.place, bool(row.readable)) for row in rows]
