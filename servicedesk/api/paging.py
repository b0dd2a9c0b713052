"""Pages of short lists that are read whole anyway and ordered by their key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def page_by_key(rows: Sequence[Any], *, limit: int, cursor: str | None) -> tuple[list[Any], str | None]:
    """`limit` rows after the key `cursor`, and the key to go on from; rows are ordered by key."""
    after = [row for row in rows if cursor is None or row.key > cursor]
    return after[:limit], after[limit - 1].key if len(after) > limit else None
