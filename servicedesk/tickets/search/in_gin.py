"""Ranked requests as PostgreSQL finds them: the hits of its index first, then one after the other who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)

from servicedesk.kernel.db import db
from servicedesk.tickets.models import SearchEntry, Ticket
from servicedesk.tickets.queries import matching
from servicedesk.tickets.queries.matching import HEAD, NOTES, PUBLIC
from servicedesk.tickets.rules.wording import Wanted
from servicedesk.tickets.search.reach import Ranked, Reach

# Where more requests than this have the words, the page is looked for among the ones filed last before it is among all.
# The index of words knows no order: it reads all hits before the first of them can be shown.
COMMON, LATELY = 5_000, 4_000
_NO_OFFSET: ColumnElement[int] = literal_column("0")


@dataclass(frozen=True, slots=True)
class Asked:
    """Words looked for by somebody, those after the place `after` (tier and place) only."""

    reach: Reach
    wanted: Wanted
    by_relevance: bool
    after: tuple[int, int] | None


def ranked(asked: Asked, limit: int, shown: int) -> list[Ranked]:
    """So many, in one statement or two; behind the first `shown` they only say how many there are."""
    if not asked.reach.sees_many:
        # Who sees few has not enough among the last ones.
        return _rows(asked, _everywhere(asked, by_index=True), limit)
    common = matching.expected(Wanted(asked.wanted.needs), asked.reach.columns) > COMMON
    lately = _rows(asked, _lately(asked, first_only=limit <= shown), limit) if common else []
    # The last ones are enough where none that was filed before them can stand in front of what is shown.
    if len(lately) == limit and lately[shown - 1].tier == _begin(asked)[0]:
        return lately
    return _rows(asked, _everywhere(asked, by_index=common), limit)


def _rows(asked: Asked, hits: FromClause, limit: int) -> list[Ranked]:
    """Who may see a hit is asked in the order of the hits, until there are enough."""
    seen = _seen(asked, hits).offset(_NO_OFFSET).lateral()
    query = (
        select(hits.c.ticket_id, hits.c.tier, hits.c.place, seen.c.readable)
        .select_from(hits.join(seen, true()))
        .order_by(hits.c.tier, hits.c.place.desc())
        .limit(limit)
    )
    return [Ranked(row.ticket_id, row.tier, row.place, bool(row.readable)) for row in db.session.execute(query)]


def _seen(asked: Asked, hits: FromClause) -> Select[*tuple[Any, ...]]:
    reach = asked.reach
    notes = reach.notes
    readable = false() if notes is None else notes
    query = select(type_coerce(readable, Boolean).label("readable")).select_from(Ticket)
    query = query.where(Ticket.id == hits.c.ticket_id, reach.seen, *reach.conditions)
    if notes is not None:
        # What stands in notes is found by those who read them; whoever does not, finds what stands elsewhere.
        query = query.where(or_(notes, _stands_in(PUBLIC, Wanted(asked.wanted.needs))))
        in_notes = [_stands_in(NOTES, Wanted((one,))) for one in asked.wanted.unwanted]
        query = query.where(*[~and_(notes, found) for found in in_notes])
    return query


def _stands_in(where: tuple[str, str], wanted: Wanted) -> ColumnElement[bool]:
    """Whether the request has the words in these columns: asked of the few that are held against it."""
    entry = SearchEntry.__table__.alias()
    here = select(entry.c.ticket_id).where(entry.c.ticket_id == Ticket.id, matching.fits(entry.c.words, wanted, where))
    return here.correlate(Ticket).exists()


def _everywhere(asked: Asked, *, by_index: bool) -> FromClause:
    """All hits that are near enough to be seen, put in order; `by_index` where it pays to read an index of who is near.

    Materialized, or else PostgreSQL walks along the places of all requests and looks for the words in each, because it
    takes asking who sees one for dearer than it is.
    """
    entry = SearchEntry.__table__.alias()
    hits = _hits(asked, entry.c, by_index=by_index).where(_after(asked, entry.c)).cte().prefix_with("MATERIALIZED")
    ordered = select(*hits.c).order_by(hits.c.tier, hits.c.place.desc())
    return ordered.offset(_NO_OFFSET).subquery()


def _lately(asked: Asked, *, first_only: bool) -> FromClause:
    """The hits among the `LATELY` requests that were filed last before the page; with `first_only` those alone with which
    the page begins, of which not all need be read."""
    tier, place = _begin(asked)
    entry = SearchEntry.__table__.alias()
    recent = select(entry).where(*_filed(asked, entry.c))
    if place is not None:
        recent = recent.where(entry.c.place < place)
    last = recent.order_by(entry.c.place.desc()).limit(LATELY).subquery()
    here = _tier(asked, last.c)
    return _hits(asked, last.c, by_index=False).where(here == tier if first_only else here >= tier).subquery()


def _hits(asked: Asked, entry: Any, *, by_index: bool) -> Select[*tuple[Any, ...]]:
    needed, unwanted = Wanted(asked.wanted.needs), asked.wanted.unwanted
    without = [~matching.fits(entry.words, Wanted((one,)), PUBLIC) for one in unwanted]
    columns = (entry.ticket_id, entry.place, _tier(asked, entry).label("tier"))
    query = select(*columns).where(matching.fits(entry.words, needed, asked.reach.columns), *without)
    query = query.where(*_filed(asked, entry))
    near = asked.reach.near(entry)
    if near is None:
        return query
    # No index answers what stands in brackets of a function.
    return query.where(near if by_index else func.coalesce(near, false()))


def _filed(asked: Asked, entry: Any) -> list[ColumnElement[bool]]:
    """Between which places the hits stand: a place begins with when a request was filed."""
    since = [entry.place >= matching.place_at(span.since) for span in asked.reach.filed if span.since is not None]
    before = [
        entry.place < matching.place_at(span.before, minutes_later=1)
        for span in asked.reach.filed
        if span.before is not None
    ]
    return since + before


def _tier(asked: Asked, entry: Any) -> ColumnElement[int]:
    """0 for what is about the words, 1 for what only mentions them."""
    if not asked.by_relevance:
        return literal(1)
    return case((matching.fits(entry.words, Wanted(asked.wanted.needs), HEAD), 0), else_=1)


def _begin(asked: Asked) -> tuple[int, int | None]:
    return asked.after if asked.after is not None else (0 if asked.by_relevance else 1, None)


def _after(asked: Asked, entry: Any) -> ColumnElement[bool]:
    tier, place = _begin(asked)
    if place is None:
        return true()
    here = _tier(asked, entry)
    return or_(here > tier, and_(here == tier, entry.place < place))
