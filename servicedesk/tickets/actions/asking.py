"""Child requests: asking other departments from within a request, one at a time or by a template.

Tickets are locked upwards, a child before its parent: whoever ends a child has it when the parent is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.catalog.models import RequestType, Template
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department, Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.actions.planned import announce_child, open_child, open_next
from servicedesk.tickets.actions.states import begin
from servicedesk.tickets.events import ChildrenPlanned
from servicedesk.tickets.models import ChildRequest, Ticket


def ask_department(
    stamp: Stamp, parent: Ticket, by: Person, *, subject: str, description: str, request_type: RequestType | None = None,
    department: Department | None = None, answers: Mapping[str, Any] | None = None, priority: str = "normal",
    waits: bool = True,
) -> Ticket:  # fmt: skip
    """Open a child request: `by` is its requester, the department that holds the parent its customer.

    Publishes `TicketOpened` for it and `ChildAsked` for the parent. Raises `Invalid` as `open_ticket` does, `Conflict`
    when the chain gets too deep or too wide.
    """
    stamp = begin(stamp, parent, "ask_others")
    _refuse_too_many(parent, 1)
    child = open_child(
        stamp, parent, by, request_type=request_type, department=department, subject=subject, description=description,
        answers=answers, priority=priority,
    )  # fmt: skip
    _asked_singly(stamp, parent, child, by, waits=waits)
    return child


def adopt(stamp: Stamp, parent: Ticket, child: Ticket, by: Person, *, waits: bool = True) -> None:
    """Put an existing request below this one; both are locked, the child first. Publishes `ChildAsked`.

    Below a confidential request it becomes confidential, with all below it. Raises `Invalid` at ticket where it has
    ended, has a parent already or stands above this one, `Conflict` when the chain gets too deep or too wide.
    """
    stamp = begin(stamp.not_before(child.updated_at), parent, "ask_others")
    # Two that put each other's trees below themselves meet here: a child without a parent is the top of its tree.
    parents = queries.parents_above([parent.id])
    queries.locked(parent.id if parent.id not in parents else list(rules.above(parent.id, parents))[-1])
    parents = queries.parents_above([parent.id])
    if queries.parent_of(child.id) is not None:
        raise Invalid(fields={"ticket": N_("This request has been asked from another one already.")})
    if rules.would_close_circle(parent.id, child.id, parents):
        raise Invalid(
            fields={"ticket": N_("This request stands above the one you are in: they would wait for each other.")}
        )
    if child.status not in rules.ACTIVE:
        raise Invalid(fields={"ticket": N_("This request has ended: there is nothing to wait for.")})
    _refuse_too_many(parent, 1, below=len(queries.levels_below(child.id)))
    if parent.confidential:
        hide(child)
    _asked_singly(stamp, parent, child, by, waits=waits)


def ask_by_template(
    stamp: Stamp, parent: Ticket, by: Person, template: Template, chosen: Sequence[int] | None = None
) -> list[ChildRequest]:
    """Plan the template's requests (those lines whose positions are `chosen`, default all) and open the first step.

    Publishes `ChildrenPlanned` and what opening them publishes. Answers of their forms may be given later; what nobody
    offers any more is among the rows, dropped. Raises `Invalid` at template where nothing can be asked.
    """
    stamp = begin(stamp, parent, "ask_others")
    wanted = set(range(len(template.lines)) if chosen is None else chosen)
    lines = [line for number, line in enumerate(template.lines) if number in wanted]
    if len(lines) < max(1, len(wanted)) or not template.active or not template.department.active:
        raise Invalid(fields={"template": N_("Choose at least one request of the template.")})
    _refuse_too_many(parent, len(lines))
    batch = max((row.batch for row in queries.children(parent.id)), default=0) + 1
    rows = [
        ChildRequest(
            parent_id=parent.id, batch=batch, step=line.get("step", 1), waits=line.get("waits", True),
            asking_department_id=parent.department_id, request_type_id=line["request_type_id"], subject=line["subject"],
            description=line.get("description", ""), by_id=by.id, by=by, asked_at=stamp.at,
        )
        for line in lines
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    parent.updated_at = stamp.at
    publish(ChildrenPlanned(stamp=stamp, ticket_id=parent.id, template_id=template.id, count=len(rows)))
    open_next(stamp, parent)
    if all(row.dropped_at is not None for row in rows):
        raise Invalid(fields={"template": N_("Nobody offers any request of this template any more.")})
    return rows


def hide(ticket: Ticket) -> None:
    """Make a request confidential, all that was asked from it, and what was merged into any of these."""
    ticket.confidential = True
    below = set().union(*queries.levels_below(ticket.id))
    for other in (*queries.tickets_by_id(below).values(), *queries.merged_into({ticket.id, *below})):
        other.confidential = True


def _asked_singly(stamp: Stamp, parent: Ticket, child: Ticket, by: Person, *, waits: bool) -> None:
    row = ChildRequest(
        parent_id=parent.id, ticket_id=child.id, batch=0, step=0, waits=waits,
        asking_department_id=parent.department_id, request_type_id=child.request_type_id, subject=child.subject,
        by_id=by.id, asked_at=stamp.at, opened_at=stamp.at,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    announce_child(stamp, parent, row, child)


def _refuse_too_many(parent: Ticket, more: int, *, below: int = 0) -> None:
    """`below` is how many levels the new child brings with it."""
    there = [row for row in queries.children(parent.id) if row.dropped_at is None]
    if len(there) + more > rules.MOST_CHILDREN:
        raise Conflict(N_("At most %(most)d requests can be asked from one."), most=rules.MOST_CHILDREN)
    # The parent itself is one level, the child another.
    if rules.depth_of(parent.id, queries.parents_above([parent.id])) + 2 + below > rules.DEEPEST:
        raise Conflict(N_("Requests are asked from each other at most %(most)d levels deep."), most=rules.DEEPEST)
