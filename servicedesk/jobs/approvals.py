"""Approvals that wait for somebody's word: reminders, each in a transaction of its own."""

from __future__ import annotations

from datetime import datetime

from servicedesk.jobs.promises import BATCH, each
from servicedesk.sla import actions as sla
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries


def remind_of_approvals(at: datetime) -> int:
    """Whoever has not answered is reminded after a working day, and so on a few times."""
    return each(queries.approvals_to_remind_of(at, BATCH), at, sla.remind_of_approval, tickets.park_reminder)
