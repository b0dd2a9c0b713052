"""Keeping the search index: requests that changed are read anew at the end of the change, others by the worker.

Nothing here is anybody's decision: no event is published, and what stands in the index can always be made again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from servicedesk.kernel.db import db, found_among, insert_new, work_later
from servicedesk.tickets import queries
from servicedesk.tickets.models import SearchEntry, SearchWord, Ticket
from servicedesk.tickets.queries.matching import place_at
from servicedesk.tickets.queries.texts import Texts, texts_of
from servicedesk.tickets.rules import wording

# Words of a request that stand in the index in their order; see `wording.stream`.
MOST = {"head": 300, "body": 5000, "notes": 2500}
A_BATCH = 500


def index_later(ticket_id: int) -> None:
    """Read the ticket anew at the end of this change, however many of its rows are changed."""
    work_later(index, ticket_id)


def index(ticket_ids: Collection[int]) -> None:
    """Write what these tickets say now into the index."""
    texts = texts_of(ticket_ids)
    found = [(one, _streams(one)) for one in texts]
    if not found:
        return
    _write_entries(found)
    _learn({token for _one, streams in found for stream in streams.values() for token in stream})


def index_stale(limit: int = A_BATCH) -> int:
    """Read anew so many of the tickets whose entries say that they are out of date; how many they were."""
    query = select(SearchEntry.ticket_id).where(SearchEntry.stale).order_by(SearchEntry.ticket_id).limit(limit)
    stale = list(db.session.scalars(query.with_for_update(skip_locked=True)))
    if stale:
        index(stale)
    return len(stale)


def mark_stale(person_id: int) -> None:
    """Somebody is called differently now: their requests are to be read anew, by the worker because there may be many."""
    theirs = select(Ticket.id).where(or_(Ticket.requester_id == person_id, Ticket.assignee_id == person_id))
    db.session.execute(
        update(SearchEntry)
        .where(SearchEntry.ticket_id.in_(theirs), ~SearchEntry.stale)
        .values(stale=True)
        .execution_options(synchronize_session=False)
    )


def mark_all_stale() -> int:
    """Everything is to be read anew, also what has no entry; how much that is. Words stay: other processes have read them."""
    missing = select(Ticket.id, queries.newest_place(), text("true"), Ticket.requester_id, Ticket.registrar_id).where(
        Ticket.id.not_in(select(SearchEntry.ticket_id))
    )
    columns = ["ticket_id", "place", "stale", "requester_id", "registrar_id"]
    db.session.execute(insert(SearchEntry).from_select(columns, missing))
    db.session.execute(update(SearchEntry).values(stale=True).execution_options(synchronize_session=False))
    return db.session.scalar(select(func.count()).select_from(SearchEntry)) or 0


def _streams(one: Texts) -> dict[str, list[str]]:
    head = [f"{wording.NUMBER}{one.ticket_id}", wording.GAP, str(one.ticket_id), wording.GAP]
    return {
        "head": head + wording.stream(one.head, MOST["head"]),
        "body": wording.stream(one.body, MOST["body"]),
        "notes": wording.stream(one.notes, MOST["notes"]),
    }


def _write_entries(found: Collection[tuple[Texts, dict[str, list[str]]]]) -> None:
    on_sqlite = queries.on_sqlite()
    rows: list[dict[str, Any]] = []
    for one, streams in found:
        weighed = zip("ABC", streams.values(), strict=True)
        words = None if on_sqlite else wording.as_tsvector(weighed)
        place = place_at(one.created_at) + one.ticket_id
        rows.append({
            "ticket_id": one.ticket_id, "place": place, "stale": False, "words": words,
            "requester_id": one.requester_id, "registrar_id": one.registrar_id,
            "departments": None if on_sqlite else sorted(one.departments),
        })  # fmt: skip
    into = (sqlite_insert if on_sqlite else postgresql_insert)(SearchEntry)
    changed = {name: into.excluded[name] for name in rows[0] if name not in ("ticket_id", "place")}
    db.session.execute(into.on_conflict_do_update(index_elements=["ticket_id"], set_=changed), rows)
    if on_sqlite:
        written = text(
            "INSERT OR REPLACE INTO ticket_words(rowid, head, body, notes) VALUES (:place, :head, :body, :notes)"
        )
        db.session.execute(
            written,
            [
                {"place": row["place"], **{name: " ".join(stream) for name, stream in streams.items()}}
                for row, (_one, streams) in zip(rows, found, strict=True)
            ],
        )


def _learn(tokens: Iterable[str]) -> None:
    """Put words into the table that are not there yet; numbers and the like are nothing one could mean by a typo."""
    new = {token for token in tokens if len(token) > 2 and token.isalpha()}
    missing = sorted(new - found_among(SearchWord.word, new))
    for begin in range(0, len(missing), A_BATCH):
        insert_new(SearchWord, [{"word": word} for word in missing[begin : begin + A_BATCH]])
