"""What can happen to a clock, and which of it is known at an instant. Holds no arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from .instants import to_micros
from .policy import Target

MarkKind = Literal["started", "paused", "resumed", "stopped", "reopened", "cancelled", "restored", "retargeted"]

KINDS = get_args(MarkKind)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to a clock. `before` and `after` belong to "retargeted" alone.

    None as a target means that there is no such promise. Raises ValueError for an unknown kind or a
    naive instant.
    """

    at: datetime
    kind: MarkKind
    before: Target | None = None
    after: Target | None = None

    def __post_init__(self) -> None:
        to_micros(self.at)
        if self.kind not in KINDS:
            raise ValueError(f"Unknown mark {self.kind!r}; the marks are {', '.join(KINDS)}.")


def known_at(marks: Iterable[Mark], at: int) -> list[Mark]:
    """The marks up to `at` by time. A restored clock is one that was never cancelled: both marks are left out, and
    what happened in between counts."""
    found: list[Mark] = []
    for mark in sorted((mark for mark in marks if to_micros(mark.at) <= at), key=lambda mark: mark.at):
        if mark.kind != "restored":
            found.append(mark)
            continue
        taken_back = next((place for place in reversed(range(len(found))) if found[place].kind == "cancelled"), None)
        if taken_back is not None:
            del found[taken_back]
    return found
