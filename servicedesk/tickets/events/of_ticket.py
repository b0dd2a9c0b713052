"""What all events of one ticket have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TicketEvent(Event):
    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
