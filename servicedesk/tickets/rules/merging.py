"""What may be merged into what, and who may take it back. Pure."""

from __future__ import annotations

from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules.alike import LEAST_SHARED, words_shared
from servicedesk.tickets.rules.states import WORKABLE, serves

# So many requests go on in one at the same time.
MOST_MERGED = 100
# So many of their messages are shown in the conversation of that one; the rest on their own pages.
MERGED_MESSAGES = 200


def merge_fault(person: Person, ticket: Ticket, target: Ticket) -> str | None:
    """Why `person`, who sees both, cannot merge the ticket into the target; None where nothing stands in the way."""
    if ticket.id == target.id:
        return N_("A request cannot be merged into itself.")
    if not serves(person, target):
        return N_("Both requests must be of a department in which you work, and not your own.")
    if target.merged_into_id is not None:
        return N_("This request was merged into another one itself. Choose that one.")
    if target.status == "awaiting_approval":
        return N_("This request waits for an approval. Nothing is merged into it until then.")
    if target.status not in WORKABLE:
        return N_("This request has ended. Merge into one that is being worked on, or link the two.")
    if not _is_as_secret(ticket, target):
        return N_("A confidential request is merged only with a confidential one of the same department.")
    return None


def is_same_requester(ticket: Ticket, target: Ticket) -> bool:
    """Whether one person asked for both, so that what they say about the one belongs into the other."""
    return ticket.requester_id == target.requester_id


def likeness(ticket: Ticket, other: Ticket) -> float:
    """How much speaks for the two being about one thing; 0 where nothing does. Only for putting suggestions in order."""
    shared = words_shared(ticket.subject, other.subject)
    said = shared if shared >= LEAST_SHARED else 0.0
    return 2 * said + (1.0 if ticket.requester_id == other.requester_id else 0.0)


def is_alike(ticket: Ticket, other: Ticket) -> bool:
    """Whether their subjects have so many words in common that a suggestion may say so."""
    return words_shared(ticket.subject, other.subject) >= LEAST_SHARED


def _is_as_secret(ticket: Ticket, target: Ticket) -> bool:
    if ticket.confidential != target.confidential:
        return False
    return not ticket.confidential or ticket.department_id == target.department_id
