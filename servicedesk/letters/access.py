"""Gives a letter to the person who may see it, else `NotFound`.

The log is the administrators'. They see nothing of a letter that belongs, or may belong, to a confidential request, nor of one
that came to a department whose letters become confidential requests: its sender alone would tell who asks there. What waits
of the latter is decided by those who lead that department, who get these letters and no others. Beside a request the
whole letter is for who reads its internal notes, since an agent's letter may quote them, and for who wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import aliased

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.text import N_
from servicedesk.letters import queries, rules
from servicedesk.letters.models import ReceivedMail
from servicedesk.letters.queries import Box, Place
from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.tickets import access as tickets
from servicedesk.tickets import queries as ticket_rows
from servicedesk.tickets.models import Ticket

_HIDDEN = N_("There is no such letter, or you may not see it.")


def log_of(person: Person, boxes: Iterable[Box]) -> ColumnElement[bool]:
    """The condition under which `person` sees a letter in the log. Every list and count asks it in its own statement.

    Raises `NotFound` for who has no log at all.
    """
    places = queries.confidential_places(boxes)
    grounds: list[ColumnElement[bool]] = []
    if is_admin(person):
        grounds.append(and_(_open_to_administrators(), not_(queries.came_to(places))))
    as_lead = _of_leads(person, places)
    if as_lead is not None:
        grounds.append(as_lead)
    if not grounds:
        raise NotFound()
    return or_(*grounds)


def waiting_for_lead(person: Person, boxes: Iterable[Box]) -> int:
    """How many letters wait for the word of `person` as the lead of departments whose letters are confidential."""
    seen = _of_leads(person, queries.confidential_places(boxes)) if person.leads else None
    return queries.count_waiting(seen) if seen is not None else 0


def letter_for(person: Person, letter_id: int, boxes: Iterable[Box], *, lock: bool = False) -> ReceivedMail:
    """A letter of the log that `person` sees, and whoever sees it decides about it; locked for changes if asked."""
    found = queries.letter(letter_id, log_of(person, boxes), lock=lock)
    if found is None:
        raise NotFound(_HIDDEN)
    return found


def letter_of_ticket(person: Person, ticket_id: int, letter_id: int) -> tuple[Ticket, ReceivedMail]:
    """The request, and a letter of it that `person` may read as a whole."""
    ticket = tickets.ticket_for(person, ticket_id)
    found = queries.letter(letter_id, ReceivedMail.ticket_id == ticket.id)
    if found is None or not reads_whole(person, found, reads_notes=tickets.reads_notes(person, ticket)):
        raise NotFound(_HIDDEN)
    return ticket, found


def reads_whole(person: Person, letter: ReceivedMail, *, reads_notes: bool) -> bool:
    """Whether who sees its request may read the letter as it came, with everything it quotes."""
    return letter.outcome in rules.IN_TICKET and (reads_notes or letter.person_id == person.id)


def _of_leads(person: Person, places: Iterable[Place]) -> ColumnElement[bool] | None:
    """What can be decided about letters to confidential departments that `person` leads, None where they lead none."""
    led = [place for place in places if place.department_id in person.leads]
    if not led:
        return None
    seen = select(Ticket.id).where(tickets.visible_to(person))
    may_belong = or_(ReceivedMail.related_ticket_id.is_(None), ReceivedMail.related_ticket_id.in_(seen))
    decidable = ReceivedMail.outcome.in_({*rules.RELEASABLE, *rules.WAITING})
    return and_(ReceivedMail.ticket_id.is_(None), decidable, may_belong, queries.came_to(led))


def _open_to_administrators() -> ColumnElement[bool]:
    secret = ticket_rows.confidential_ids()
    first = aliased(ReceivedMail)
    # A copy says what the first one said.
    copied = (
        select(first.id)
        .where(
            first.message_key == ReceivedMail.message_key, first.outcome != "duplicate",
            or_(first.ticket_id.in_(secret), first.related_ticket_id.in_(secret)),
        )
        .exists()
    )  # fmt: skip
    return and_(
        or_(ReceivedMail.ticket_id.is_(None), ReceivedMail.ticket_id.not_in(secret)),
        or_(ReceivedMail.related_ticket_id.is_(None), ReceivedMail.related_ticket_id.not_in(secret)),
        not_(and_(ReceivedMail.outcome == "duplicate", copied)),
    )
