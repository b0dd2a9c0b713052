"""Who may stand in for whoever has a ticket. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from servicedesk.people.models import Person


def cover_among(people: Iterable[Person], department_id: int, requester_id: int) -> Person | None:
    """The first of those who are there that works in the department which holds the ticket, and did not ask for it."""
    fit = (person for person in people if person.active and department_id in person.serves)
    return next((person for person in fit if person.id != requester_id), None)
