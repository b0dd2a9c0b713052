"""What happens to mail that people should hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MailMissed(Event):
    """What a requester was written about their request has not arrived: it came back, or was given up."""

    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
    mail_id: int
