"""Gives an invitation to whoever holds its link (expired, used, withdrawn and forged ones each get their sentence),
and signed opinions to the leads they are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, NotFound
from servicedesk.kernel.paging import Page, page_of
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.queries import company
from servicedesk.ratings import queries, rules
from servicedesk.ratings.models import Invitation, SignedRating
from servicedesk.tickets.access import visible_to
from servicedesk.tickets.models import Ticket

EXPIRED = N_("This link has expired: opinions are taken for fourteen days.")


def invitation_for(keys: Sequence[str], token: str, at: datetime) -> Invitation:
    """Raises `NotFound` for a link that is not ours, `Conflict` for one that is expired, withdrawn or used."""
    invitation_id = rules.signed_by_us(keys, token)
    if invitation_id is None:
        raise NotFound(N_("This link is not valid. It may be incomplete: copy all of it from the mail."))
    invitation = queries.invitation(invitation_id)
    if invitation is None or rules.day_of(at, company_timezone()) > invitation.expires_on:
        raise Conflict(EXPIRED)
    if invitation.withdrawn:
        raise Conflict(
            N_("The request was reopened, so this question is void. You will be asked anew when it is resolved.")
        )
    if queries.answered(keys, [invitation.id]):
        raise Conflict(N_("This link was used already. Thank you: one answer for each request is enough."))
    return invitation


@dataclass(frozen=True)
class Signed:
    """A signed opinion with the request it is about and its author."""

    row: SignedRating
    ticket: Ticket
    author: Person


def signed_for(person: Person, *, cursor: str | None = None, limit: int = 50) -> Page[Signed]:
    """Signed opinions about the departments the person leads, newest first; of confidential requests only where the
    person may see the request. Raises `NotFound` for somebody who leads none."""
    if not person.leads:
        raise NotFound()
    query = _signed(person).where(SignedRating.department_id.in_(person.leads))
    return page_of(query, [SignedRating.id], cursor=cursor, limit=limit, descending=True).map(lambda row: Signed(*row))


def signed_of(person: Person, ticket: Ticket) -> list[Signed]:
    """What the person may read of signed opinions about this request."""
    if not person.leads:
        return []
    query = _signed(person).where(SignedRating.ticket_id == ticket.id, SignedRating.department_id.in_(person.leads))
    return [Signed(*row) for row in db.session.execute(query.order_by(SignedRating.id))]


def signed_since(person: Person, since: datetime) -> int:
    """How many of those the person may read were signed since then."""
    if not person.leads:
        return 0
    query = _signed(person).where(SignedRating.department_id.in_(person.leads), SignedRating.signed_at >= since)
    return db.session.scalar(query.with_only_columns(func.count())) or 0


def _signed(person: Person) -> Select[SignedRating, Ticket, Person]:
    query = select(SignedRating, Ticket, Person).join(Ticket, Ticket.id == SignedRating.ticket_id)
    return query.join(Person, Person.id == SignedRating.person_id).where(visible_to(person))


def company_timezone() -> str:
    found = company()
    return found.timezone if found else "UTC"


def questions_a_week() -> int:
    found = company()
    return found.questions_a_week if found else 3
