"""What happens around ratings. No event says that somebody has rated, but of those who sign."""

from __future__ import annotations

from collections.abc import Mapping
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
class RatingSigned(Event):
    """An author wants the department to know who they are. Of any other opinion there is no event."""

    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
    person_id: int
    department_id: int
    scores: Mapping[str, int | None]
    comment: str


@dataclass(frozen=True, kw_only=True)
class RatingWithdrawn(Event):
    """The ticket was reopened; its invitations are void, whether they were answered or not."""

    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
