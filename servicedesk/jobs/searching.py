"""Keeps search at its words: reads anew what an upgrade, a rebuild or a new name has left for later, a batch at a time."""

from __future__ import annotations

from datetime import datetime

from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions

# Other jobs wait meanwhile: the rest is for the next time, a few seconds later.
BATCHES = 20


def index_stale(_at: datetime) -> int:
    handled = 0
    for _ in range(BATCHES):
        with transaction():
            number = actions.index_stale()
        handled += number
        if not number:
            break
    return handled
