"""Following a ticket: oneself, and others whom somebody of the two sides adds."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import rules
from servicedesk.tickets.events import FollowerAdded, FollowerRemoved
from servicedesk.tickets.models import Ticket, Watcher


def watch(ticket: Ticket, person: Person) -> None:
    """Follow a ticket one sees; following twice is following once."""
    if db.session.get(Watcher, (ticket.id, person.id)) is None:
        db.session.add(Watcher(ticket_id=ticket.id, person_id=person.id))


def unwatch(ticket: Ticket, person: Person) -> None:
    row = db.session.get(Watcher, (ticket.id, person.id))
    if row is not None:
        db.session.delete(row)


def add_follower(stamp: Stamp, ticket: Ticket, person: Person) -> None:
    """Let `person` follow, who sees the ticket from now on if it is not confidential. Publishes `FollowerAdded` if that
    is a change.

    Raises `Invalid` for who asked, who hears of everything anyhow, and for a confidential ticket outside its team.
    """
    if not person.active:
        raise Invalid(fields={"who": N_("Nobody here has this name or address.")})
    if person.id == ticket.requester_id:
        raise Invalid(fields={"who": N_("This is who asked: they hear of every answer.")})
    if ticket.confidential and not rules.serves(person, ticket):
        raise Invalid(fields={"who": N_("Only people of the team can follow a confidential request.")})
    if db.session.get(Watcher, (ticket.id, person.id)) is None:
        db.session.add(Watcher(ticket_id=ticket.id, person_id=person.id))
        publish(FollowerAdded(stamp=stamp, ticket_id=ticket.id, person_id=person.id))


def remove_follower(stamp: Stamp, ticket: Ticket, person_id: int) -> None:
    """End somebody's following. Publishes `FollowerRemoved` if that is a change."""
    row = db.session.get(Watcher, (ticket.id, person_id))
    if row is not None:
        db.session.delete(row)
        publish(FollowerRemoved(stamp=stamp, ticket_id=ticket.id, person_id=person_id))
