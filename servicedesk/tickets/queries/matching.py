"""Which requests have the words somebody looks for, as parts of statements: of SQLite's index or of PostgreSQL's, which were
given the same tokens. Who may see a request, and read its notes, is said by access and comes in as a condition."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from servicedesk.kernel.db import db
from servicedesk.tickets.models import TICKET_WORDS, SearchEntry, Ticket
from servicedesk.tickets.rules import wording
from servicedesk.tickets.rules.wording import Wanted

_NUMBERS = 2**31
# Where words are looked for: columns of SQLite's index, weights of PostgreSQL's.
HEAD, PUBLIC, ALL, NOTES = ("head", "A"), ("head body", "AB"), ("head body notes", "ABC"), ("notes", "C")


@dataclass(frozen=True)
class Hits:
    """Rows of the index that fit, to be joined with tickets by `ticket_id`."""

    rows: FromClause
    ticket_id: ColumnElement[int]
    place: ColumnElement[int]
    fits: ColumnElement[bool]


def on_sqlite() -> bool:
    return bool(db.engine.dialect.name == "sqlite")


def hits(wanted: Wanted, where: tuple[str, str], *, but_not: tuple[str, str] | None = None) -> Hits:
    """What has the words in these columns, and where it says `but_not` has not all of them in those."""
    if on_sqlite():
        rows = TICKET_WORDS.alias()
        asked = wording.as_fts5(wanted, where[0])
        if but_not is not None:
            asked = f"({asked}) NOT ({wording.as_fts5(wanted, but_not[0])})"
        place = type_coerce(rows.c.rowid, BigInteger)
        return Hits(
            rows,
            place.op("&")(literal_column(str(_NUMBERS - 1))),
            place,
            rows.c.ticket_words.op("MATCH", is_comparison=True)(asked),
        )
    entry = SearchEntry.__table__.alias()
    asked = wording.as_tsquery(wanted, where[1])
    if but_not is not None:
        asked = f"({asked}) & !({wording.as_tsquery(wanted, but_not[1])})"
    return Hits(entry, entry.c.ticket_id, entry.c.place, _found_in(entry.c.words, asked))


def has_words(wanted: Wanted, notes_readable: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Whether a ticket of the statement has the words, in what everybody who sees it reads, or in its notes as well where
    that condition holds. For lists that have an order of their own."""
    if not wanted:
        return true()
    conditions = []
    if wanted.needs:
        every = Wanted(wanted.needs)
        fits = _is_among(every, PUBLIC)
        if notes_readable is not None:
            fits = or_(fits, and_(notes_readable, _is_among(every, ALL)))
        conditions.append(fits)
    conditions += without(wanted, notes_readable)
    return and_(*conditions)


def without(wanted: Wanted, notes_readable: ColumnElement[bool] | None = None) -> list[ColumnElement[bool]]:
    """The conditions that what is not wanted does not stand there, as far as somebody may read."""
    if not wanted.unwanted:
        return []
    found = [or_(*[_is_among(Wanted((one,)), where) for one in wanted.unwanted]) for where in (PUBLIC, NOTES)]
    return [~found[0]] if notes_readable is None else [~found[0], ~and_(notes_readable, found[1])]


def stands_in(place: ColumnElement[int], wanted: Wanted, where: tuple[str, str]) -> ColumnElement[bool]:
    """Whether the row of the index at `place` has the words in these columns: asked of one row and not of all."""
    again = hits(wanted, where)
    return exists(select(literal_column("1")).select_from(again.rows).where(again.fits, again.place == place))


def lately(count: int, before: int | None = None) -> ColumnElement[int]:
    """The place from which on the last `count` entries of the index stand, or the last before a place."""
    places = select(SearchEntry.place).order_by(SearchEntry.place.desc()).offset(count).limit(1)
    if before is not None:
        places = places.where(SearchEntry.place < before)
    return func.coalesce(places.scalar_subquery(), 0, type_=BigInteger)


def all_hits(
    wanted: Wanted, where: tuple[str, str], *, but_not: tuple[str, str] | None = None,
    within: CompoundSelect[int] | None = None,
) -> Hits:  # fmt: skip
    """As `hits`, read by their words before anything else, of the ids `within`. Left to choose, PostgreSQL walks along the
    places of all requests and looks for the words in each, because it takes asking who sees one for dearer than it is."""
    found = hits(wanted, where, but_not=but_not)
    fits = found.fits if within is None else and_(found.fits, found.ticket_id.in_(within))
    if on_sqlite():
        return replace(found, fits=fits)
    rows = select(found.ticket_id, found.place).where(fits).cte().prefix_with("MATERIALIZED")
    return Hits(rows, rows.c.ticket_id, rows.c.place, true())


def _is_among(wanted: Wanted, where: tuple[str, str]) -> ColumnElement[bool]:
    found = hits(wanted, where)
    return Ticket.id.in_(select(found.ticket_id).select_from(found.rows).where(found.fits))


def _found_in(column: ColumnElement[Any], asked: str) -> ColumnElement[bool]:
    return column.op("@@", is_comparison=True)(cast(bindparam(None, asked, type_=Text), TSQUERY))


def newest_place() -> ColumnElement[Any]:
    """Where a ticket stands in the order of the index."""
    minutes = (
        func.unixepoch(Ticket.created_at) / 60
        if on_sqlite()
        else cast(func.floor(func.extract("epoch", Ticket.created_at) / 60), BigInteger)
    )
    return type_coerce(minutes, BigInteger) * _NUMBERS + Ticket.id


def left_to_index() -> int:
    """How many tickets are not in the index as they are now: entries out of date, and tickets without one."""
    with_entry = select(func.count()).select_from(SearchEntry).where(~SearchEntry.stale).scalar_subquery()
    every = select(func.count()).select_from(Ticket).scalar_subquery()
    return db.session.scalar(select(every - with_entry)) or 0
