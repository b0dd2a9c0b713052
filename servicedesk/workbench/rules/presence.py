"""How long somebody counts as being at a ticket, and to whom it is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.models import Ticket

# Pages say every ten seconds that they are still looked at; two of those may be lost.
PRESENT_FOR = timedelta(seconds=30)
# A second page of the same person says so as well: this often is enough.
SAID_ANEW_AFTER = timedelta(seconds=6)
WRITINGS = ("reply", "note", "hold", "resolve")


def is_told_of(person: Person, ticket: Ticket) -> bool:
    """Whether this person appears at the ticket to others and sees who is there: the serving side among itself. Who asked
    never learns who looks, and who may only read looks unseen and sees nobody."""
    return rules.serves(person, ticket)


def is_there(seen_at: datetime, at: datetime) -> bool:
    return seen_at > at - PRESENT_FOR


def says_nothing_new(seen_at: datetime, before: str, writing: str, at: datetime) -> bool:
    """Whether what a page says is known well enough not to be written again."""
    return before == writing and seen_at > at - SAID_ANEW_AFTER
