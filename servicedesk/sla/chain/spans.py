"""Sums and differences of stretches of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from servicedesk.sla.chain.rows import Span


def cut(spans: Iterable[Span], begin: datetime, end: datetime) -> list[Span]:
    """What of the spans lies in [begin, end)."""
    pieces = [(max(a, begin), min(b, end)) for a, b in spans]
    return [(a, b) for a, b in pieces if a < b]


def minus(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """What of the spans none of the others covers."""
    left = [(a, b) for a, b in spans if a < b]
    for begin, end in others:
        left = [
            piece
            for a, b in left
            for piece in ((a, min(b, begin)), (max(a, end), b)) if piece[0] < piece[1]
        ] if begin < end else left  # fmt: skip
    return left
