"""Whether two requests may be about the same thing: by the words of their subjects, whatever their endings."""

from __future__ import annotations

from servicedesk.catalog.finding import words

# From here on two subjects may be about the same thing, as `words_shared` measures it.
LEAST_SHARED = 0.5


def words_shared(one: str, other: str) -> float:
    """How much of the words of the shorter text the other has as well: 0 for nothing, 1 for all of them. Words that say
    nothing about what is asked do not count, and those that say little count little."""
    first, second = _stems(one), _stems(other)
    least = min(sum(first.values()), sum(second.values()))
    return sum(first[stem] for stem in first.keys() & second.keys()) / least if least else 0.0


def _stems(text: str) -> dict[str, float]:
    found = {words.stem(word): words.weight(word) for word in words.words(text)}
    return {stem: counts for stem, counts in found.items() if counts}
