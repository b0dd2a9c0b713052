"""Which requests have the words somebody looks for, as parts of statements: of SQLite's index or of PostgreSQL's, which were
given the same tokens. Who may see a request, and read its notes, is said by access and comes in as a condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from servicedesk.kernel.db import db
from servicedesk.tickets.models import TICKET_WORDS, SearchEntry, Ticket
from servicedesk.tickets.rules import wording
from servicedesk.tickets.rules.wording import Wanted

_NUMBERS = 2**31
# Where words are looked for: columns of SQLite's index, weights of PostgreSQL's.
HEAD, PUBLIC, ALL, NOTES = ("head", "A"), ("head body", "AB"), ("head body notes", ""), ("notes", "C")


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


def fits(words: ColumnElement[Any], wanted: Wanted, where: tuple[str, str]) -> ColumnElement[bool]:
    """Whether PostgreSQL's `words` of a request have those `wanted` under these weights."""
    return _found_in(words, wording.as_tsquery(wanted, where[1]))


def has_words(
    wanted: Wanted, notes_readable: ColumnElement[bool] | None = None,
    near: Callable[[Any], ColumnElement[bool] | None] | None = None,
) -> ColumnElement[bool]:  # fmt: skip
    """Whether a ticket of the statement has the words, in what everybody who sees it reads, or in its notes as well where
    that condition holds. For lists that have an order of their own. `near` says of columns of the index which of its
    entries are looked through at all, None for all of them."""
    if not wanted:
        return true()
    if not on_sqlite():
        return _has_words_here(wanted, notes_readable, near or (lambda _entry: None))
    conditions = []
    if wanted.needs:
        every = Wanted(wanted.needs)
        if notes_readable is None:
            conditions.append(_is_among(every, PUBLIC))
        else:
            # One list of numbers is made, and the other one only where somebody reads no notes of what is in it.
            conditions += [_is_among(every, ALL), or_(notes_readable, _is_among(every, PUBLIC))]
    conditions += without(wanted, notes_readable)
    return and_(*conditions)


def _has_words_here(
    wanted: Wanted, notes_readable: ColumnElement[bool] | None, near: Callable[[Any], ColumnElement[bool] | None]
) -> ColumnElement[bool]:
    """The same on PostgreSQL: asked of the entry of the ticket, and once more in a way in which the index can begin."""
    entry = SearchEntry.__table__.alias()
    needed, everywhere = Wanted(wanted.needs), PUBLIC if notes_readable is None else ALL
    here = [entry.c.ticket_id == Ticket.id]
    if needed:
        here.append(fits(entry.c.words, needed, PUBLIC))
        if notes_readable is not None:
            here[-1] = or_(here[-1], and_(notes_readable, fits(entry.c.words, needed, ALL)))
    for one in wanted.unwanted:
        here.append(~fits(entry.c.words, Wanted((one,)), PUBLIC))
        if notes_readable is not None:
            here.append(~and_(notes_readable, fits(entry.c.words, Wanted((one,)), NOTES)))
    found = exists(select(literal_column("1")).select_from(entry).where(*here).correlate(Ticket))
    if not needed:
        return found
    every = SearchEntry.__table__.alias()
    begun = select(every.c.ticket_id).where(fits(every.c.words, needed, everywhere))
    close = near(every.c)
    return and_(Ticket.id.in_(begun if close is None else begun.where(close)), found)


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


def one_of_ids(column: ColumnElement[int], ids: CompoundSelect[int]) -> ColumnElement[bool]:
    """Whether `column` is one of the few that `ids` selects, in a form in which the index of the column answers it."""
    if on_sqlite():
        return column.in_(ids)
    # As a subquery it would be asked row by row; as an array it is one condition of an index.
    return column == any_(func.array(ids.scalar_subquery(), type_=ARRAY(Integer)))


def expected(wanted: Wanted, where: tuple[str, str]) -> int:
    """How many requests with these words PostgreSQL expects to find; it counts the frequent ones now and then."""
    plan = text("EXPLAIN (FORMAT JSON) SELECT ticket_id FROM search_entry WHERE words @@ CAST(:asked AS tsquery)")
    found = db.session.execute(plan, {"asked": wording.as_tsquery(wanted, where[1])}).scalar_one()
    return int(found[0]["Plan"]["Plan Rows"])


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


def place_at(moment: datetime, *, minutes_later: int = 0) -> int:
    """The first place of the minute of an instant, or of one after it."""
    return (int(moment.timestamp() // 60) + minutes_later) * _NUMBERS


def left_to_index() -> int:
    """How many tickets are not in the index as they are now: entries out of date, and tickets without one."""
    with_entry = select(func.count()).select_from(SearchEntry).where(~SearchEntry.stale).scalar_subquery()
    every = select(func.count()).select_from(Ticket).scalar_subquery()
    return db.session.scalar(select(every - with_entry)) or 0
