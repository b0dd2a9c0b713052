"""Saying that one is at a ticket, and going away again. No event tells of either."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update

from servicedesk.kernel.db import db, insert_new
from servicedesk.kernel.stamp import Stamp
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket
from servicedesk.workbench.models import Presence
from servicedesk.workbench.queries import Present
from servicedesk.workbench.rules import PRESENT_FOR, WRITINGS


def look_at(stamp: Stamp, person: Person, ticket: Ticket, writing: str, known: Sequence[Present] = ()) -> None:
    """`person` has the ticket open and writes a reply, a note, … or nothing. Those of the `known` rows whose people have
    gone without a word go with it."""
    writing = writing if writing in WRITINGS else ""
    mine = (Presence.ticket_id == ticket.id, Presence.person_id == person.id)
    done = db.session.execute(update(Presence).where(*mine).values(seen_at=stamp.at, writing=writing))
    if not done.rowcount:  # type: ignore[attr-defined]
        # Two pages of the same person may come at the same instant; either is right.
        row = {"ticket_id": ticket.id, "person_id": person.id, "seen_at": stamp.at, "writing": writing}
        insert_new(Presence, [row])
    gone = [row.person_id for row in known if row.old and row.person_id != person.id]
    if gone:
        old = Presence.seen_at <= stamp.at - PRESENT_FOR
        db.session.execute(delete(Presence).where(Presence.ticket_id == ticket.id, Presence.person_id.in_(gone), old))


def look_away(person: Person, ticket: Ticket) -> None:
    db.session.execute(delete(Presence).where(Presence.ticket_id == ticket.id, Presence.person_id == person.id))


def forget_presence(at: datetime) -> None:
    """Rows at tickets that nobody has looked at since."""
    db.session.execute(delete(Presence).where(Presence.seen_at <= at - PRESENT_FOR))
