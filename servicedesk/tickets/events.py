"""What happens to tickets. Ids and plain values, so that a reaction need not ask what the ticket was like then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TicketEvent(Event):
    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class TicketOpened(TicketEvent):
    """`asked_at` is when the requester's first word arrived; promises run from there."""

    department_id: int
    customer_department_id: int | None
    request_type_id: int | None
    priority: str
    requester_id: int
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageAdded(TicketEvent):
    """`first_answer` marks the first public word of the supplier; `answered_before` that there was one earlier."""

    message_id: int
    author_id: int
    visibility: str
    side: str
    first_answer: bool
    answered_before: bool


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(TicketEvent):
    assignee_id: int | None
    before_id: int | None


@dataclass(frozen=True, kw_only=True)
class TicketHeld(TicketEvent):
    reason: str
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class TicketResumed(TicketEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class TicketHandedOver(TicketEvent):
    """`held` says that the ticket is on hold while it moves."""

    from_department_id: int
    to_department_id: int
    held: bool


@dataclass(frozen=True, kw_only=True)
class TicketResolved(TicketEvent):
    department_id: int
    assignee_id: int | None
    request_type_id: int | None
    customer_department_id: int | None
    requester_id: int


@dataclass(frozen=True, kw_only=True)
class TicketReopened(TicketEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class TicketClosed(TicketEvent):
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class TicketCancelled(TicketEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class PriorityChanged(TicketEvent):
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class RequestTypeSwitched(TicketEvent):
    before_id: int | None
    after_id: int | None


@dataclass(frozen=True, kw_only=True)
class SubjectChanged(TicketEvent):
    before: str
    after: str
