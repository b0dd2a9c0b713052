"""Ids of requests that fit, best first: those with all the words in what they are about, then the others, each the newest first.

Both databases give the same order, because nothing in it is a database's own opinion. Who may see what is in the statement.
"""

from __future__ import annotations

from dataclasses import replace

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import N_
from servicedesk.tickets.queries import matching
from servicedesk.tickets.queries.matching import HEAD
from servicedesk.tickets.rules.wording import Wanted
from servicedesk.tickets.search import in_fts5, in_gin
from servicedesk.tickets.search.in_fts5 import Tier
from servicedesk.tickets.search.reach import Ranked, Reach


def ranked(
    reach: Reach, wanted: Wanted, *, cursor: str | None, limit: int, shown: int | None = None, by_relevance: bool = True
) -> list[Ranked]:  # fmt: skip
    """So many of the tickets with these words after `cursor`, in at most three statements. `wanted` must need something.

    Behind the first `shown` of them (all, if None) they need not be the best ones: they only say how many there are.
    """
    after = _read(cursor) if cursor else None
    if not matching.on_sqlite():
        return in_gin.ranked(in_gin.Asked(reach, wanted, by_relevance, after), limit, shown or limit)
    tiers = [Tier(0, HEAD), Tier(1, reach.columns, HEAD)] if by_relevance else [Tier(1, reach.columns)]
    if after is not None:
        begin, place = after
        tiers = [replace(tier, after=place if tier.number == begin else None) for tier in tiers if tier.number >= begin]
    return in_fts5.ranked(reach, wanted, tiers, limit)


def _read(cursor: str) -> tuple[int, int]:
    tier, _, place = cursor.partition(".")
    if not (tier in ("0", "1") and place.isascii() and place.isdecimal() and len(place) < 19):
        raise Invalid(fields={"cursor": N_("This page marker is not one of ours; start from the first page.")})
    return int(tier), int(place)
