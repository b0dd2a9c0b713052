"""When a confidential request may be opened by somebody who is no part of it. Pure."""

from __future__ import annotations

from datetime import timedelta

from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules.states import is_requester

# How long an administrator reads what they have opened, and how much they say about why.
SEAL_LASTS = timedelta(hours=4)
LEAST_REASON, MOST_REASON = 10, 2000


def may_open(person: Person, ticket: Ticket) -> bool:
    """Administrators open confidential requests of others; never their own: a requester reads no internal notes."""
    return is_admin(person) and ticket.confidential and not is_requester(person, ticket)


def sees_seals(person: Person, ticket: Ticket) -> bool:
    """Who opened it and why is told to those who lead the department that holds it, and to whoever may open it."""
    leads = ticket.department_id in person.leads and person.id != ticket.requester_id
    return ticket.confidential and (leads or may_open(person, ticket))
