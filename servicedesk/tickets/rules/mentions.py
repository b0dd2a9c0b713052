"""Whom a text names: an @ with a name or an address after it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

P = TypeVar("P")

# So many are told of one message; who names more speaks to nobody in particular.
MOST_MENTIONS = 20
# A name has at most so many words.
_WORDS = 4
_CALLED = re.compile(r"(?:^|(?<=[\s(«\"“>*]))@([\w.+-]+@[\w.-]+\w|\w[\w'’.-]*(?:[ \u00a0]\w[\w'’.-]*){0,3})")


def called(text: str) -> list[list[str]]:
    """For every @ in the text what may be meant by it, the longest first: an address, or the words that follow."""
    found = []
    for match in _CALLED.finditer(text):
        words = match[1].replace("\u00a0", " ").split(" ")
        heads = [" ".join(words[:count]) for count in range(min(len(words), _WORDS), 0, -1)]
        # Where a sentence ends behind the name, its full stop does not belong to it.
        found.append(list(dict.fromkeys(form for head in heads for form in (head, head.rstrip(".'’-")) if form)))
    return found[:MOST_MENTIONS]


def meant_by(called: Sequence[Sequence[str]], known: Mapping[str, Sequence[P]]) -> list[P]:
    """The one person each of them means; nobody where the longest name that fits belongs to several."""
    found = []
    for forms in called:
        fitting = next((known[form] for form in forms if known.get(form)), [])
        if len(fitting) == 1:
            found.append(fitting[0])
    return list(dict.fromkeys(found))
