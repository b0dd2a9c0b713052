"""Child requests that were planned: opened when their turn comes, or dropped."""

from __future__ import annotations

from typing import Any

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.events import attempt, publish, settle
from servicedesk.kernel.stamp import Stamp
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.actions.opening import open_ticket
from servicedesk.tickets.events import ChildAsked
from servicedesk.tickets.models import ChildRequest, Ticket


def open_next(stamp: Stamp, parent: Ticket) -> int:
    """Open the planned requests whose turn has come; how many. What nobody offers any more is dropped.

    The parent is locked, so that of two who end the last requests of a step only one gets here with the step done.
    """
    opened = 0
    while not opened and (ready := rules.next_step(queries.children(parent.id))):
        for row in ready:
            opened += _open_planned(stamp, parent, row)
            # Fifty requests with their approvals are many events, but no storm.
            settle()
    return opened


def drop_planned(stamp: Stamp, parent: Ticket) -> None:
    """What was not opened yet will not be."""
    for row in queries.children(parent.id):
        if rules.is_planned(row):
            row.dropped_at = stamp.at


def open_child(stamp: Stamp, parent: Ticket, by: Person, *, complete: bool = True, **about: Any) -> Ticket:
    """A request of `by` for the department that holds the parent. What a confidential one needs of others is
    confidential too."""
    child = open_ticket(stamp, by, customer_department=parent.department, complete=complete, **about)
    child.confidential = child.confidential or parent.confidential
    return child


def announce_child(stamp: Stamp, parent: Ticket, row: ChildRequest, child: Ticket) -> None:
    parent.updated_at = stamp.at
    publish(
        ChildAsked(
            stamp=stamp, ticket_id=parent.id, child_id=child.id, department_id=child.department_id, waits=row.waits
        )
    )


def who_asks(parent: Ticket, first: Person) -> Person:
    """The requester of a child: `first`, or whoever has the parent now where that one has left or works elsewhere."""

    def serves(person: Person | None) -> bool:
        return person is not None and person.active and parent.department_id in person.serves

    if serves(first):
        return first
    if parent.assignee is not None and serves(parent.assignee):
        return parent.assignee
    team = [person for person in people.team(parent.department_id) if person.id != parent.requester_id]
    return next((person for person in team if parent.department_id in person.leads), next(iter(team), first))


def _open_planned(stamp: Stamp, parent: Ticket, row: ChildRequest) -> bool:
    kind = catalog.request_type(row.request_type_id) if row.request_type_id else None
    if kind is None or not kind.active or not kind.department.active:
        row.dropped_at = stamp.at
        return False
    try:
        # Whoever ends a request must not be refused because the next one cannot be asked.
        with attempt():
            child = open_child(
                stamp, parent, who_asks(parent, row.by), request_type=kind, subject=row.subject,
                description=row.description, answers=row.answers, priority=row.priority, complete=False,
            )  # fmt: skip
    except Invalid:
        row.dropped_at = stamp.at
        return False
    row.ticket_id, row.ticket, row.opened_at = child.id, child, stamp.at
    row.asking_department_id = parent.department_id
    announce_child(stamp, parent, row, child)
    return True
