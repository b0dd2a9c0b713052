"""What may be merged into what, and who may take it back. Pure."""

from __future__ import annotations

import re

from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules.states import WORKABLE, serves

# So many requests go on in one at the same time.
MOST_MERGED = 100
# So many of their messages are shown in the conversation of that one; the rest on their own pages.
MERGED_MESSAGES = 200
# Subjects are alike when so large a part of their words is in both; words shorter than that say nothing.
_ALIKE, _SHORTEST, _STEM = 0.25, 4, 5


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
    shared = _share(words_of(ticket.subject), words_of(other.subject))
    said = shared if shared >= _ALIKE else 0.0
    return 2 * said + (1.0 if ticket.requester_id == other.requester_id else 0.0)


def is_alike(ticket: Ticket, other: Ticket) -> bool:
    """Whether their subjects have so many words in common that a suggestion may say so."""
    return _share(words_of(ticket.subject), words_of(other.subject)) >= _ALIKE


def words_of(subject: str) -> frozenset[str]:
    """The beginnings of the longer words: endings change with case and number, in Russian and in English."""
    return frozenset(word[:_STEM] for word in re.findall(r"\w+", subject.casefold()) if len(word) >= _SHORTEST)


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second) if first and second else 0.0


def _is_as_secret(ticket: Ticket, target: Ticket) -> bool:
    if ticket.confidential != target.confidential:
        return False
    return not ticket.confidential or ticket.department_id == target.department_id
