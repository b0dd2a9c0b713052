"""Pure answers about a ticket: who may do what to it, and what its state allows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.tickets.models import Ticket

SUBJECT_LENGTH = 300
TEXT_LENGTH = 50_000
# So many files go with one message.
MOST_FILES = 20
# What one person may have sent that is part of nothing yet, as files and as bytes: nobody fills the disk with forms that are
# never sent.
MOST_WAITING, MOST_WAITING_BYTES = 200, 1024**3

# A resolved ticket closes by itself after this many open days of silence.
SILENCE_DAYS = 3
# A closed ticket may still be reopened for so long; after that a new request is due.
REOPEN_WITHIN = timedelta(days=30)

ACTIVE = ("new", "awaiting_approval", "open", "waiting", "on_hold")
# What the department can work on: a request that waits for an approver is not theirs yet.
WORKABLE = ("new", "open", "waiting", "on_hold")
AWAITING = ("awaiting_approval",)
HELD = ("waiting", "on_hold")
ENDED = ("closed", "cancelled")

HOLD_REASONS = ("waiting_for_requester", "third_party", "scheduled")
STATUS_OF_HOLD = {"waiting_for_requester": "waiting", "third_party": "on_hold", "scheduled": "on_hold"}
# A scheduled hold stays with the supplier, who has set the date.
BALL_OF_HOLD = {"waiting_for_requester": "requester", "third_party": "third_party", "scheduled": "supplier"}

# The events by whose entries it is known when a ticket rested.
RESOLVED, REOPENED = "TicketResolved", "TicketReopened"

# What the state allows: use case -> statuses in which it is possible.
POSSIBLE = {
    "reply": (*ACTIVE, "resolved"),
    "note": (*ACTIVE, "resolved", "closed", "cancelled"),
    "assign": (*ACTIVE, "resolved"),
    "hold": WORKABLE,
    "resume": HELD,
    "answer": ("waiting",),
    "hand_over": WORKABLE,
    "resolve": WORKABLE,
    "ask_others": WORKABLE,
    "approve": ("awaiting_approval",),
    "resubmit": ("awaiting_approval",),
    "reopen": ("resolved", "closed"),
    # Thanks come late, too, and reopen nothing.
    "thank": ("resolved", "closed", "cancelled"),
    "close": ("resolved",),
    "cancel": ACTIVE,
    "edit": (*ACTIVE, "resolved"),
    "merge": WORKABLE,
    "unmerge": ("cancelled",),
    "contest_merge": ("cancelled",),
    "split": (*WORKABLE, "resolved", "closed"),
    "link": (*ACTIVE, "resolved", "closed", "cancelled"),
    "agree": WORKABLE,
    "watch": (*ACTIVE, "resolved", "closed", "cancelled"),
    # Others, who are told and see the ticket by it.
    "add_followers": (*ACTIVE, "resolved", "closed", "cancelled"),
}

_OF_THE_DEPARTMENT = frozenset(
    {
        "hold", "resume", "hand_over", "resolve", "assign", "note", "edit", "ask_others", "merge", "unmerge", "split",
        "link",
    }
)  # fmt: skip


class Turn(NamedTuple):
    """A ticket was resolved or reopened; `data` is what was recorded of it."""

    what: str
    at: datetime
    data: dict[str, Any]


def worked_spans(created_at: datetime, turns: Iterable[Turn]) -> list[tuple[datetime, datetime]]:
    """The spans from filing or reopening to the next resolution; one that is not over yet is not among them."""
    spans, since = [], created_at
    for turn in turns:
        if turn.what == RESOLVED:
            spans.append((since, turn.at))
        else:
            since = turn.at
    return spans


def resolved_spans(turns: Iterable[Turn]) -> list[tuple[datetime, datetime | None]]:
    """The spans from a resolution to the next reopening; the last has no end while nobody has reopened the ticket."""
    spans: list[tuple[datetime, datetime | None]] = []
    since = None
    for turn in turns:
        if turn.what == RESOLVED:
            since = since or turn.at
        elif since is not None:
            spans.append((since, turn.at))
            since = None
    return spans if since is None else [*spans, (since, None)]


def ball_at(ticket: Ticket, at: datetime, asked: Iterable[tuple[str, datetime, datetime | None]] = ()) -> str:
    """Who had to act on the ticket at an instant, from its holds and from `asked`, its `approval_spans`."""
    # A hold ends at its set end, however late anybody notices.
    holds = ((BALL_OF_HOLD[hold.reason], hold.began_at, hold.ended_at or hold.until) for hold in ticket.holds)
    spans = (*asked, *holds)
    return next((who for who, begin, end in spans if begin <= at and (end is None or at < end)), "supplier")


def is_possible(ticket: Ticket, what: str) -> bool:
    if what == "resubmit":
        return is_refused(ticket)
    if what in ("unmerge", "contest_merge"):
        # As long as the request in which it goes on is not done.
        return ticket.merged_into is not None and ticket.merged_into.status in ACTIVE
    return ticket.status in POSSIBLE[what] and not (what == "approve" and is_refused(ticket))


def was_to_be_approved(ticket: Ticket) -> bool:
    """Whether it may have approvals: what was taken back may have been waiting for one."""
    return ticket.approved_at is not None or ticket.status in ("awaiting_approval", "cancelled")


def is_refused(ticket: Ticket) -> bool:
    """An approver has said no: the requester may rework the request and send it again."""
    return ticket.status == "awaiting_approval" and ticket.ball == "requester"


def is_requester(person: Person, ticket: Ticket) -> bool:
    """The person who asked, or who filed it for them."""
    return person.id in (ticket.requester_id, ticket.registrar_id)


def serves(person: Person, ticket: Ticket) -> bool:
    """Works in the department that holds the ticket now, and is not the one who asked."""
    return ticket.department_id in person.serves and person.id != ticket.requester_id


def files_for_others(person: Person) -> bool:
    """Requests on behalf of somebody else are filed by people who serve some department."""
    return bool(person.serves)


def side_of(person: Person, ticket: Ticket) -> str:
    """For whom the person speaks on this ticket: the holding department or the requester."""
    return "supplier" if serves(person, ticket) else "requester"


def may(person: Person, ticket: Ticket, what: str) -> bool:
    """Whether `person`, who sees the ticket, may do `what` to it (in a state that allows it)."""
    if what in _OF_THE_DEPARTMENT:
        return serves(person, ticket)
    if what in ("reply", "agree"):
        return serves(person, ticket) or is_requester(person, ticket)
    if what == "reopen":
        return serves(person, ticket) or is_requester(person, ticket)
    if what in ("close", "cancel", "resubmit", "answer", "thank", "contest_merge"):
        return is_requester(person, ticket)
    if what == "watch" and ticket.confidential:
        # Others would hear nothing of it, and who opened it for a reason only reads.
        return serves(person, ticket) or is_requester(person, ticket)
    if what == "add_followers":
        return serves(person, ticket) or (is_requester(person, ticket) and not ticket.confidential)
    # Whose word is needed is said by the approvals of the ticket, see `may_decide`.
    return what in ("watch", "approve")


def can(person: Person, ticket: Ticket, what: str) -> bool:
    """May and possible: what a page asks before it shows a button."""
    return may(person, ticket, what) and is_possible(ticket, what)


def reads_notes(person: Person, ticket: Ticket, held_by: frozenset[int]) -> bool:
    """Internal notes are for people of departments that hold or held the ticket, and for administrators."""
    if person.id == ticket.requester_id:
        return False
    if ticket.confidential:
        return serves(person, ticket)
    return bool(person.serves & held_by) or is_admin(person)
