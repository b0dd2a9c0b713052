"""What another promise would have kept: decided promises replayed from their marks. Plain rows in, counts out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from servicedesk.sla_engine import BusinessCalendar, Mark, Target, fold

# Tickets that are listed of those whose verdict changes, each way.
MOST_LISTED = 20


@dataclass(frozen=True)
class DecidedRow:
    """A promise that was kept or broken; `target` as written, `hours` the id of the version of its calendar."""

    ticket_id: int
    kept: bool
    target: str
    hours: int
    marks: Sequence[Mark]


@dataclass
class WhatIf:
    """Promises kept and broken as they were and as they would be. `open_after` would not be decided yet; a date agreed
    for one ticket (`agreed`) is judged as it was. Tickets change sides once, whatever number of their promises does."""

    kept_before: int = 0
    broken_before: int = 0
    kept_after: int = 0
    broken_after: int = 0
    open_after: int = 0
    agreed: int = 0
    saved: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.kept_before + self.broken_before

    @property
    def share_before(self) -> float | None:
        return share(self.kept_before, self.broken_before)

    @property
    def share_after(self) -> float | None:
        return share(self.kept_after, self.broken_after)


def what_if(
    rows: Iterable[DecidedRow], target: Target | None, hours_of: Callable[[int], BusinessCalendar], at: datetime
) -> WhatIf:
    """Judge `rows` by another target from their start on (None: by their own), counted by the hours that `hours_of` gives
    for those they had; what happened after `at` is not known."""
    found = WhatIf()
    saved: dict[int, None] = {}
    lost: dict[int, None] = {}
    for row in rows:
        found.kept_before += row.kept
        found.broken_before += not row.kept
        agreed = row.target.startswith("at ")
        found.agreed += agreed
        kept = row.kept if agreed else _kept(row, target, hours_of(row.hours), at)
        found.kept_after += kept is True
        found.broken_after += kept is False
        found.open_after += kept is None
        if kept is not None and kept != row.kept:
            (saved if kept else lost)[row.ticket_id] = None
    found.saved, found.lost = list(saved), list(lost)
    return found


def share(kept: int, broken: int) -> float | None:
    return kept / (kept + broken) if kept + broken else None


def _kept(row: DecidedRow, target: Target | None, hours: BusinessCalendar, at: datetime) -> bool | None:
    """The verdict under another promise; None while there is none."""
    marks = row.marks if target is None else [mark for mark in row.marks if mark.kind != "retargeted"]
    if target is None and row.target:
        target = Target.parse(row.target)
    reading = fold(hours, target, marks, at)
    if reading.breached_at is not None:
        return False
    return True if reading.state == "met" else None
