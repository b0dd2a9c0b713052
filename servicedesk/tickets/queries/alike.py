"""Requests that somebody has asked before: what makes asking once more needless."""

from __future__ import annotations

from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries.tickets import with_people

# Of so many of one's newest requests those that are alike are looked for.
NEWEST = 60


def asked_before(person: Person, subject: str, request_type_id: int | None, limit: int = 3) -> list[Ticket]:
    """The person's own requests that are not over and may be about the same: most alike first, then the newest. Without a
    subject those of the same type. One statement."""
    query = select(Ticket).where(Ticket.requester_id == person.id, Ticket.status.in_((*rules.ACTIVE, "resolved")))
    newest = db.session.scalars(with_people(query).order_by(Ticket.id.desc()).limit(NEWEST)).all()
    if not subject.strip():
        return [row for row in newest if row.request_type_id == request_type_id][:limit]
    near = [(rules.words_shared(subject, row.subject), row) for row in newest]
    found = [(score, row) for score, row in near if score >= rules.LEAST_SHARED]
    return [row for _score, row in sorted(found, key=lambda pair: (-pair[0], -pair[1].id))[:limit]]
