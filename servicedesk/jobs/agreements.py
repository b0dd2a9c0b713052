"""Reminds both departments of agreements that end, or are to be reviewed, within a month."""

from __future__ import annotations

from datetime import datetime, timedelta

from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions
from servicedesk.sla import queries as sla
from servicedesk.sla.agreement_rules import REMIND_BEFORE


def remind_of_agreements(at: datetime) -> int:
    """Each once, in a transaction of its own; a day too many is asked for because days are the supplier's."""
    reminded, day = 0, timedelta(days=1)
    for version_id in sla.to_remind(at.date() - day, at.date() + REMIND_BEFORE + day):
        with transaction():
            reminded += actions.remind_of_agreement(Stamp(None, at, "worker"), version_id)
    return reminded
