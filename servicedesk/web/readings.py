"""A ticket's promises as pages show them: plain values made from the slice's readings. Computes no working time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicedesk.sla.rules import is_agreed


@dataclass(frozen=True)
class Shown:
    """One clock for the macros of _macros/promise.html. `remaining_seconds` is None where nothing runs down.

    Past the due instant it is the time on the wall that has gone by since, as the page's countdown shows it.
    """

    id: int
    metric: str
    state: str
    due_at: datetime | None
    started_at: datetime
    stopped_at: datetime | None
    breached_at: datetime | None
    remaining_seconds: float | None
    elapsed_seconds: float
    paused_seconds: float
    target: str
    at_risk: bool
    counting_until: datetime | None
    policy_version_id: int | None
    open: bool
    paused: bool
    # Whether both sides agreed on the moment; then no pause moves it.
    agreed: bool


def shown(reading: Any, at: datetime) -> Shown:
    clock = reading.clock
    broken_at = clock.breached_at or (clock.due_at if reading.state == "breached" else None)
    return Shown(
        id=clock.id, metric=clock.metric, state=reading.state, due_at=clock.due_at, started_at=clock.started_at,
        stopped_at=clock.stopped_at, breached_at=broken_at, remaining_seconds=_remaining(reading, at),
        elapsed_seconds=reading.elapsed_seconds, paused_seconds=reading.paused_seconds, target=clock.target,
        at_risk=reading.at_risk, counting_until=reading.counting_until, policy_version_id=clock.policy_version_id,
        open=clock.open, paused=clock.paused, agreed=is_agreed(clock.target),
    )  # fmt: skip


def worth_showing(clocks: Iterable[Shown], *, staff: bool) -> list[Shown]:
    """The newest clock of each metric; the stay is between departments and no business of the requester."""
    newest = {clock.metric: clock for clock in clocks if clock.state != "cancelled"}
    order = ("first_reply", "reply", "resolution", "stay") if staff else ("first_reply", "reply", "resolution")
    return [newest[metric] for metric in order if metric in newest]


def next_of(clocks: Iterable[Shown]) -> Shown | None:
    """The running promise that is due first; where all stand still, one that does."""
    going = [clock for clock in clocks if clock.open]
    pending = [c for c in going if (not c.paused or c.state == "paused") and c.due_at is not None]
    still = next((clock for clock in going if clock.paused), None)
    return min(pending, key=lambda clock: clock.due_at or clock.started_at, default=still)


def _remaining(reading: Any, at: datetime) -> float | None:
    clock = reading.clock
    if not clock.open or clock.paused or clock.due_at is None:
        return None
    if clock.due_at <= at:
        return float((clock.due_at - at).total_seconds())
    return float(reading.remaining_seconds)
