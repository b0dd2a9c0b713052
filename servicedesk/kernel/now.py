"""The one place that reads the clock. Only doors and the worker may import it (see the import contracts)."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
