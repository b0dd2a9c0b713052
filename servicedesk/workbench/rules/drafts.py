"""Which forms may leave a draft, and for how long it is kept."""

from __future__ import annotations

import re

# A draft that nobody came back to is forgotten after so many days.
KEPT_DAYS = 30
# Characters of all fields together.
LONGEST_DRAFT = 100_000
# Forms that rate are not among them, and must never be.
_PLACE = re.compile(r"(?:ticket:\d{1,9}|new:[a-z0-9_.-]{1,80})")


def may_be_kept(place: str) -> bool:
    """Whether `place` names a form whose text may be kept under its writer's name."""
    return _PLACE.fullmatch(place) is not None
