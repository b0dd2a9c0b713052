"""Who, when and by which door: the first argument of every action."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

# Doors through which the past is told again: the events are true, but nobody is written to about them now.
HISTORY_DOORS = frozenset({"import", "demo"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """`actor_id` is None when the desk itself acts (worker); `at` is aware and kept in UTC."""

    actor_id: int | None
    at: datetime
    door: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("a stamp needs an aware datetime")
        object.__setattr__(self, "at", self.at.astimezone(UTC))

    @property
    def tells_history(self) -> bool:
        return self.door in HISTORY_DOORS

    def not_before(self, at: datetime | None) -> Stamp:
        """The same stamp, moved forward to `at` if it lies earlier: clocks of two machines differ."""
        return replace(self, at=at) if at is not None and at > self.at else self
