"""Where the time of resolved tickets went: who had to act, and what lay outside working hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from servicedesk.reports.figures.rows import BallRow

# Those who may have to act, in the order in which they are told; "supplier" is a department.
BALLS = ("supplier", "requester", "approver", "third_party")


@dataclass(frozen=True, slots=True)
class HolderTime:
    """`share` is of all business time; `department_id` is told of suppliers alone."""

    holder: str
    department_id: int | None
    seconds: float
    share: float


@dataclass(frozen=True, slots=True)
class Ball:
    """`closed` is the time outside working hours, whoever was to act; it is no business time."""

    tickets: int
    holders: tuple[HolderTime, ...]
    closed: float


def ball(rows: Iterable[BallRow]) -> Ball:
    """Business time of requests resolved in the month, from the first word to the resolution, by who had to act.

    Of a department: the time in which it had the ticket. The busiest suppliers first, then requesters, approvers and
    third parties. Time in which a ticket was resolved is nobody's.
    """
    known = list(rows)
    times: dict[tuple[str, int | None], float] = defaultdict(float)
    for row in known:
        times[row.holder, row.department_id if row.holder == "supplier" else None] += row.seconds
    whole = sum(seconds for (holder, _), seconds in times.items() if holder in BALLS)
    ordered = sorted(
        (key for key in times if key[0] in BALLS), key=lambda key: (BALLS.index(key[0]), -times[key], key[1] or 0)
    )
    return Ball(
        tickets=len({row.ticket_id for row in known if row.holder != "resolved"}),
        holders=tuple(HolderTime(*key, times[key], times[key] / whole if whole else 0.0) for key in ordered),
        closed=times.get(("closed", None), 0.0),
    )
