"""Survey waves: starts those that are due, sends invitations as far as quotas allow, reminds, closes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from flask import current_app

from servicedesk.jobs.promises import BATCH, each
from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings.access import company_timezone
from servicedesk.ratings.rules import day_of
from servicedesk.reports import actions as reports
from servicedesk.surveys import actions, queries

log = structlog.get_logger()


def keep_waves(at: datetime) -> int:
    """Whoever has no room in the week's quota is asked on a later day while the wave is open."""
    stamp, keys, today = Stamp(None, at, "worker"), current_app.config["SETTINGS"].keys, day_of(at, company_timezone())
    handled = _close(stamp, queries.to_close(today), keys)
    with transaction():
        handled += actions.start_due_wave(stamp, keys[0]) is not None
    after: str | None = ""
    while after is not None and (batch := queries.to_ask(today, after, BATCH)):
        handled += each(batch, at, actions.ask)
        after = batch[-1] if len(batch) == BATCH else None
    return handled + each(queries.to_remind(today, BATCH), at, actions.remind)


def _close(stamp: Stamp, waves: list[str], keys: Any) -> int:
    closed = 0
    for wave in waves:
        try:
            with transaction():
                reports.close_wave(stamp, wave, keys)
            closed += 1
        except DeskError as refusal:
            # SECRET_KEY was changed: the wave waits for the former one, and the others go on.
            log.warning("a survey could not be closed", wave=wave, why=str(refusal))
    if closed:
        reports.wipe_traces_of_answers()
    return closed
