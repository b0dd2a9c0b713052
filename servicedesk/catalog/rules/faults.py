"""What is wrong with a description: the place and a sentence that each door says in its way. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from servicedesk.kernel.errors import DeskError


@dataclass(frozen=True)
class Fault:
    """`number` is that of the field, step or line, from 0, None for all of them; `at` its setting, "" for the whole of it.

    `name` is what a file calls the place: "field 'device'".
    """

    number: int | None
    at: str
    error: DeskError
    name: str = ""

    def __str__(self) -> str:
        """In English, for files: "field 'device': the key stands twice"."""
        words = str(self.error).rstrip(".")
        words = words[:1].lower() + words[1:]
        return f"{self.name}: {words}" if self.name else words


def fault(number: int | None, name: str, at: str, sentence: str, /, **params: Any) -> Fault:
    return Fault(number, at, DeskError(sentence, **params), name)


def by_place(faults: Iterable[Fault], what: str) -> dict[str, DeskError]:
    """The first fault of each place: "fields-0-key", "fields-0" for the whole of it, "fields" for all of them."""
    found: dict[str, DeskError] = {}
    for one in faults:
        place = what if one.number is None else f"{what}-{one.number}{'-' if one.at else ''}{one.at}"
        found.setdefault(place, one.error)
    return found
