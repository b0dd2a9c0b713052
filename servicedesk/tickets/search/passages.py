"""Passages of texts in which the words looked for stand, with those words marked. Pure: it is given what may be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from servicedesk.catalog.finding import words
from servicedesk.tickets.rules import wording
from servicedesk.tickets.rules.wording import Wanted

LETTERS = 180
BEFORE = 50
# In a text that is longer nobody looks for the best place.
MOST_LETTERS = 20_000
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool = False


Passage = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked: words by their stems, and by their beginnings."""

    stems: frozenset[str]
    starts: tuple[str, ...] = ()

    def hits(self, word: str) -> bool:
        return bool(self.found(word))

    def found(self, word: str) -> str | None:
        """By what the word is marked, None where it is not."""
        plain = words.plain(word)
        stem = wording.token(plain)
        if stem in self.stems:
            return stem
        return next((start for start in self.starts if plain.startswith(start)), None)


def marks_of(wanted: Wanted) -> Marks:
    runs = [run for need in wanted.needs for run in need.runs]
    tokens = {token for run in runs if not run.begins for token in run.tokens}
    return Marks(
        frozenset(token.removeprefix(wording.NUMBER) for token in tokens),
        tuple(run.tokens[0] for run in runs if run.begins),
    )


def marked(text: str, marks: Marks) -> Passage:
    """The whole text with its words marked."""
    return _cut_up(text, marks, 0, len(text))


def best(texts: Iterable[str], marks: Marks) -> tuple[Passage, int] | None:
    """The passage with most of the words, the first of equals, and how many different ones they are; None where none has any."""
    found: tuple[Passage, int] | None = None
    for whole in texts:
        text = _BLANKS.sub(" ", whole[:MOST_LETTERS]).strip()
        places = [(match.start(), by) for match in _spots(marks).finditer(text) if (by := marks.found(match[0]))]
        if not places:
            continue
        begin, count = _densest(places)
        if found is None or count > found[1]:
            found = _window(text, marks, begin), count
    return found


def _densest(places: Sequence[tuple[int, str]]) -> tuple[int, int]:
    """Where a passage begins best, and how many different words it has then."""
    counts = [
        (len({by for at, by in places if begin <= at < begin + LETTERS - BEFORE}), -begin) for begin, _ in places[:40]
    ]
    count, begin = max(counts)
    return -begin, count


def _window(text: str, marks: Marks, hit: int) -> Passage:
    begin = max(0, hit - BEFORE)
    if begin:
        begin = text.find(" ", begin, hit) + 1 or begin
    end = len(text)
    if end - begin > LETTERS:
        end = text.rfind(" ", hit + 1, begin + LETTERS)
        end = begin + LETTERS if end < 0 else end
    pieces = list(_cut_up(text, marks, begin, end))
    if begin:
        pieces.insert(0, Piece("… "))
    if end < len(text):
        pieces.append(Piece(" …"))
    return tuple(pieces)


def _cut_up(text: str, marks: Marks, begin: int, end: int) -> Passage:
    pieces: list[Piece] = []
    done = begin
    for match in _spots(marks).finditer(text, begin, end):
        if not marks.hits(match[0]):
            continue
        if match.start() > done:
            pieces.append(Piece(text[done : match.start()]))
        pieces.append(Piece(match[0], marked=True))
        done = match.end()
    if done < end:
        pieces.append(Piece(text[done:end]))
    return tuple(pieces)


@lru_cache(maxsize=256)
def _spots(marks: Marks) -> re.Pattern[str]:
    """Words that may be meant: they begin as a stem does. What they are is said by `Marks`."""
    starts = {_beginning(stem) for stem in marks.stems} | set(marks.starts)
    if not starts:
        return re.compile(r"(?!)")
    either = "|".join(re.escape(start).replace("е", "[её]") for start in sorted(starts, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})\w*", re.IGNORECASE)


def _beginning(stem: str) -> str:
    """Letters with which every word of the stem begins: some endings change its last letter, happi is happy."""
    return stem[:-1] if len(stem) > 3 else stem[:2]
