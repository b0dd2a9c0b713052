"""Which list a look was at, and what is new since."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

# What is news about a request: what people did to it, what came by mail, what waits for somebody now. Promises tell their own
# standing in every row.
NEWS = (
    "TicketOpened", "MessageAdded", "TicketAssigned", "TicketHeld", "TicketResumed", "TicketHandedOver", "TicketReopened",
    "TicketResolved", "PriorityChanged", "RequestTypeSwitched", "SubjectChanged", "TicketApproved", "TicketResubmitted",
    "ChildEnded", "TermProposed", "TermAccepted",
)  # fmt: skip
# A list that nobody came back to for so long has no news: everything in it would be.
LOOKS_KEPT_DAYS = 60
# A badge need not know more.
MOST_NEWS = 100


def place_of(kind: str, told: str) -> str:
    """The name of a list: its kind, and what its address asks for as a digest, since that can be long."""
    return f"{kind}:{sha256(told.encode()).hexdigest()[:32]}"


def later_of(known: datetime | None, looked_at: datetime, now: datetime) -> datetime:
    """When the list was looked at last: never in the future, and never earlier than what is known, as of two tabs the
    older one may be closed last."""
    moment = min(looked_at, now)
    return moment if known is None else max(known, moment)
