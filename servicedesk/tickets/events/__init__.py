"""What happens to tickets. Ids and plain values, so that a reaction need not ask what the ticket was like then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from servicedesk.kernel.events import Event
from servicedesk.tickets.events.merging import LinkRemoved as LinkRemoved
from servicedesk.tickets.events.merging import MergeReceived as MergeReceived
from servicedesk.tickets.events.merging import MergeReturned as MergeReturned
from servicedesk.tickets.events.merging import TicketLinked as TicketLinked
from servicedesk.tickets.events.merging import TicketMerged as TicketMerged
from servicedesk.tickets.events.merging import TicketSplit as TicketSplit
from servicedesk.tickets.events.merging import TicketUnmerged as TicketUnmerged
from servicedesk.tickets.events.of_ticket import TicketEvent as TicketEvent


@dataclass(frozen=True, kw_only=True)
class TicketOpened(TicketEvent):
    """`asked_at` is when the requester's first word arrived; promises run from there.

    One that waits for approval is the department's only from `TicketApproved` on.
    """

    department_id: int
    customer_department_id: int | None
    request_type_id: int | None
    priority: str
    requester_id: int
    asked_at: datetime
    awaits_approval: bool = False
    # Of one that was split from another request: that one, and since when its requester has an answer.
    split_from_id: int | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class MessageAdded(TicketEvent):
    """`first_answer` marks the first public word of the supplier; `answered_before` that there was one earlier; `thanks`
    that nobody waits for an answer."""

    message_id: int
    author_id: int
    visibility: str
    side: str
    first_answer: bool
    answered_before: bool
    thanks: bool = False


@dataclass(frozen=True, kw_only=True)
class PersonMentioned(TicketEvent):
    """A message names somebody who may read it."""

    message_id: int
    person_id: int
    author_id: int
    visibility: str


@dataclass(frozen=True, kw_only=True)
class FollowerAdded(TicketEvent):
    """Somebody else was asked to follow the ticket, and sees it from now on."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class FollowerRemoved(TicketEvent):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class ThanksContested(TicketEvent):
    """What was taken for thanks asks for something: the request is open again, and the message waits for an answer."""

    message_id: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(TicketEvent):
    """`instead_of_id` was meant to have it, is away, and the assignee stands in."""

    assignee_id: int | None
    before_id: int | None
    instead_of_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TicketHeld(TicketEvent):
    reason: str
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class TicketResumed(TicketEvent):
    reason: str


@dataclass(frozen=True, kw_only=True)
class TicketHandedOver(TicketEvent):
    """`held` says that the ticket is on hold while it moves; `because` is one of `LEFT_BECAUSE`, where somebody said."""

    from_department_id: int
    to_department_id: int
    held: bool
    because: str | None = None


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


@dataclass(frozen=True, kw_only=True)
class ApprovalAsked(TicketEvent):
    """Somebody's word is needed; `cover_id` may give it while they are away."""

    approval_id: int
    approver_id: int
    cover_id: int | None
    step: int


@dataclass(frozen=True, kw_only=True)
class ApprovalCovered(TicketEvent):
    """Somebody whose word is waited for is away, and `cover_id` may give it now."""

    approval_id: int
    approver_id: int
    cover_id: int


@dataclass(frozen=True, kw_only=True)
class ApprovalReminded(TicketEvent):
    """Nobody has answered yet; `number` counts the reminders."""

    approval_id: int
    approver_id: int
    cover_id: int | None
    number: int


@dataclass(frozen=True, kw_only=True)
class ApprovalGiven(TicketEvent):
    """One of those asked said yes. Whether that was the last word needed is told by `TicketApproved`."""

    approval_id: int
    approver_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class ApprovalWaived(TicketEvent):
    """A step in which nobody but the requester could be asked is passed without a word."""

    round: int
    step: int


@dataclass(frozen=True, kw_only=True)
class TicketApproved(TicketEvent):
    """All who had to agree did; the promise of a resolution runs from now."""

    department_id: int


@dataclass(frozen=True, kw_only=True)
class TicketRefused(TicketEvent):
    """One of those asked said no; the requester may rework the request and send it again."""

    approval_id: int
    approver_id: int
    by_id: int


@dataclass(frozen=True, kw_only=True)
class TicketResubmitted(TicketEvent):
    round: int


@dataclass(frozen=True, kw_only=True)
class ChildAsked(TicketEvent):
    """A child request was opened from this ticket, or an existing one was put below it."""

    child_id: int
    department_id: int
    waits: bool


@dataclass(frozen=True, kw_only=True)
class ChildrenPlanned(TicketEvent):
    """Several child requests were planned from a template; those of the first step open at once."""

    template_id: int | None
    count: int


@dataclass(frozen=True, kw_only=True)
class ChildEnded(TicketEvent):
    """A child of this ticket was resolved or taken back; `open_left` is how many still run or are planned, and
    `waited_left` how many of those the ticket waits for. `waited`: whether it waited for this one."""

    child_id: int
    outcome: str
    open_left: int
    waited: bool
    waited_left: int


@dataclass(frozen=True, kw_only=True)
class ChildReopened(TicketEvent):
    """A child of this ticket that had ended is not done after all."""

    child_id: int
    waits: bool


@dataclass(frozen=True, kw_only=True)
class RequesterReplaced(TicketEvent):
    """Who asked has left; a colleague speaks for this child request now."""

    before_id: int
    after_id: int


@dataclass(frozen=True, kw_only=True)
class CoverBegan(TicketEvent):
    """The assignee is away; `cover_id` stands in."""

    assignee_id: int
    cover_id: int
    until: datetime


@dataclass(frozen=True, kw_only=True)
class CoverEnded(TicketEvent):
    """The assignee is back, or the absence was called off."""

    assignee_id: int
    cover_id: int


@dataclass(frozen=True, kw_only=True)
class TicketsCovered(Event):
    """For several tickets of one assignee somebody else stands in now than before (None: nobody)."""

    subject: ClassVar = ("person", "person_id")
    person_id: int
    ticket_ids: tuple[int, ...]
    before_id: int | None
    cover_id: int | None
    absence_id: int | None


@dataclass(frozen=True, kw_only=True)
class SealBroken(TicketEvent):
    """An administrator opened a confidential request for a reason that stands in its row."""

    seal_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SealClosed(TicketEvent):
    seal_id: int
    person_id: int
