"""Saying how two requests belong together, and taking that back."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.events import LinkRemoved, TicketLinked
from servicedesk.tickets.models import Ticket, TicketLink


def link(stamp: Stamp, ticket: Ticket, other: Ticket, person: Person, kind: str) -> TicketLink:
    """Link two requests that `person` sees, both locked. Two are linked once: another kind takes the place of the one before.

    Publishes `TicketLinked` for each end, where that is a change. Raises `Invalid` at kind or to.
    """
    if kind not in rules.LINKS:
        raise Invalid(fields={"kind": N_("Requests are related, the one a duplicate of the other, or caused by it.")})
    if ticket.id == other.id:
        raise Invalid(fields={"to": N_("A request cannot be linked to itself.")})
    found = queries.link_between(ticket.id, other.id)
    if found is not None and not rules.is_removable(found.kind):
        raise Invalid(fields={"to": N_("One of the two was split from the other: they are linked by that.")})
    if found is not None and (found.ticket_id, found.kind) == (ticket.id, kind):
        return found
    if found is not None:
        _remove(stamp, found)
    elif max(queries.count_links(ticket.id), queries.count_links(other.id)) >= rules.MOST_LINKS:
        raise Conflict(N_("At most %(most)d links lead from one request."), most=rules.MOST_LINKS)
    return add_link(stamp, ticket, other, person, kind)


def add_link(stamp: Stamp, ticket: Ticket, other: Ticket, person: Person, kind: str) -> TicketLink:
    """The row of a link, and the news of it. Publishes `TicketLinked` for each end."""
    row = TicketLink(ticket_id=ticket.id, other_id=other.id, kind=kind, by_id=person.id, linked_at=stamp.at)
    db.session.add(row)
    db.session.flush()
    publish(TicketLinked(stamp=stamp, ticket_id=ticket.id, other_id=other.id, kind=kind))
    publish(TicketLinked(stamp=stamp, ticket_id=other.id, other_id=ticket.id, kind=rules.READ_FROM_OTHER[kind]))
    return row


def remove_link(stamp: Stamp, row: TicketLink) -> None:
    """Publishes `LinkRemoved` for each end. Raises `Conflict` for the link of a split, which is history."""
    if not rules.is_removable(row.kind):
        raise Conflict(N_("One of the two was split from the other, and that stays written."))
    _remove(stamp, row)


def _remove(stamp: Stamp, row: TicketLink) -> None:
    first, second, kind = row.ticket_id, row.other_id, row.kind
    db.session.delete(row)
    db.session.flush()
    publish(LinkRemoved(stamp=stamp, ticket_id=first, other_id=second, kind=kind))
    publish(LinkRemoved(stamp=stamp, ticket_id=second, other_id=first, kind=rules.READ_FROM_OTHER[kind]))
