"""Which forms may leave a draft, for how long it is kept, and when two that were typed in two places disagree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

# A draft that nobody came back to is forgotten after so many days.
KEPT_DAYS = 30
# For so long one that was discarded can be had back.
REGRETTED_FOR = timedelta(days=1)
# Characters of all fields together.
LONGEST_DRAFT = 100_000
# So many forms one person leaves drafts of; more are not work, and fill the disk.
MOST_DRAFTS = 300
# Forms that rate are not among them, and must never be.
_PLACE = re.compile(r"(?:(?:ticket|reopen):\d{1,9}|new:[a-z0-9_.-]{1,80})")

Typed = Mapping[str, str | Sequence[str]]


def may_be_kept(place: str) -> bool:
    """Whether `place` names a form whose text may be kept under its writer's name."""
    return _PLACE.fullmatch(place) is not None


def filled(fields: Typed) -> dict[str, str | list[str]]:
    """Those of the fields with something in them."""
    every = {name: value if isinstance(value, str) else list(value) for name, value in fields.items()}
    return {name: value for name, value in every.items() if (value.strip() if isinstance(value, str) else value)}


def size_of(fields: Typed) -> int:
    """Characters of all fields together, their names too."""
    return sum(
        len(name) + sum(map(len, [value] if isinstance(value, str) else value)) for name, value in fields.items()
    )


def is_newer_elsewhere(kept_at: datetime | None, seen_at: datetime | None) -> bool:
    """Whether what is kept is not what the writer of this form has seen: typed, sent or discarded in another place.

    Who has seen none and finds none is the first to write.
    """
    return kept_at != seen_at
