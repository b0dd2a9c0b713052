"""Finding whom to ask: what can be asked for, departments and people, in both languages, by words as people type them.

The index is kept in the process and made anew when the catalog or the people have changed. It holds what is active only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import select

from servicedesk.catalog.finding import known, words
from servicedesk.catalog.finding.index import Entry, Fit, Index
from servicedesk.catalog.finding.known import KnownDepartment, KnownPerson, KnownType
from servicedesk.catalog.models import FindingRevision
from servicedesk.kernel.db import db

__all__ = ["Found", "KnownDepartment", "KnownPerson", "KnownType", "find", "known_people", "known_types"]

LONGEST = 200  # letters of a question that are looked at
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Found:
    """Best first. Nothing here is secret from who is signed in: of confidential types only the requests are."""

    request_types: tuple[KnownType, ...] = ()
    departments: tuple[KnownDepartment, ...] = ()
    people: tuple[KnownPerson, ...] = ()

    @property
    def count(self) -> int:
        return len(self.request_types) + len(self.departments) + len(self.people)


class _Everything:
    """The three indexes of one state of the catalog; what has not changed is taken over from the one `before`."""

    def __init__(self, token: str, before: _Everything | None) -> None:
        self.token = token
        departments = known.departments()
        self.entries: dict[str, Sequence[Entry[Any]]] = {
            "request_types": list(known.entries_of_types(departments)),
            "departments": list(known.entries_of_departments(departments)),
            "people": list(known.entries_of_people(departments)),
        }
        self.indexes: dict[str, Index[Any]] = {
            kind: before.indexes[kind] if before is not None and before.entries[kind] == entries else Index(entries)
            for kind, entries in self.entries.items()
        }


_kept: _Everything | None = None
_making = Lock()


def find(text: str, *, most: int = 5, people: bool = True) -> Found:
    """What fits typed words, at most `most` of each kind, best first. One statement unless something has changed.

    A name as a whole comes before a keyword, that before the beginning of a word, its stem, a typo, a description.
    """
    text = text[:LONGEST]
    whole = words.whole(text)
    if not whole:
        return Found()
    indexes = {kind: index for kind, index in _everything().indexes.items() if people or kind != "people"}
    question = _question(text, indexes)
    return Found(**{kind: tuple(index.rank(question[kind], whole, most)) for kind, index in indexes.items()})


def known_people() -> tuple[KnownPerson, ...]:
    """All active people, by name."""
    return tuple(entry.item for entry in _everything().entries["people"])


def known_types() -> dict[int, KnownType]:
    """Everything that can be asked for, by id."""
    return {entry.item.id: entry.item for entry in _everything().entries["request_types"]}


def _everything() -> _Everything:
    """The indexes of what stands in the database now.

    The token is read before the rows: if they change in between, the index is newer than its token and is made again.
    """
    global _kept  # noqa: PLW0603 — one index for the process is what this is for
    token = db.session.scalar(select(FindingRevision.token)) or ""
    kept = _kept
    if kept is not None and kept.token == token:
        return kept
    with _making:
        if _kept is None or _kept.token != token:
            _kept = _Everything(token, _kept)
        return _kept


def _question(text: str, indexes: Mapping[str, Index[Any]]) -> dict[str, list[tuple[float, Fit]]]:
    """By kind: what each typed word counts and what it fits."""
    heard: list[tuple[float, dict[str, Fit]]] = []
    empty: list[str] = []
    for chunk in text.split():
        parts = list(dict.fromkeys(words.words(chunk)))
        if parts and not any(words.weight(word) for word in parts):
            empty += parts
        elif len(heard) < MOST_WORDS:
            heard += _hear(chunk, parts, indexes)
    if not heard:
        heard = [(1.0, _fits(word, indexes)) for word in empty[:MOST_WORDS]]
    return {kind: [(counts, fits[kind]) for counts, fits in heard] for kind in indexes}


def _hear(chunk: str, parts: list[str], indexes: Mapping[str, Index[Any]]) -> list[tuple[float, dict[str, Fit]]]:
    """What was meant by a piece of text without blanks: as typed, typed on the other keyboard, or typed wrongly."""
    typed = [(word, _fits(word, indexes)) for word in parts if words.weight(word)]
    if len(typed) > 1 and _is_strong(typed[0][1]):
        typed = typed[:1]  # "wi-fi" as wifi
    if not any(_is_strong(fits) for _, fits in typed):
        swapped = list(dict.fromkeys(words.words(words.other_keyboard(chunk))))
        if swapped and not any(words.weight(word) for word in swapped):
            return []
        others = [(word, _fits(word, indexes)) for word in swapped]
        if any(_is_strong(fits) for _, fits in others):
            typed = others
        else:
            guessed = [(word, _guesses(word, fits, indexes)) for word, fits in typed]
            if not any(_is_strong(fits) for _, fits in guessed):
                others = [(word, _guesses(word, fits, indexes)) for word, fits in others]
                guessed = others if any(_is_strong(fits) for _, fits in others) else guessed
            typed = guessed
    return [(counts, fits) for word, fits in typed if (counts := words.weight(word))]


def _fits(word: str, indexes: Mapping[str, Index[Any]]) -> dict[str, Fit]:
    return {kind: index.fit(word) for kind, index in indexes.items()}


def _guesses(word: str, fits: dict[str, Fit], indexes: Mapping[str, Index[Any]]) -> dict[str, Fit]:
    return {kind: fits[kind].or_better(index.guess(word)) for kind, index in indexes.items()}


def _is_strong(fits: Mapping[str, Fit]) -> bool:
    return any(fit.is_strong for fit in fits.values())
