"""What a ticket has beside itself, asked at once: most tickets have none of it, and then nothing more is asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, exists, or_, select

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from servicedesk.letters.models import ReceivedMail
from servicedesk.sla.models import Term
from servicedesk.tickets.models import Attachment, ChildRequest, Hold, Ticket, TicketLink, Watcher
from servicedesk.tickets.rules import REOPENED, RESOLVED
from servicedesk.workbench.models import Draft


class Surroundings(NamedTuple):
    """Whether there is any, whoever may see it; each is read afterwards as its own rules say. `turns` are resolutions and
    reopenings, `kin` requests asked from here or from which this one was asked, `linked` merged ones as well;
    `draft` is something that this person has begun to write."""

    holds: bool
    turns: bool
    files: bool
    kin: bool
    linked: bool
    watchers: bool
    letters: bool
    terms: bool
    draft: bool


_TICKET, _PERSON = bindparam("ticket", type_=Integer), bindparam("person", type_=Integer)
# Built once: to build it takes longer than the database needs for it.
_ALL = select(
    exists().where(Hold.ticket_id == _TICKET),
    exists().where(Entry.subject_kind == "ticket", Entry.subject_id == _TICKET, Entry.what.in_((RESOLVED, REOPENED))),
    exists().where(Attachment.ticket_id == _TICKET),
    exists().where(or_(ChildRequest.parent_id == _TICKET, ChildRequest.ticket_id == _TICKET)),
    or_(
        exists().where(Ticket.merged_into_id == _TICKET),
        exists().where(or_(TicketLink.ticket_id == _TICKET, TicketLink.other_id == _TICKET)),
    ),
    exists().where(Watcher.ticket_id == _TICKET),
    exists().where(ReceivedMail.ticket_id == _TICKET),
    exists().where(Term.ticket_id == _TICKET),
    exists().where(Draft.person_id == _PERSON, Draft.place.in_(bindparam("places", expanding=True))),
)


def surroundings_of(ticket_id: int, person_id: int, places: Collection[str]) -> Surroundings:
    """`places` are the forms of the ticket of which this person may have drafts. One statement, by indexes alone."""
    asked = {"ticket": ticket_id, "person": person_id, "places": list(places)}
    return Surroundings(*map(bool, db.session.execute(_ALL, asked).one()))
