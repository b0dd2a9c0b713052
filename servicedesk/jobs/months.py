"""Closes the months whose third working day afterwards has come, and asks for missing reasons the day before."""

from __future__ import annotations

from datetime import datetime

import structlog
from flask import current_app

from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings.actions import wipe_traces_of_opinions
from servicedesk.reports import actions, queries

log = structlog.get_logger()


def close_months(at: datetime) -> int:
    closed = 0
    for month in queries.open_months_to_close(at):
        try:
            with transaction():
                actions.close_month(Stamp(None, at, "worker"), month, keys=current_app.config["SETTINGS"].keys)
        except Conflict as refusal:
            # Its opinions are sealed under another key. The other months do not wait for that; flask desk doctor says it.
            log.error("a month could not be closed", month=month, why=str(refusal))
        else:
            closed += 1
    if closed:
        wipe_traces_of_opinions()
    return closed


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
