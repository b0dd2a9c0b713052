"""Words as the search index keeps them, and the words somebody looks for. Pure: no tables, no session.

A text becomes a stream of tokens, in order: stems, ё as е, a word with a hyphen also in parts. Both databases are given this
stream and cut nothing by themselves, so they find the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from servicedesk.catalog.finding import words

LONGEST_WORD = 40
# Between two passages: words on both sides of it do not stand together.
GAP = "¶"
# Before the number of a request that is asked for as one: "#1042".
NUMBER = "№"
# Of how many letters the beginning of a word is looked for.
LEAST_BEGINNING = 2
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens that stand together; with `begins` the last one is only the beginning of a word."""

    tokens: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that was typed: any of the runs will do."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of `needs` and none of `unwanted`. Without needs it says nothing: what has not a word is no question."""

    needs: tuple[Need, ...] = ()
    unwanted: tuple[Need, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.needs or self.unwanted)


def tokens(text: str) -> list[str]:
    return [token(word) for word in words.cut(text)]


def token(word: str) -> str:
    return words.stem(word[:LONGEST_WORD])


def stream(texts: Iterable[str], most: int) -> list[str]:
    """The tokens of several passages with gaps between them. Beyond `most` only words that are new: nobody looks for a
    phrase there, and a request as long as a book must not fill the index."""
    found: list[str] = []
    known: set[str] = set()
    for text in texts:
        for one in tokens(text):
            if len(found) < most or (one not in known and len(found) < 2 * most):
                found.append(one)
                known.add(one)
        if found and found[-1] != GAP:
            found.append(GAP)
    return found


def need(text: str, *, begins: bool = False) -> Need | None:
    """What a piece of text without blanks asks for; None where it has nothing to look for.

    "wi-fi" is wifi in one word, or wi and fi together. With `begins` words that only begin so will do as well.
    """
    parts = list(words.cut(text))
    if not parts:
        return None
    found = tuple(token(part) for part in parts)
    runs = [Run(found)]
    if len(parts) > 2 and parts[0] == "".join(parts[1:]):
        runs = [Run(found[:1]), Run(found[1:])]
    if begins and len(parts) == 1 and len(parts[0]) >= LEAST_BEGINNING:
        # The stem of a word that is not finished may be other than its beginning.
        runs += [Run((start,), begins=True) for start in dict.fromkeys((parts[0][:LONGEST_WORD], *found))]
    return Need(tuple(runs))


def typed(text: str) -> Wanted:
    """Plain words as a list is narrowed down by them while somebody types: all of them, the last one perhaps begun.

    A word with a number sign is the number of a request.
    """
    chunks = text.split()[:MOST_WORDS]
    said = [chunk for chunk in chunks if says_something(chunk)] or chunks
    found = [meant(chunk, begins=chunk is said[-1] and not text[-1:].isspace()) for chunk in said]
    return Wanted(tuple(one for one in found if one is not None))


def meant(chunk: str, *, begins: bool = False) -> Need | None:
    digits = chunk[1:] if chunk[:1] in ("#", NUMBER) else ""
    return number(int(digits)) if digits.isdecimal() and len(digits) < 10 else need(chunk, begins=begins)


def phrase(text: str) -> Need | None:
    """Words that stand together in this order, whatever their endings."""
    found = tuple(tokens(text))
    return Need((Run(found),)) if found else None


def number(value: int) -> Need:
    return Need((Run((f"{NUMBER}{value}",)),))


def either(need_: Need, others: Iterable[str]) -> Need:
    """The same, or one of these tokens."""
    return Need((*need_.runs, *(Run((other,)) for other in others)))


def says_something(text: str) -> bool:
    """Whether a typed piece narrows anything down: "мой", "the" and single letters do not."""
    return any(words.weight(word) or word.isdecimal() for word in words.cut(text))


def as_fts5(wanted: Wanted, columns: str) -> str:
    """The question in the words of SQLite's index, for these of its columns."""
    every = " AND ".join(_any(need, _fts5_run, " OR ") for need in wanted.needs)
    none = " OR ".join(_any(need, _fts5_run, " OR ") for need in wanted.unwanted)
    asked = f"({every}) NOT ({none})" if none else every
    return f"{{{columns}}} : ({asked})"


def as_tsquery(wanted: Wanted, weights: str) -> str:
    """The same in the words of PostgreSQL's, where a column is a weight. No weights are all of them: only then its index
    knows the answer by itself."""

    def run(one: Run) -> str:
        marks = [weights] * len(one.tokens)
        if one.begins:
            marks[-1] = f"*{weights}"
        marked = [f":{mark}" if mark else "" for mark in marks]
        together = " <-> ".join(f"'{token}'{mark}" for token, mark in zip(one.tokens, marked, strict=True))
        return f"({together})"

    every = " & ".join(_any(need, run, " | ") for need in wanted.needs)
    none = " | ".join(_any(need, run, " | ") for need in wanted.unwanted)
    return f"({every}) & !({none})" if none else every


def as_tsvector(columns: Iterable[tuple[str, list[str]]]) -> str:
    """Tokens with their places and weights, as PostgreSQL reads them: [(weight, tokens)]."""
    return " ".join(f"'{one}':{place}{weight}" for place, weight, one in _placed(columns))


def _placed(columns: Iterable[tuple[str, list[str]]]) -> Iterator[tuple[int, str, str]]:
    place = 0
    for weight, found in columns:
        for one in found:
            place += 1
            yield min(place, 16_383), weight, one
        place += 1


def _any(need: Need, run: Callable[[Run], str], join: str) -> str:
    return f"({join.join(run(one) for one in need.runs)})"


def _fts5_run(one: Run) -> str:
    return f'"{" ".join(one.tokens)}"' + (" *" if one.begins else "")
