"""Ids of requests that fit, best first: those with all the words in what they are about, then the others, each the newest first.

Both databases give the same order, because nothing in it is a database's own opinion. Who may see what is in the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, false, literal, or_, select, type_coerce, union_all

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.tickets import access
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries import matching
from servicedesk.tickets.queries.matching import ALL, HEAD, PUBLIC
from servicedesk.tickets.rules.wording import Wanted

LATELY = 4000


@dataclass(frozen=True, slots=True)
class Ranked:
    """`readable`: whether the person who asks reads its notes."""

    ticket_id: int
    tier: int
    place: int
    readable: bool

    @property
    def cursor(self) -> str:
        return f"{self.tier}.{self.place}"


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may find at all: tickets they see under these conditions, and of which of them they read notes."""

    person: Person
    conditions: Sequence[ColumnElement[bool]] = ()

    @property
    def notes(self) -> ColumnElement[bool] | None:
        """None for who reads no notes anywhere."""
        reads = self.person.serves or is_admin(self.person)
        return access.notes_readable(self.person) if reads else None


@dataclass(frozen=True, slots=True)
class Tier:
    """One class of hits: those with the words in `columns` and not all of them in `but_not`, beyond the place `after`.

    `near`: on PostgreSQL only among the `LATELY` requests that were filed last. Its index of words knows no order: it
    reads all hits of a word before the first of them can be shown, which for a word of every tenth request takes long,
    while among the last ones there are enough of those. SQLite's index is read in the order of places.
    """

    number: int
    columns: tuple[str, str]
    but_not: tuple[str, str] | None = None
    after: int | None = None
    near: bool = False


def ranked(reach: Reach, wanted: Wanted, *, cursor: str | None, limit: int, by_relevance: bool = True) -> list[Ranked]:
    """So many of the tickets with these words after `cursor`, in at most two statements. `wanted` must need something."""
    after = _read(cursor) if cursor else (-1, 0)
    where = _everywhere(reach)
    tiers = [Tier(0, HEAD), Tier(1, where, HEAD)] if by_relevance else [Tier(1, where)]
    left = [
        replace(tier, after=after[1] if tier.number == after[0] else None) for tier in tiers if tier.number >= after[0]
    ]
    if matching.on_sqlite():
        first = _asked(reach, wanted, left[:1], limit)
        return first if len(first) == limit else first + _asked(reach, wanted, left[1:], limit - len(first))
    # Who sees few requests has not enough among the last ones.
    few = access.near_to(reach.person) is not None
    lately = [] if few else _asked(reach, wanted, [replace(left[0], near=True)], limit)
    return lately if len(lately) == limit else _asked(reach, wanted, left, limit)


def _asked(reach: Reach, wanted: Wanted, tiers: Sequence[Tier], limit: int) -> list[Ranked]:
    if not tiers:
        return []
    arms = [_arm(reach, wanted, tier).limit(limit).subquery() for tier in tiers]
    every = union_all(*[select(arm) for arm in arms]).subquery()
    query = select(every.c.id, every.c.tier, every.c.place, every.c.readable).order_by(
        every.c.tier, every.c.place.desc()
    )
    return [Ranked(row.id, row.tier, row.place, bool(row.readable)) for row in db.session.execute(query.limit(limit))]


def _arm(reach: Reach, wanted: Wanted, tier: Tier) -> Select[*tuple[Any, ...]]:
    needed = Wanted(wanted.needs)
    if tier.near:
        hits = matching.hits(needed, tier.columns, but_not=tier.but_not)
    else:
        within = access.near_to(reach.person)
        hits = matching.all_hits(needed, tier.columns, but_not=tier.but_not, within=within)
    notes = reach.notes
    readable = false() if notes is None else notes
    query: Select[*tuple[Any, ...]] = (
        select(
            Ticket.id.label("id"), literal(tier.number).label("tier"), hits.place.label("place"),
            type_coerce(readable, Boolean).label("readable"),
        )
        .select_from(hits.rows)
        .join(Ticket, Ticket.id == hits.ticket_id)
        .where(hits.fits, access.visible_to(reach.person), *reach.conditions, *matching.without(wanted, notes))
    )  # fmt: skip
    if tier.columns == ALL and notes is not None:
        # What stands in notes is found by those who read them; whoever does not, finds what stands elsewhere.
        query = query.where(or_(notes, matching.stands_in(hits.place, Wanted(wanted.needs), PUBLIC)))
    if tier.after is not None:
        query = query.where(hits.place < tier.after)
    if tier.near and not matching.on_sqlite():
        query = query.where(hits.place >= matching.lately(LATELY, tier.after))
    return query.order_by(hits.place.desc())


def _everywhere(reach: Reach) -> tuple[str, str]:
    return PUBLIC if reach.notes is None else ALL


def _read(cursor: str) -> tuple[int, int]:
    tier, _, place = cursor.partition(".")
    if not (tier in ("0", "1") and place.isascii() and place.isdecimal() and len(place) < 19):
        raise Invalid(fields={"cursor": N_("This page marker is not one of ours; start from the first page.")})
    return int(tier), int(place)
