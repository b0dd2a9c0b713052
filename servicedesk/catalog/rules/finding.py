"""Which entries of the catalog fit typed words. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")


def ranked(text: str, entries: Sequence[Sequence[tuple[int, str]]]) -> list[int]:
    """Numbers of the entries that fit typed words, best first. An entry is its texts with their weights.

    Words fit by their beginning, so that endings do not matter ("пропуска" finds "Пропуск"); a word that fits many
    entries, or is very short, tells little and counts for little.
    """
    scores: dict[int, float] = {}
    known = [[(weight, _words(name)) for weight, name in entry] for entry in entries]
    for word in dict.fromkeys(_words(text)):
        fitting = {}
        for number, entry in enumerate(known):
            best = max((weight for weight, words in entry if any(_alike(word, other) for other in words)), default=0)
            if best:
                fitting[number] = best
        for number, best in fitting.items():
            scores[number] = scores.get(number, 0.0) + best / len(fitting) / (2 if len(word) <= 3 else 1)
    return sorted(scores, key=lambda number: (-scores[number], number))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.casefold().replace("ё", "е")) if len(word) > 1]


def _alike(typed: str, known: str) -> bool:
    stem_typed, stem_known = _stem(typed), _stem(known)
    return known.startswith(stem_typed) if len(stem_typed) <= len(stem_known) else typed.startswith(stem_known)


def _stem(word: str) -> str:
    """A word without its likely ending; short ones stand for themselves."""
    return word if len(word) <= 3 else word[: max(3, len(word) - 2)]
