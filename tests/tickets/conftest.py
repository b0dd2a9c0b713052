"""A ticket of Maria's with IT, and the same in any state."""

from __future__ import annotations

import pytest

from tests import build
from tests.tickets.approving import BOSS, offer


@pytest.fixture
def ticket(maria):
    """Opened on Monday 2026-04-06 at 10:00."""
    return build.open_ticket(maria)


@pytest.fixture
def ticket_in(maria, igor, boris):
    """Gives a ticket in the state of that name."""

    def make(status):
        if status in ("awaiting_approval", "refused"):
            offer(BOSS)
            row = build.open_ticket(maria, "it.purchase")
            if status == "refused":
                build.refuse(row, boris, "2026-04-06 11:00")
            return row
        row = build.open_ticket(maria)
        if status == "open":
            build.reply(row, igor, "2026-04-06 11:00")
        elif status == "waiting":
            build.hold(row, igor, "2026-04-06 11:00")
        elif status == "on_hold":
            build.hold(row, igor, "2026-04-06 11:00", "third_party")
        elif status in ("resolved", "closed"):
            build.resolve(row, igor, "2026-04-06 11:00")
            if status == "closed":
                build.close(row, maria, "2026-04-06 12:00")
        elif status == "cancelled":
            build.cancel(row, maria, "2026-04-06 11:00")
        assert row.status == status
        return row

    return make
