"""Promises and what hangs on them: one row at a time, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import current_app

from servicedesk.kernel.errors import Busy
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.notifications import actions as bell
from servicedesk.notifications import queries as notices
from servicedesk.people.queries import company
from servicedesk.ratings import actions as ratings
from servicedesk.ratings import queries as invitations
from servicedesk.ratings import rules as rating_rules
from servicedesk.sla import actions as sla
from servicedesk.sla import queries as promises
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries as ticket_rows

log = structlog.get_logger()
# So many rows a run: a long queue is taken in several runs, so that no run holds up the others.
BATCH = 500
# Clocks and alerts are caught up with in one run, up to this many batches.
BATCHES = 40
# Alerts wait while clocks or holds are due for longer than this: whoever slept for days tells of all of it at once.
BEHIND = timedelta(minutes=1)


def look_at_clocks(at: datetime) -> int:
    """Warnings, breaches and steps after them that are due. A clock that cannot be looked at is parked for an hour and
    reported."""
    return _catch_up(promises.clocks_to_look_at, at, sla.look_at_clock, otherwise=sla.push_ahead)


def deliver_alerts(at: datetime) -> int:
    """One digest for each person who works now and has something to hear; none while the clocks are behind."""
    since = at - BEHIND
    if promises.clocks_to_look_at(since, 1) or ticket_rows.holds_to_end(since, 1):
        return 0
    return _catch_up(notices.people_to_alert, at, bell.deliver_alerts, otherwise=bell.put_off_alerts)


def end_holds(at: datetime) -> int:
    return each(ticket_rows.holds_to_end(at, BATCH), at, tickets.end_hold_of)


def place_in_queues(at: datetime) -> int:
    """Requests that stand in no queue, or of which it is not known since when they are at risk: those of an older desk."""
    return each(promises.unplaced(BATCH), at, sla.place_ticket)


def close_silent_tickets(at: datetime) -> int:
    return each(promises.tickets_to_close(at, BATCH), at, sla.close_silent_ticket)


def remind_of_ratings(at: datetime) -> int:
    """Two working days after the question, once."""
    found = company()
    today = rating_rules.day_of(at, found.timezone if found else "UTC")
    asked_by = promises.working_days_ago(rating_rules.REMIND_AFTER_WORKING_DAYS, at)
    keys = current_app.config["SETTINGS"].keys

    def remind(stamp: Stamp, invitation_id: str) -> bool:
        return ratings.remind(stamp, invitation_id, keys=keys)

    return each(invitations.to_remind(asked_by, today, BATCH), at, remind)


def _catch_up(
    find: Callable[[datetime, int], list[int]], at: datetime, work: Callable[[Stamp, int], bool],
    otherwise: Callable[[Stamp, int], None],
) -> int:  # fmt: skip
    """Do `work` for what `find` gives until it gives no more, or the same again because another worker has it."""
    handled, before = 0, None
    for _ in range(BATCHES):
        due = find(at, BATCH)
        if not due or due == before:
            break
        handled += each(due, at, work, otherwise)
        before = due
    return handled


def each(
    ids: Iterable[Any], at: datetime, work: Callable[[Stamp, Any], bool],
    otherwise: Callable[[Stamp, Any], None] | None = None,
) -> int:  # fmt: skip
    """Do `work` for each row. One that fails is reported and does not stop the rest; what others keep locked stays due."""
    stamp, handled = Stamp(None, at, "worker"), 0
    for row_id in ids:
        try:
            with transaction():
                handled += bool(work(stamp, row_id))
        except Busy:
            log.warning("a row is left for the next run: others kept it locked", work=work.__name__, id=row_id)
        except Exception:  # whatever is wrong with one row must not stop the others; it is logged in full
            log.exception("a row could not be handled", work=work.__name__, id=row_id)
            if otherwise is not None:
                with transaction():
                    otherwise(stamp, row_id)
    return handled
