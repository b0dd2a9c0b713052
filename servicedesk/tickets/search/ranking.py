"""Ids of requests that fit, best first: those with all the words in what they are about, then the others, each the newest first.

Both databases give the same order, because nothing in it is a database's own opinion. Who may see what is in the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


def ranked(reach: Reach, wanted: Wanted, *, cursor: str | None, limit: int, by_relevance: bool = True) -> list[Ranked]:
    """So many of the tickets with these words after `cursor`, in one statement. `wanted` must need something."""
    after = _read(cursor) if cursor else (-1, 0)
    where = _everywhere(reach)
    tiers = [(0, HEAD, None), (1, where, HEAD)] if by_relevance else [(1, where, None)]
    arms = [
        _arm(reach, wanted, tier, columns, but_not, after[1] if tier == after[0] else None).limit(limit).subquery()
        for tier, columns, but_not in tiers
        if tier >= after[0]
    ]
    every = union_all(*[select(arm) for arm in arms]).subquery()
    query = select(every.c.id, every.c.tier, every.c.place, every.c.readable).order_by(
        every.c.tier, every.c.place.desc()
    )
    return [Ranked(row.id, row.tier, row.place, bool(row.readable)) for row in db.session.execute(query.limit(limit))]


def _arm(
    reach: Reach,
    wanted: Wanted,
    tier: int,
    columns: tuple[str, str],
    but_not: tuple[str, str] | None,
    after: int | None,
) -> Select[*tuple[Any, ...]]:
    hits = matching.hits(Wanted(wanted.needs), columns, but_not=but_not)
    notes = reach.notes
    readable = false() if notes is None else notes
    query: Select[*tuple[Any, ...]] = (
        select(
            Ticket.id.label("id"), literal(tier).label("tier"), hits.place.label("place"), type_coerce(readable, Boolean).label("readable")
        )
        .select_from(hits.rows)
        .join(Ticket, Ticket.id == hits.ticket_id)
        .where(hits.fits, access.visible_to(reach.person), *reach.conditions, *matching.without(wanted, notes))
        .order_by(hits.place.desc())
    )  # fmt: skip
    if columns == ALL and notes is not None:
        # What stands in notes is found by those who read them; whoever does not, finds what stands elsewhere.
        query = query.where(or_(notes, matching.stands_in(hits.place, Wanted(wanted.needs), PUBLIC)))
    return query if after is None else query.where(hits.place < after)


def _everywhere(reach: Reach) -> tuple[str, str]:
    return PUBLIC if reach.notes is None else ALL


def _read(cursor: str) -> tuple[int, int]:
    tier, _, place = cursor.partition(".")
    if not (tier in ("0", "1") and place.isascii() and place.isdecimal() and len(place) < 19):
        raise Invalid(fields={"cursor": N_("This page marker is not one of ours; start from the first page.")})
    return int(tier), int(place)
