"""Gives a broken promise to the lead who may explain it."""

from __future__ import annotations

from servicedesk.kernel.errors import NotAllowed, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.sla import queries, rules
from servicedesk.sla.models import Clock
from servicedesk.tickets import access as tickets


def breach_for(person: Person, clock_id: int) -> Clock:
    """The broken promise, if `person` may say why it broke; `NotFound` when its ticket is not theirs to see."""
    clock = queries.breach(clock_id) if 0 < clock_id < 2**31 else None
    if clock is None:
        raise NotFound()
    tickets.ticket_for(person, clock.ticket_id)
    if not rules.explains_breaches(person, clock.department_id):
        raise NotAllowed(N_("Reasons are given by the lead of the department that made the promise."))
    return clock
