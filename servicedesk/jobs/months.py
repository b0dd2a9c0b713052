"""Closes the months whose third working day afterwards has come, and asks for missing reasons the day before."""

from __future__ import annotations

from datetime import datetime

import structlog
from flask import current_app

from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings.actions import wipe_traces_of_opinions
from servicedesk.reports import actions, queries

log = structlog.get_logger()


def close_months(at: datetime) -> int:
    months = queries.open_months_to_close(at)
    for month in months:
        with transaction():
            actions.close_month(Stamp(None, at, "worker"), month, keys=current_app.config["SETTINGS"].keys)
    if months:
        wipe_traces_of_opinions()
    return len(months)


def ask_for_reasons(at: datetime) -> int:
    """Each lead once for a month, in a transaction of their own; how many were asked."""
    month = queries.month_to_explain(at)
    stamp, asked = Stamp(None, at, "worker"), 0
    for person_id in queries.leads_to_ask(month) if month else ():
        try:
            with transaction():
                asked += actions.ask_for_reasons(stamp, person_id, month or "")
        except Exception:  # whatever is wrong with one of them must not leave the others unasked; it is logged in full
            log.exception("a lead could not be asked for reasons", id=person_id)
    return asked
