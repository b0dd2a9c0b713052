"""What tickets do when something happens to others: results of child requests come back, approvers who left are replaced."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.people.events import PersonChanged
from servicedesk.people.models import Person
from servicedesk.tickets import events, queries, rules
from servicedesk.tickets.actions.approving import drop_approvals, replace_approver
from servicedesk.tickets.actions.asking import drop_planned, open_next
from servicedesk.tickets.actions.talking import add_message
from servicedesk.tickets.models import Message, Ticket


def report_to_parent(event: events.TicketResolved | events.TicketCancelled) -> None:
    """The result of a child request becomes a note of its parent, and the next planned ones open. Publishes `ChildEnded`."""
    row = queries.parent_of(event.ticket_id)
    if row is None:
        return
    child = db.session.get_one(Ticket, event.ticket_id)
    parent = db.session.get_one(Ticket, row.parent_id, with_for_update=True)
    stamp = event.stamp.not_before(parent.updated_at)
    if isinstance(event, events.TicketResolved):
        result = _result_of(child)
        if result is not None and (parent.confidential or not child.confidential):
            author = db.session.get_one(Person, result.author_id)
            add_message(stamp, parent, author, result.text, "supplier", visibility="internal", child_id=child.id)
    if parent.status in rules.WORKABLE:
        open_next(stamp, parent)
    left = sum(rules.is_open(other) for other in queries.children(parent.id))
    outcome = "resolved" if isinstance(event, events.TicketResolved) else "cancelled"
    parent.updated_at = stamp.at
    publish(events.ChildEnded(stamp=stamp, ticket_id=parent.id, child_id=child.id, outcome=outcome, open_left=left))


def drop_what_was_planned(event: events.TicketResolved | events.TicketCancelled) -> None:
    """Nothing more is asked from a request that has ended, and nobody need approve it."""
    ticket = db.session.get_one(Ticket, event.ticket_id)
    drop_planned(event.stamp, ticket)
    if isinstance(event, events.TicketCancelled):
        drop_approvals(event.stamp, ticket)


def replace_who_left(event: PersonChanged) -> None:
    """What waits for the word of somebody who left is decided by the leads of the department that has the request."""
    if "active" not in event.fields or db.session.get_one(Person, event.person_id).active:
        return
    for approval in queries.undecided_of(event.person_id):
        replace_approver(event.stamp.not_before(approval.ticket.updated_at), approval)


def _result_of(child: Ticket) -> Message | None:
    """The department's last public word: the solution."""
    page = queries.messages(child.id, with_notes=False, limit=5, newest_first=True)
    return next((message for message in page.items if message.side == "supplier"), None)
