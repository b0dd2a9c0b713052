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


def is_planned(child: ChildRequest) -> bool:
    return child.ticket_id is None and child.dropped_at is None


def next_step(children: Sequence[ChildRequest]) -> list[ChildRequest]:
    """The planned ones whose turn has come: everything of their batch's steps before has ended."""
    found = []
    for batch in sorted({child.batch for child in children if is_planned(child)}):
        rows = [child for child in children if child.batch == batch and is_open(child)]
        step = min(child.step for child in rows)
        found += [child for child in rows if child.step == step and is_planned(child)]
    return found


def is_known(*, parent_is_secret: bool, child_is_secret: bool) -> bool:
    """Whether all who see a parent may know that this was asked of that department, and how it stands.

    A child that is more secret than its parent is known to those alone who may see it.
    """
    return parent_is_secret or not child_is_secret


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
