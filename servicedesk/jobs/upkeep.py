"""Drops what is over: ended sessions, old sign-in failures, kept answers, job runs."""

from __future__ import annotations

from datetime import datetime

from servicedesk.kernel import once
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people


def sweep(at: datetime) -> int:
    with transaction():
        once.forget_old(at)
        people.sweep(Stamp(None, at, "worker"))
    return 1
