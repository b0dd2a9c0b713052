"""Closes the months whose third working day afterwards has come."""

from __future__ import annotations

from datetime import datetime

from servicedesk.kernel.db import wipe_traces
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.reports import actions, queries


def close_months(at: datetime) -> int:
    months = queries.open_months_to_close(at)
    for month in months:
        with transaction():
            actions.close_month(Stamp(None, at, "worker"), month)
    if months:
        wipe_traces("rating", "rating_month")
    return len(months)
