"""Writes the mails that were gathered, one to each person to whom one is due."""

from __future__ import annotations

from datetime import datetime

from servicedesk.jobs.promises import BATCH, each
from servicedesk.notifications import actions, queries


def write_gathered(at: datetime) -> int:
    """In a transaction for each person: one that fails holds up nobody else, and is tried again an hour later."""
    return each(queries.people_to_write_to(at, BATCH), at, actions.gather, otherwise=actions.put_off_gathering)
