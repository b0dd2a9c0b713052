"""Reads of who is at a ticket. Who may know is for the caller to ask, see `rules.is_told_of`."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.workbench.models import Presence
from servicedesk.workbench.rules import is_there


class Present(NamedTuple):
    """One row of the ticket, `old` where its person has gone without a word."""

    person_id: int
    name: str
    writing: str
    seen_at: datetime
    old: bool


def present_at(ticket_id: int, at: datetime) -> list[Present]:
    """Everybody who said to be at the ticket, by name, also those who said it long ago; in one statement."""
    query = select(Presence.person_id, Person.name, Presence.writing, Presence.seen_at).join(
        Person, Person.id == Presence.person_id
    )
    rows = db.session.execute(query.where(Presence.ticket_id == ticket_id).order_by(Person.name, Person.id))
    return [Present(*row, old=not is_there(row.seen_at, at)) for row in rows]
