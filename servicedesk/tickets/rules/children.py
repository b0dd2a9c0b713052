"""What may be asked of another department from within a request. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from servicedesk.tickets.models import ChildRequest
from servicedesk.tickets.rules.states import ACTIVE

# A request asked from one that was asked from one …: at most so many below each other, and so many of one parent.
DEEPEST, MOST_CHILDREN = 5, 50


def is_open(child: ChildRequest) -> bool:
    """Planned, or its ticket is being worked on."""
    return child.dropped_at is None and (child.ticket is None or child.ticket.status in ACTIVE)


def next_step(children: Sequence[ChildRequest]) -> list[ChildRequest]:
    """The planned ones whose turn has come: everything of the steps before has ended."""
    planned = [child for child in children if child.ticket_id is None and child.dropped_at is None]
    if not planned:
        return []
    step = min(child.step for child in planned)
    if any(is_open(child) and child.step < step for child in children):
        return []
    return [child for child in planned if child.step == step]


def would_close_circle(parent_id: int, child_id: int, parents: Mapping[int, int]) -> bool:
    """Whether `child_id` stands above `parent_id` already, given each one's parent."""
    passed = {child_id}
    above: int | None = parent_id
    while above is not None:
        if above in passed:
            return True
        passed.add(above)
        above = parents.get(above)
    return False


def depth_of(ticket_id: int, parents: Mapping[int, int]) -> int:
    """How many requests stand above it."""
    return sum(1 for _ in above(ticket_id, parents))


def above(ticket_id: int, parents: Mapping[int, int]) -> Iterable[int]:
    """Ids of the requests above this one, the nearest first."""
    passed = {ticket_id}
    upper = parents.get(ticket_id)
    while upper is not None and upper not in passed:
        passed.add(upper)
        yield upper
        upper = parents.get(upper)
