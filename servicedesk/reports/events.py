"""What happens to reports."""

from __future__ import annotations

from dataclasses import dataclass

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MonthClosed(Event):
    """Issue `number` of the report of `month` ("2026-04") is stored."""

    month: str
    number: int
