"""Words that may have been meant by a word typed wrongly. All words of all requests are compared, so none of them is ever
shown for itself: a guess only widens a question, and what it finds is asked for under the same conditions as everything."""

from __future__ import annotations

from threading import Lock

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import select

from servicedesk.catalog.finding import words
from servicedesk.kernel.db import db
from servicedesk.tickets.models import SearchWord
from servicedesk.tickets.rules import wording
from servicedesk.tickets.rules.wording import Need, Wanted

MOST_GUESSES = 8
# Numbers of words are given before they can be read: so many of the last ones are looked at again.
_LOOK_BACK = 2000


class _Shelves:
    """The words of one database by alphabet and length, kept in the process and read on from where they ended."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.last = 0
        self.known: set[str] = set()
        self.by_shape: dict[tuple[bool, int], list[str]] = {}

    def read_on(self) -> None:
        newer = select(SearchWord.id, SearchWord.word).where(SearchWord.id > self.last - _LOOK_BACK)
        for number, word in db.session.execute(newer.order_by(SearchWord.id)):
            self.last = max(self.last, number)
            if word not in self.known and len(word) > 2:
                self.known.add(word)
                self.by_shape.setdefault((word.isascii(), len(word)), []).append(word)

    def near(self, stem: str, most: int) -> list[str]:
        """Words that differ by at most so many letters, the nearest first."""
        found: list[tuple[float, str]] = []
        for length in range(len(stem) - most, len(stem) + most + 1):
            shelf = self.by_shape.get((stem.isascii(), length), [])
            for word, away, _ in process.extract(
                stem, shelf, scorer=OSA.distance, score_cutoff=most, limit=MOST_GUESSES
            ):
                if away:
                    # A first letter is rarely wrong.
                    found.append((away + (0.5 if word[0] != stem[0] else 0), word))
        return [word for _away, word in sorted(found)[:MOST_GUESSES]]


_kept: _Shelves | None = None
_reading = Lock()


def widened(wanted: Wanted, texts: list[str]) -> Wanted | None:
    """The question with each of its single words meant more widely: with wrong letters, on the other keyboard, begun.

    `texts` are the words as they were typed. None where there is nothing wider. One statement.
    """
    with _reading:
        shelves = _shelves()
        needs = tuple(_widened(need, shelves) for need in wanted.needs)
    others = tuple(other for text in texts if (other := _other_keyboard(text)) is not None)
    swapped = Wanted(others, wanted.unwanted) if len(others) == len(texts) == len(wanted.needs) else None
    if swapped is not None:
        needs = tuple(
            Need(tuple(dict.fromkeys((*one.runs, *two.runs)))) for one, two in zip(needs, swapped.needs, strict=True)
        )
    return Wanted(needs, wanted.unwanted) if needs != wanted.needs else None


def _widened(need: Need, shelves: _Shelves) -> Need:
    single = [run.tokens[0] for run in need.runs if len(run.tokens) == 1 and not run.begins]
    if len(single) != 1 or not single[0].isalpha():
        return need
    stem = single[0]
    return wording.either(need, shelves.near(stem, words.typos_allowed(stem)) if words.typos_allowed(stem) else ())


def _other_keyboard(text: str) -> Need | None:
    swapped = words.other_keyboard(text)
    return wording.need(swapped) if wording.says_something(swapped) and swapped != text else None


def _shelves() -> _Shelves:
    global _kept  # noqa: PLW0603 — read once for the process is what this is for
    place = db.engine.url.render_as_string(hide_password=True)
    if _kept is None or _kept.place != place:
        _kept = _Shelves(place)
    _kept.read_on()
    return _kept
