"""Reminds administrators in autumn of calendars whose holidays of next year are not sure."""

from __future__ import annotations

from datetime import datetime

from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions
from servicedesk.sla import queries as sla


def remind_of_next_year(at: datetime) -> int:
    """Once for each calendar and year, in a transaction each."""
    reminded = 0
    for calendar_id in [row.id for row in sla.calendars()]:
        with transaction():
            reminded += actions.remind_of_next_year(Stamp(None, at, "worker"), calendar_id)
    return reminded
