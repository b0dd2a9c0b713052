"""What happens around ratings. No event says that somebody has rated: that would name a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RatingAsked(Event):
    """An invitation went out, or is repeated once as a reminder."""

    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
    person_id: int
    invitation_id: str
    reminder: bool


@dataclass(frozen=True, kw_only=True)
class RatingWithdrawn(Event):
    """The ticket was reopened; its invitations are void, whether they were answered or not."""

    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
