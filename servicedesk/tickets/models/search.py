"""What search knows of requests: their words, and all words there are. Made of other rows, and made anew from them at will."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, ForeignKey, Index, Integer, String, Text, column, event, table, text
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class SearchEntry(Base):
    """The words of one request, on PostgreSQL in `words`; on SQLite they stand in `ticket_words`, under `place`.

    `place` is when it was filed, to the minute, and its number: what was filed last is found first. A `stale` entry is
    made anew by the worker; the words that it has are those of before. Who asked, who filed it, and (on PostgreSQL) which
    departments hold it, held it or are its customer stand here once more, with indexes: the hits of a word are cut down to
    those that somebody may see before any of the requests is read.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        Index("uq_search_entry_place", "place", unique=True),
        Index("ix_search_entry_stale", "ticket_id", sqlite_where=text("stale"), postgresql_where=text("stale")),
        Index("ix_search_entry_requester_id", "requester_id"),
        Index("ix_search_entry_registrar_id", "registrar_id"),
        Index(
            "ix_search_entry_departments", "departments", postgresql_using="gin", postgresql_with={"fastupdate": "off"}
        ).ddl_if(dialect="postgresql"),
        # What was written last is looked through word by word until it is put in order: not too much of it.
        Index(
            "ix_search_entry_words", "words", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 256}
        ).ddl_if(dialect="postgresql"),
    )  # fmt: skip

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger)
    requester_id: Mapped[int | None]
    registrar_id: Mapped[int | None]
    departments: Mapped[list[int] | None] = mapped_column(Text().with_variant(ARRAY(Integer), "postgresql"))
    stale: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str | None] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))


class SearchWord(Base):
    """A stem that stands in some request. Words typed wrongly are compared with them; which requests have one is said by
    the index alone, so that nobody is told of a word that stands only where they may not look."""

    __tablename__ = "search_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(String(40), unique=True)


# Of SQLite alone. It keeps no text: the columns are only looked in. `ascii` cuts at blanks and leaves other letters alone.
TICKET_WORDS = table("ticket_words", column("rowid"), column("ticket_words"))
MAKE_TICKET_WORDS = (
    "CREATE VIRTUAL TABLE ticket_words USING fts5(head, body, notes, content='', contentless_delete=1, "
    "prefix='2 3', tokenize=\"ascii tokenchars '_'\")"
)


@event.listens_for(SearchEntry.__table__, "after_create")
def _make_index(_table: object, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(MAKE_TICKET_WORDS)


@event.listens_for(SearchEntry.__table__, "before_drop")
def _drop_index(_table: object, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE ticket_words")
