"""Closes the months whose third working day afterwards has come."""

from __future__ import annotations

from datetime import datetime

from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.reports import actions, queries


def close_months(at: datetime) -> int:
    months = queries.open_months_to_close(at)
    for month in months:
        with transaction():
            actions.close_month(Stamp(None, at, "worker"), month)
    if months:
        actions.wipe_traces_of_raters()
    return len(months)
