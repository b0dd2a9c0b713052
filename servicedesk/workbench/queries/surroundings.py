"""What a ticket has beside itself, asked at once: most tickets have none of it, and then nothing more is asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import exists, or_, select

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db
from servicedesk.letters.models import ReceivedMail
from servicedesk.sla.models import Term
from servicedesk.tickets.models import Attachment, ChildRequest, Hold, Ticket, TicketLink, Watcher
from servicedesk.tickets.rules import REOPENED, RESOLVED
from servicedesk.workbench.models import Draft


class Surroundings(NamedTuple):
    """Whether there is any, whoever may see it; each is read afterwards as its own rules say. `turns` are resolutions and
    reopenings, `kin` requests asked from here or from which this one was asked, `linked` merged ones as well."""

    holds: bool
    turns: bool
    files: bool
    kin: bool
    linked: bool
    watchers: bool
    letters: bool
    terms: bool
    draft: bool


def surroundings_of(ticket_id: int, person_id: int, places: Collection[str]) -> Surroundings:
    """`places` are the forms of the ticket of which this person may have drafts. One statement, by indexes alone."""
    turned = (Entry.subject_kind == "ticket", Entry.subject_id == ticket_id, Entry.what.in_((RESOLVED, REOPENED)))
    linked = or_(
        exists().where(Ticket.merged_into_id == ticket_id),
        exists().where(or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id)),
    )
    row = db.session.execute(
        select(
            exists().where(Hold.ticket_id == ticket_id),
            exists().where(*turned),
            exists().where(Attachment.ticket_id == ticket_id),
            exists().where(or_(ChildRequest.parent_id == ticket_id, ChildRequest.ticket_id == ticket_id)),
            linked,
            exists().where(Watcher.ticket_id == ticket_id),
            exists().where(ReceivedMail.ticket_id == ticket_id),
            exists().where(Term.ticket_id == ticket_id),
            exists().where(Draft.person_id == person_id, Draft.place.in_(places)),
        )
    ).one()
    return Surroundings(*map(bool, row))
