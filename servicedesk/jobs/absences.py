"""Who stands in for whom: puts stand-ins on tickets and approvals, tells them, and sums up for who is back.

Each batch is a transaction of its own and finds what is still to be done in the rows, so a run may be cut off anywhere
and two workers do the work once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import structlog

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.notifications import actions as bell
from servicedesk.notifications import queries as notices
from servicedesk.people import actions as people
from servicedesk.people import away
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries as ticket_rows

log = structlog.get_logger()
# So many absences a run; the others wait for the next.
BATCH = 500


def keep_covers(at: datetime) -> int:
    """First the stand-ins, then who has begun to be away, then the digests, at last who is back; how many changes."""
    stamp = Stamp(None, at, "worker")
    assignees = sorted({row.assignee_id for row in ticket_rows.wrongly_covered(at)})
    handled = sum(_covered(stamp, person_id) for person_id in assignees)
    handled += _each(stamp, ticket_rows.approvers_wrongly_covered(at), _approvals)
    handled += _each(stamp, away.to_begin(at, BATCH), people.begin_absence)
    handled += _each(stamp, notices.absences_to_tell_of(at), bell.tell_stand_ins)
    return handled + _each(stamp, away.to_end(at, BATCH), people.end_absence)


def _covered(stamp: Stamp, person_id: int) -> int:
    """All tickets of one assignee, batch by batch."""
    moved = 0
    try:
        while True:
            with transaction():
                batch = tickets.cover_tickets(stamp, person_id)
            if not batch:
                return moved
            moved += batch
    except DeskError as refusal:
        # Somebody kept a ticket locked for too long: the next run goes on.
        log.info("standing in goes on later", person=person_id, why=str(refusal))
    except Exception:  # whatever is wrong with one person's tickets must not stop the others; it is logged in full
        log.exception("stand-ins could not be put on tickets", person=person_id)
    return moved


def _approvals(stamp: Stamp, person_id: int) -> bool:
    tickets.cover_approvals(stamp, person_id)
    return True


def _each(stamp: Stamp, ids: Iterable[int], work: Callable[[Stamp, int], bool]) -> int:
    handled = 0
    for row_id in ids:
        try:
            with transaction():
                handled += bool(work(stamp, row_id))
        except DeskError as refusal:
            log.info("an absence is looked at later", work=work.__name__, id=row_id, why=str(refusal))
        except Exception:  # whatever is wrong with one row must not stop the others; it is logged in full
            log.exception("an absence could not be handled", work=work.__name__, id=row_id)
    return handled
