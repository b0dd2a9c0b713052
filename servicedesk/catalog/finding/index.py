"""An index of short texts by their words: exact, by beginning, by stem, by kinship, with typos. Pure: no tables, no session."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from math import log
from typing import Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from servicedesk.catalog.finding import words

T = TypeVar("T")


class Field(IntEnum):
    """Where a word stands."""

    NAME = 0
    KEYWORD = 1
    DEPARTMENT = 2
    LABEL = 3
    TEXT = 4
    # Only helps: whoever fits nowhere else is not found by it.
    CONTEXT = 5


class How(IntEnum):
    """How a typed word fits a known one."""

    EXACT = 0
    PREFIX = 1
    STEM = 2
    RELATED = 3
    TYPO = 4


# Points of a word by field and by how it fits: exact name, keyword, beginning, stem, typo, description.
_POINTS: dict[int, tuple[float, ...]] = {
    Field.NAME: (10.0, 8.0, 7.5, 5.0, 4.5),
    Field.KEYWORD: (9.0, 7.2, 7.0, 4.8, 4.2),
    Field.DEPARTMENT: (4.0, 3.2, 3.5, 2.5, 2.2),
    Field.LABEL: (2.5, 2.0, 2.2, 1.5, 0.0),
    Field.TEXT: (2.0, 1.6, 1.8, 1.2, 0.0),
    Field.CONTEXT: (1.0, 0.8, 0.9, 0.5, 0.0),
}
# Beside what the words give: the whole question is a name, is a keyword, begins a name.
_WHOLE = {"name": 30.0, "keyword": 20.0, "begins": 3.0}
_FIELDS = len(Field)
_SHORT = 4  # of fewer letters the beginning of a word in a description says nothing
_FEWER = 0.2  # of the best one's points; what has less was not meant
_PREFIX_WORDS = 400
_NEAR = 10
# Words by their letters and length: one that is much longer, or of another alphabet, is no typo of a word.
_Shelves = dict[tuple[bool, int], list[str]]
STRONG = _POINTS[Field.DEPARTMENT][How.RELATED]


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """What can be found, and the texts by which it is."""

    item: T
    texts: Sequence[tuple[Field, str]]


@dataclass(slots=True)
class Fit:
    """What one typed word fits: points by the number of the entry."""

    points: dict[int, float] = field(default_factory=dict)
    only_context: set[int] = field(default_factory=set)

    @property
    def is_strong(self) -> bool:
        """Whether it is worth more than a word in a description: nothing else need have been meant."""
        return max(self.points.values(), default=0.0) >= STRONG

    def or_better(self, other: Fit) -> Fit:
        points = {
            number: max(self.points.get(number, 0.0), other.points.get(number, 0.0))
            for number in {*self.points, *other.points}
        }
        real = (set(self.points) - self.only_context) | (set(other.points) - other.only_context)
        return Fit(points, set(points) - real)


class Index(Generic[T]):
    """Made once and only read: threads may share it."""

    def __init__(self, entries: Iterable[Entry[T]]) -> None:
        self.items: list[T] = []
        # Where a word stands: the number of the entry and the field, as one number, of which there are many.
        self._places: dict[str, list[int]] = {}
        self._names: list[tuple[str, ...]] = []
        self._keywords: list[frozenset[str]] = []
        for number, entry in enumerate(entries):
            self._add(number, entry)
        self._sorted = sorted(self._places)
        self._stems: dict[str, list[str]] = {}
        for word in self._sorted:
            self._stems.setdefault(words.stem(word), []).append(word)

    def _add(self, number: int, entry: Entry[T]) -> None:
        self.items.append(entry.item)
        self._names.append(tuple(words.whole(text) for where, text in entry.texts if where is Field.NAME))
        self._keywords.append(frozenset(words.whole(text) for where, text in entry.texts if where is Field.KEYWORD))
        # The best field of a word comes last and stays.
        best = {word: where for where, text in sorted(entry.texts, reverse=True) for word in words.words(text)}
        for word, where in best.items():
            self._places.setdefault(word, []).append(number * _FIELDS + where)

    @cached_property
    def _guessable(self) -> tuple[_Shelves, _Shelves]:
        """Words worth guessing at, and their stems: those of names, keywords and departments."""
        known = [
            word
            for word in self._sorted
            if len(word) > 3 and any(place % _FIELDS <= Field.DEPARTMENT for place in self._places[word])
        ]
        return _shelved(known), _shelved(sorted({words.stem(word) for word in known}))

    def fit(self, word: str) -> Fit:
        """The entries a word fits as it is typed."""
        found = Fit()
        if word in self._places:
            self._take(found, word, How.EXACT, len(word))
        stem = words.stem(word)
        for known in self._stems.get(stem, ()):
            self._take(found, known, How.STEM, len(word))
        for known in self._beginning_with(word):
            self._take(found, known, How.PREFIX, len(word))
        if len(stem) > _SHORT:
            for known in self._beginning_with(stem):
                self._take(found, known, How.RELATED, len(word))
        for length in range(_SHORT, len(stem)):
            for known in self._stems.get(stem[:length], ()):
                if len(stem) - length <= 3:
                    self._take(found, known, How.RELATED, len(word))
        return found

    def guess(self, word: str) -> Fit:
        """The entries a word fits when some of its letters are wrong."""
        found, most = Fit(), words.typos_allowed(word)
        if not most:
            return found
        known, stems = self._guessable
        stem = words.stem(word)
        near = dict(_near(word, known, most))
        for text, away in _near(stem, stems, words.typos_allowed(stem)):
            for other in self._stems[text]:
                near[other] = min(away, near.get(other, away))
        for text, away in near.items():
            less = 0.5 * away + (0.3 if text[0] != word[0] else 0.0) - (0.2 if words.slipped(word, text) else 0.0)
            self._take(found, text, How.TYPO, len(word), less=less)
        return found

    def rank(self, fits: Sequence[tuple[float, Fit]], whole: str, limit: int) -> list[T]:
        """The items best first: `fits` are the typed words with what each counts, `whole` is all that was typed."""
        scores: dict[int, float] = {}
        real: set[int] = set()
        total = 0.0
        for counts, fit in fits:
            share = counts * log(1 + (1 + len(self.items)) / (1 + len(fit.points)))
            total += share
            real.update(number for number in fit.points if number not in fit.only_context)
            for number, points in fit.points.items():
                scores[number] = scores.get(number, 0.0) + share * points
        plain = {number: score / total for number, score in scores.items() if number in real}
        least = _FEWER * max(plain.values(), default=0.0)
        kept = [
            (-score - self._whole_bonus(number, whole), self._names[number], number)
            for number, score in plain.items()
            if score >= least
        ]
        return [self.items[number] for *_, number in sorted(kept)[:limit]]

    def _whole_bonus(self, number: int, whole: str) -> float:
        names = self._names[number]
        if whole in names:
            return _WHOLE["name"]
        if whole in self._keywords[number]:
            return _WHOLE["keyword"]
        begins = _WHOLE["begins"] if any(name.startswith(whole) for name in names) else 0.0
        # Of two names with the typed words the shorter one has less beside them.
        return begins + 0.5 / (1 + min((name.count(" ") for name in names), default=9))

    def _take(self, found: Fit, known: str, how: How, letters: int, less: float = 0.0) -> None:
        for place in self._places[known]:
            number, where = place // _FIELDS, place % _FIELDS
            if how is How.PREFIX and where >= Field.LABEL and letters < _SHORT:
                continue
            points = _POINTS[where][how] - less
            if points <= 0:
                continue
            if points > found.points.get(number, 0.0):
                found.points[number] = points
            if where is not Field.CONTEXT:
                found.only_context.discard(number)
            elif found.points[number] == points:
                found.only_context.add(number)

    def _beginning_with(self, start: str) -> Iterable[str]:
        first = bisect_left(self._sorted, start)
        for word in self._sorted[first : first + _PREFIX_WORDS]:
            if not word.startswith(start):
                return
            if word != start:
                yield word


def _shelved(known: Iterable[str]) -> _Shelves:
    shelves: _Shelves = {}
    for word in known:
        shelves.setdefault((word.isascii(), len(word)), []).append(word)
    return shelves


def _near(word: str, shelves: _Shelves, most: int) -> Iterable[tuple[str, int]]:
    """Known words with at most `most` letters wrong, missing, doubled or swapped, and how many are."""
    for length in range(len(word) - most, len(word) + most + 1):
        shelf = shelves.get((word.isascii(), length), ())
        for text, away, _ in process.extract(word, shelf, scorer=OSA.distance, score_cutoff=most, limit=_NEAR):
            yield text, int(away)
