"""Standing in for assignees who are away. What is to be done is found in the rows, so a run may be cut off anywhere."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import update

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.people import away
from servicedesk.tickets import queries, rules
from servicedesk.tickets.events import CoverBegan, CoverEnded, TicketsCovered
from servicedesk.tickets.models import Ticket

# So many tickets in one transaction; each may publish two events, and more than 200 of one change are a storm.
BATCH = 60


def cover_tickets(stamp: Stamp, person_id: int, limit: int = BATCH) -> int:
    """Put the right stand-in on up to `limit` tickets of this assignee, or take the one off who is not needed any more;
    how many were changed by this call.

    Each row is changed only if it still is as it was found, so of several workers one does it. Publishes for each
    ticket `CoverEnded` and `CoverBegan` as it applies, and `TicketsCovered` for those that go the same way. The time of
    a ticket's last change stays: nobody has said or done anything on it.
    """
    ways: dict[tuple[int | None, int | None], list[int]] = defaultdict(list)
    for wrong in queries.wrongly_covered(stamp.at, person_id)[:limit]:
        ways[wrong.before_id, wrong.after_id].append(wrong.ticket_id)
    absence = away.absence_of(person_id, stamp.at) if ways else None
    moved = 0
    for (before, after), ticket_ids in ways.items():
        done = _move(person_id, before, after, ticket_ids)
        moved += len(done)
        _say(stamp, person_id, before, after, done, absence.ends_at if absence else None)
        if done:
            publish(
                TicketsCovered(
                    stamp=stamp, person_id=person_id, ticket_ids=tuple(done), before_id=before, cover_id=after,
                    absence_id=absence.id if absence else None,
                )
            )  # fmt: skip
    return moved


def _move(person_id: int, before: int | None, after: int | None, ticket_ids: list[int]) -> list[int]:
    """Ids of those that were as expected and are changed."""
    as_found = (
        Ticket.id.in_(ticket_ids), Ticket.assignee_id == person_id, Ticket.cover_id.is_not_distinct_from(before),
    )  # fmt: skip
    change = update(Ticket).where(*as_found)
    if after is not None:
        change = change.where(Ticket.status.in_(rules.ACTIVE))
    change = change.values(cover_id=after, version=Ticket.version + 1).returning(Ticket.id)
    db.session.flush()
    changed = sorted(db.session.execute(change, execution_options={"synchronize_session": False}).scalars())
    for ticket_id in changed:
        # Whoever holds the row (a longer story in one session) must not write over it with what it was before.
        held = db.session.identity_map.get(db.session.identity_key(Ticket, ticket_id))
        if held is not None:
            db.session.expire(held)
    return changed


def _say(
    stamp: Stamp, person_id: int, before: int | None, after: int | None, ticket_ids: list[int], until: datetime | None
) -> None:
    for ticket_id in ticket_ids:
        if before is not None:
            publish(CoverEnded(stamp=stamp, ticket_id=ticket_id, assignee_id=person_id, cover_id=before))
        if after is not None and until is not None:
            publish(
                CoverBegan(stamp=stamp, ticket_id=ticket_id, assignee_id=person_id, cover_id=after, until=until)
            )  # fmt: skip
