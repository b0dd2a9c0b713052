"""Child requests: asking other departments from within a request, one at a time or by a template, in steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.catalog import queries as catalog
from servicedesk.catalog.models import RequestType, Template
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department, Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.actions.opening import open_ticket
from servicedesk.tickets.actions.states import begin
from servicedesk.tickets.events import ChildAsked, ChildrenPlanned
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
    child = _open(
        stamp, parent, by, request_type=request_type, department=department, subject=subject, description=description,
        answers=answers, priority=priority,
    )  # fmt: skip
    row = ChildRequest(
        parent_id=parent.id, ticket_id=child.id, step=0, waits=waits, asking_department_id=parent.department_id,
        request_type_id=child.request_type_id, subject=child.subject, by_id=by.id, asked_at=stamp.at, opened_at=stamp.at,
    )  # fmt: skip
    _asked(stamp, parent, row, child)
    return child


def adopt(stamp: Stamp, parent: Ticket, child: Ticket, by: Person, *, waits: bool = True) -> None:
    """Put an existing request below this one. Publishes `ChildAsked`.

    Raises `Invalid` at ticket where it has a parent already or stands above this one.
    """
    stamp = begin(stamp, parent, "ask_others")
    _refuse_too_many(parent, 1)
    parents = queries.parents_above([parent.id])
    if queries.parent_of(child.id) is not None:
        raise Invalid(fields={"ticket": N_("This request has been asked from another one already.")})
    if rules.would_close_circle(parent.id, child.id, parents):
        raise Invalid(
            fields={"ticket": N_("This request stands above the one you are in: they would wait for each other.")}
        )
    row = ChildRequest(
        parent_id=parent.id, ticket_id=child.id, step=0, waits=waits, asking_department_id=parent.department_id,
        request_type_id=child.request_type_id, subject=child.subject, by_id=by.id, asked_at=stamp.at, opened_at=stamp.at,
    )  # fmt: skip
    _asked(stamp, parent, row, child)


def ask_by_template(
    stamp: Stamp, parent: Ticket, by: Person, template: Template, chosen: Sequence[int] | None = None
) -> list[ChildRequest]:
    """Plan the template's requests (those lines whose positions are `chosen`, default all) and open the first step.

    Publishes `ChildrenPlanned` and what opening them publishes. Answers of their forms may be given later.
    """
    stamp = begin(stamp, parent, "ask_others")
    lines = [line for number, line in enumerate(template.lines) if chosen is None or number in chosen]
    if not lines or not template.active:
        raise Invalid(fields={"template": N_("Choose at least one request of the template.")})
    _refuse_too_many(parent, len(lines))
    rows = [
        ChildRequest(
            parent_id=parent.id, step=line.get("step", 1), waits=line.get("waits", True),
            asking_department_id=parent.department_id, request_type_id=line["request_type_id"], subject=line["subject"],
            description=line.get("description", ""), by_id=by.id, asked_at=stamp.at,
        )
        for line in lines
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    parent.updated_at = stamp.at
    publish(ChildrenPlanned(stamp=stamp, ticket_id=parent.id, template_id=template.id, count=len(rows)))
    open_next(stamp, parent)
    return rows


def open_next(stamp: Stamp, parent: Ticket) -> int:
    """Open the planned requests whose turn has come; how many. What nobody offers any more is dropped."""
    opened = 0
    while ready := rules.next_step(queries.children(parent.id)):
        opened_now = sum(_open_planned(stamp, parent, row) for row in ready)
        opened += opened_now
        if opened_now:
            break
    return opened


def drop_planned(stamp: Stamp, parent: Ticket) -> None:
    """What was not opened yet will not be."""
    for row in queries.children(parent.id):
        if row.ticket_id is None and row.dropped_at is None:
            row.dropped_at = stamp.at


def refuse_over_children(parent: Ticket) -> None:
    """Raises `Conflict` while requests asked from this one are open or planned."""
    running = [row for row in queries.children(parent.id) if rules.is_open(row)]
    if running:
        numbers = ", ".join(f"#{row.ticket_id}" if row.ticket_id else f"“{row.subject}”" for row in running)
        raise Conflict(
            N_("Requests asked from here are not done: %(numbers)s. Wait for them, or resolve it all the same."),
            numbers=numbers,
        )


def _open_planned(stamp: Stamp, parent: Ticket, row: ChildRequest) -> bool:
    kind = catalog.request_type(row.request_type_id) if row.request_type_id else None
    if kind is None or not kind.active or not kind.department.active:
        row.dropped_at = stamp.at
        return False
    child = _open(
        stamp, parent, row.by, request_type=kind, department=None, subject=row.subject, description=row.description,
        answers=row.answers, priority=row.priority, complete=False,
    )  # fmt: skip
    row.ticket_id, row.ticket, row.opened_at = child.id, child, stamp.at
    publish(
        ChildAsked(
            stamp=stamp, ticket_id=parent.id, child_id=child.id, department_id=child.department_id, waits=row.waits
        )
    )
    return True


def _open(stamp: Stamp, parent: Ticket, by: Person, *, complete: bool = True, **about: Any) -> Ticket:
    child = open_ticket(stamp, by, customer_department=parent.department, complete=complete, **about)
    # What a confidential request needs of others is confidential too.
    child.confidential = child.confidential or parent.confidential
    return child


def _asked(stamp: Stamp, parent: Ticket, row: ChildRequest, child: Ticket) -> None:
    db.session.add(row)
    db.session.flush()
    parent.updated_at = stamp.at
    publish(
        ChildAsked(
            stamp=stamp, ticket_id=parent.id, child_id=child.id, department_id=child.department_id, waits=row.waits
        )
    )


def _refuse_too_many(parent: Ticket, more: int) -> None:
    there = [row for row in queries.children(parent.id) if row.dropped_at is None]
    if len(there) + more > rules.MOST_CHILDREN:
        raise Conflict(N_("At most %(most)d requests can be asked from one."), most=rules.MOST_CHILDREN)
    if rules.depth_of(parent.id, queries.parents_above([parent.id])) + 1 >= rules.DEEPEST:
        raise Conflict(N_("Requests are asked from each other at most %(most)d levels deep."), most=rules.DEEPEST)
