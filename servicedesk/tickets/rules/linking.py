"""What links between requests mean, read from either end. Pure."""

from __future__ import annotations

# What people choose from; the link of a split is made by splitting.
LINKS = ("related", "duplicate_of", "caused_by")
# The same link as the other end reads it.
READ_FROM_OTHER = {
    "related": "related", "duplicate_of": "has_duplicate", "caused_by": "causes", "split_from": "split_into",
}  # fmt: skip
# So many links of one request.
MOST_LINKS = 50


def is_removable(kind: str) -> bool:
    """Where a request was split from is history, not an opinion."""
    return kind not in ("split_from", "split_into")
