"""Asking: what somebody finds by a question, with the passages where it stands, and what they may have meant besides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, select

from servicedesk.kernel.paging import Page, cursor_after, page_of
from servicedesk.kernel.prepared import planned_by_values
from servicedesk.people.models import Person
from servicedesk.tickets import queries
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries import matching
from servicedesk.tickets.queries.texts import answers_as_texts, passages_of
from servicedesk.tickets.rules.wording import Wanted
from servicedesk.tickets.search import passages, ranking
from servicedesk.tickets.search.guesses import widened
from servicedesk.tickets.search.language import Question, read
from servicedesk.tickets.search.passages import Marks, Passage
from servicedesk.tickets.search.reach import Ranked, Reach
from servicedesk.tickets.search.terms import Span

SORTS = ("best", "newest", "due")
# With fewer hits than this it may be that something else was meant.
FEW = 5
MOST_BESIDE = 10
MOST_PASSAGES = 40
MOST_COUNTED = 101


class Order(Protocol):
    """Puts the tickets of a query in an order: their ids, each with the instant that is its key."""

    def __call__(self, query: Select[Any], *, cursor: str | None, limit: int) -> Page[tuple[int, datetime]]: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A request that was found: its subject with the words marked, and the passage where they stand, if it is another one."""

    ticket: Ticket
    subject: Passage
    passage: Passage | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits; on the first one `count`, up to `MOST_COUNTED`, and `beside`: what was perhaps meant, where there are
    few hits, with the words by which it was found as they stand there."""

    hits: tuple[Hit, ...] = ()
    next: str | None = None
    count: int | None = None
    beside: tuple[Hit, ...] = ()
    beside_words: tuple[str, ...] = ()


def found(
    person: Person, question: Question, conditions: Sequence[ColumnElement[bool]] = (), *, sort: str = "best",
    filed: Sequence[Span] = (), by_due: Order | None = None, cursor: str | None = None, limit: int = 30,
) -> Found:  # fmt: skip
    """What `person` finds. `conditions` are those of the filters, `filed` spans of time that they say; `by_due` is the order of sort=due.

    The number of statements is bounded, whatever is found.
    """
    reach, wanted = Reach(person, conditions, filed), question.wanted()
    if not wanted.needs or sort == "due":
        return _listed(reach, wanted, by_due if sort == "due" and by_due is not None else _newest, cursor, limit)
    # The first page counts as well, in the same statement.
    most = limit + 1 if cursor else max(limit + 1, MOST_COUNTED)
    rows = ranking.ranked(reach, wanted, cursor=cursor, limit=most, shown=limit + 1, by_relevance=sort != "newest")
    following = rows[limit - 1].cursor if len(rows) > limit else None
    hits = _hits(rows[:limit], passages.marks_of(wanted))
    if cursor:
        return Found(hits, following)
    beside, words = _beside(reach, question, wanted, rows) if len(rows) < FEW else ((), ())
    return Found(hits, following, len(rows), beside, words)


def narrowed(
    query: Select[Any], person: Person, question: Question, conditions: Sequence[ColumnElement[bool]] = ()
) -> Select[Any]:
    """A list of tickets that `person` sees, narrowed down to what the question asks for; its order stays its own."""
    reach = Reach(person)
    return query.where(*conditions, matching.has_words(question.wanted(), reach.notes, reach.near))


def quick(person: Person, text: str, limit: int = 5) -> list[Hit]:
    """The few requests that fit best while somebody types; filters are passed over. A number finds its request first."""
    wanted = read(text).wanted(begins=True)
    if not wanted.needs:
        return []
    rows = ranking.ranked(Reach(person), wanted, cursor=None, limit=limit)
    marks = passages.marks_of(wanted)
    tickets = queries.tickets_by_id(row.ticket_id for row in rows)
    return [Hit(tickets[row.ticket_id], passages.marked(tickets[row.ticket_id].subject, marks), None) for row in rows]


def _listed(reach: Reach, wanted: Wanted, order: Order, cursor: str | None, limit: int) -> Found:
    """Without words, or by due time: an order that the index does not know. The first page counts as well."""
    near = None if queries.on_sqlite() else reach.near(Ticket)
    # What is asked costs less than who may see it, and SQLite asks in this order.
    query = select(Ticket).where(*reach.conditions, matching.has_words(wanted, reach.notes, reach.near))
    query = query.where(reach.seen)
    query = query if near is None else query.where(near)
    with planned_by_values():
        page = order(query, cursor=cursor, limit=limit if cursor else max(limit, MOST_COUNTED - 1))
    shown = page.items[:limit]
    following = page.next if len(shown) == len(page.items) else cursor_after([shown[-1][1], shown[-1][0]])
    tickets = queries.tickets_by_id(number for number, _ in shown)
    hits = tuple(Hit(tickets[number], (passages.Piece(tickets[number].subject),), None) for number, _ in shown)
    if cursor:
        return Found(hits, following)
    return Found(hits, following, min(len(page.items) + (page.next is not None), MOST_COUNTED))


def _newest(query: Select[Any], *, cursor: str | None, limit: int) -> Page[tuple[int, datetime]]:
    ids = query.with_only_columns(Ticket.id, Ticket.created_at)
    return page_of(ids, [Ticket.created_at, Ticket.id], cursor=cursor, limit=limit, descending=True)


def _beside(
    reach: Reach, question: Question, wanted: Wanted, rows: Sequence[Ranked]
) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
    """What fits the question meant more widely and not as it was typed. The words are those of the hits themselves: of
    what somebody may not see not even a word is told."""
    begun = question.wanted(begins=True)
    wider = widened(begun, [word.text for word in question.words if not word.excluded and not word.phrase])
    if wider is None and begun == wanted:
        return (), ()
    already = [row.ticket_id for row in rows]
    also = replace(reach, conditions=[*reach.conditions, Ticket.id.not_in(already)])
    marks = passages.marks_of(wider or begun)
    hits = _hits(ranking.ranked(also, wider or begun, cursor=None, limit=MOST_BESIDE), marks)
    typed = passages.marks_of(wanted)
    meant: dict[str, str] = {}
    for hit in hits:
        for piece in (*hit.subject, *(hit.passage or ())):
            by = marks.found(piece.text) if piece.marked else None
            if by is not None and not typed.hits(piece.text):
                meant.setdefault(by, piece.text.lower())
    return hits, tuple(dict.fromkeys(meant.values()))[:5]


def _hits(rows: Sequence[Ranked], marks: Marks) -> tuple[Hit, ...]:
    ids = [row.ticket_id for row in rows]
    if not ids:
        return ()
    tickets = queries.tickets_by_id(ids)
    said = passages_of(ids, with_notes={row.ticket_id for row in rows if row.readable}, most=MOST_PASSAGES)
    return tuple(_hit(tickets[number], said.get(number, ()), marks) for number in ids)


def _hit(ticket: Ticket, said: Collection[str], marks: Marks) -> Hit:
    subject = passages.marked(ticket.subject, marks)
    people = [one.name for one in (ticket.requester, ticket.assignee) if one is not None]
    texts = [ticket.description, *said, *answers_as_texts(ticket.answers), *people]
    best = passages.best(texts, marks)
    in_subject = {by for piece in subject if piece.marked and (by := marks.found(piece.text))}
    # The passage is worth its line where it says more than the subject does, or the words are not in the subject.
    return Hit(ticket, subject, best[0] if best is not None else None if in_subject else _beginning(ticket.description))


def _beginning(text: str) -> Passage | None:
    cut = " ".join(text.split())
    return (passages.Piece(cut[: passages.LETTERS] + (" …" if len(cut) > passages.LETTERS else "")),) if cut else None
