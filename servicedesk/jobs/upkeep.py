"""Drops what is over: ended sessions, old sign-in failures, kept answers, job runs, traces of erased rows."""

from __future__ import annotations

from datetime import datetime

from servicedesk.kernel import once
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.reports import actions as reports


def sweep(at: datetime) -> int:
    with transaction():
        once.forget_old(at)
        people.sweep(Stamp(None, at, "worker"))
    # Again, for a month whose closing was interrupted before this, or when somebody was reading.
    reports.wipe_traces_of_raters()
    return 1
