"""What is typed into the one field of search: words, "phrases", -exclusions and filters such as department:it. Pure.

`read` understands everything somehow and never fails; `written` says it again. What a filter means is said by filters.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from servicedesk.tickets.rules import wording
from servicedesk.tickets.rules.wording import Need, Wanted

LONGEST = 400
MOST_PARTS = 30
# Filters by their name, with the other names they go by.
NAMES = {
    "department": ("dept", "отдел", "подразделение"),
    "status": ("state", "статус", "состояние"),
    "from": ("requester", "от", "автор", "заявитель"),
    "assignee": ("to", "исполнитель"),
    "type": ("kind", "тип", "услуга"),
    "priority": ("приоритет", "важность"),
    "due": ("deadline", "срок"),
    "filed": ("created", "подан", "подано", "создан"),
    "closed": ("resolved", "закрыт", "закрыто", "решён", "решен"),
    "has": ("есть",),
    "is": ("это",),
}
T = TypeVar("T")
_NAME_OF = {other: name for name, others in NAMES.items() for other in (name, *others)}
_PART = re.compile(r"""(?P<no>-?)(?:(?P<key>[^\W\d_]{1,20}):(?=\S))?(?P<value>"[^"]*"?|[^\s"]+)""")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or with `phrase` words that stand together."""

    text: str
    phrase: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter as it was typed: its name and a value."""

    name: str
    value: str
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for. `unfinished`: the last word may be the beginning of one."""

    words: tuple[Word, ...] = ()
    filters: tuple[Asked, ...] = ()
    unfinished: bool = field(default=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.words or self.filters)

    @property
    def text(self) -> str:
        """The words alone, as somebody would say them."""
        return " ".join(word.text for word in self.words if not word.excluded)

    def without(self, asked: Asked) -> Question:
        return replace(self, filters=tuple(one for one in self.filters if one != asked))

    def also(self, *asked: Asked) -> Question:
        return replace(self, filters=(*self.filters, *(one for one in asked if one not in self.filters)))

    def wanted(self, *, begins: bool = False) -> Wanted:
        """What the index is asked for. Words that say nothing count only where there are no others; with `begins` the last
        word may be unfinished."""
        loose = [word for word in self.words if not word.phrase and not word.excluded]
        said = [word for word in loose if wording.says_something(word.text)]
        if not said and not any(word.phrase and not word.excluded for word in self.words):
            said = loose
        last = self.words[-1] if self.words and begins and self.unfinished else None
        needs = [
            wording.phrase(word.text) if word.phrase else wording.meant(word.text, begins=word is last)
            for word in self.words
            if not word.excluded and (word.phrase or word in said)
        ]
        unwanted = [
            wording.phrase(word.text) if word.phrase else wording.meant(word.text)
            for word in self.words
            if word.excluded
        ]
        return Wanted(_known(needs), _known(unwanted))


def read(text: str) -> Question:
    words: list[Word] = []
    filters: list[Asked] = []
    text = text[:LONGEST]
    for found in list(_PART.finditer(text))[:MOST_PARTS]:
        name = _NAME_OF.get((found["key"] or "").casefold())
        value = found["value"]
        if name is not None:
            bare = value.strip('"').strip()
            if bare:
                _add(filters, Asked(name, " ".join(bare.split()), bool(found["no"])))
        elif value.startswith('"'):
            prefix = f"{found['key']}:" if found["key"] else ""
            _add(words, Word(" ".join(f"{prefix}{value.strip(chr(34))}".split()), True, bool(found["no"])))
        else:
            whole = f"{found['key']}:{value}" if found["key"] else value
            _add(words, Word(whole, False, bool(found["no"])))
    # Of dashes and the like nothing is looked for.
    kept = tuple(word for word in words if wording.tokens(word.text))
    unfinished = bool(text) and not text[-1].isspace() and not text.endswith('"')
    ends_in_word = bool(kept) and not kept[-1].phrase and text.rstrip().endswith(kept[-1].text)
    return Question(kept, tuple(filters), unfinished and ends_in_word)


def written(question: Question) -> str:
    """The question as one would type it, filters last."""
    parts = [*(_word(word) for word in question.words), *(_filter(one) for one in question.filters)]
    return " ".join(parts)


def _word(word: Word) -> str:
    return f'{"-" * word.excluded}"{word.text}"' if word.phrase else f"{'-' * word.excluded}{word.text}"


def _filter(asked: Asked) -> str:
    value = f'"{asked.value}"' if re.search(r"\s", asked.value) else asked.value
    return f"{'-' * asked.excluded}{asked.name}:{value}"


def _add(found: list[T], one: T) -> None:
    if one not in found:
        found.append(one)


def _known(needs: Iterable[Need | None]) -> tuple[Need, ...]:
    return tuple(dict.fromkeys(one for one in needs if one is not None))
