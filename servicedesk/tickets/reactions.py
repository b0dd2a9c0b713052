"""What tickets do when something happens to others: results of child requests come back, approvers
who left are replaced, search hears of what has changed."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.events import settle
from servicedesk.people.events import PersonChanged
from servicedesk.people.models import Person
from servicedesk.tickets import events, queries, rules
from servicedesk.tickets.actions.approving import cover_approvals, drop_approvals, replace_approver
from servicedesk.tickets.actions.asking import hide
from servicedesk.tickets.actions.indexing import index_later, mark_stale
from servicedesk.tickets.actions.merging import release_merged
from servicedesk.tickets.actions.planned import drop_planned
from servicedesk.tickets.actions.returning import hear_of_reopening, replace_requester, take_result
from servicedesk.tickets.models import Ticket


def report_to_parent(event: events.TicketResolved | events.TicketCancelled) -> None:
    """The result of a child request becomes a note of its parent, and the next planned ones open. Publishes `ChildEnded`."""
    row = queries.parent_of(event.ticket_id)
    if row is not None:
        outcome = "resolved" if isinstance(event, events.TicketResolved) else "cancelled"
        take_result(event.stamp, db.session.get_one(Ticket, event.ticket_id), row, outcome)


def warn_parent(event: events.TicketReopened) -> None:
    """A request hears that something it asked for is not done after all. Publishes `ChildReopened`."""
    row = queries.parent_of(event.ticket_id)
    if row is not None:
        hear_of_reopening(event.stamp, db.session.get_one(Ticket, event.ticket_id), row)


def hide_children(event: events.RequestTypeSwitched) -> None:
    """A request that became confidential makes those asked from it confidential."""
    ticket = db.session.get_one(Ticket, event.ticket_id)
    if ticket.confidential:
        hide(ticket)


def release_what_was_merged(event: events.TicketCancelled) -> None:
    """Whoever takes a request back speaks for themselves: what others asked for and was merged into it goes on."""
    release_merged(event.stamp, db.session.get_one(Ticket, event.ticket_id))


def replace_requesters(event: PersonChanged) -> None:
    """Child requests of somebody who left are spoken for by whoever has their parents."""
    if "active" in event.fields and not db.session.get_one(Person, event.person_id).active:
        for row in queries.open_children_asked_by(event.person_id, (*rules.ACTIVE, "resolved")):
            replace_requester(event.stamp, row)
            settle()  # each is a story of its own


def drop_what_was_planned(event: events.TicketResolved | events.TicketCancelled) -> None:
    """Nothing more is asked from a request that has ended, and nobody need approve it."""
    ticket = db.session.get_one(Ticket, event.ticket_id)
    drop_planned(event.stamp, ticket)
    if isinstance(event, events.TicketCancelled):
        drop_approvals(event.stamp, ticket)


def replace_who_left(event: PersonChanged) -> None:
    """What waits for the word of somebody who left is decided by the leads of the department that has the request."""
    if "active" not in event.fields:
        return
    if not db.session.get_one(Person, event.person_id).active:
        for approval in queries.undecided_of(event.person_id):
            replace_approver(event.stamp.not_before(approval.ticket.updated_at), approval)
            settle()  # each is a story of its own: together they would be a storm
    cover_approvals(event.stamp, event.person_id)


def keep_index(event: events.TicketEvent) -> None:
    """What search knows of the request is made anew at the end of this change."""
    index_later(event.ticket_id)


def keep_names(event: PersonChanged) -> None:
    """The requests of somebody who is called differently now are found by the new name, once the worker has read them."""
    if "name" in event.fields:
        mark_stale(event.person_id)


def spare_the_new_requester(event: events.RequesterReplaced) -> None:
    """Whoever speaks for a request from now on does not approve it: the leads of the department that has it do."""
    for approval in queries.undecided_of(event.after_id):
        if approval.ticket_id == event.ticket_id:
            replace_approver(event.stamp.not_before(approval.ticket.updated_at), approval)
    cover_approvals(event.stamp, event.after_id)
