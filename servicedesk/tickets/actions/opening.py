"""Filing a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from servicedesk.catalog.models import RequestType
from servicedesk.catalog.rules import checked_answers
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department, Person
from servicedesk.tickets import rules
from servicedesk.tickets.actions.approving import ask_for_approval
from servicedesk.tickets.actions.lookups import Known
from servicedesk.tickets.events import TicketOpened
from servicedesk.tickets.models import PRIORITIES, Stay, Ticket, Watcher


def open_ticket(
    stamp: Stamp, requester: Person, *, subject: str, description: str,
    request_type: RequestType | None = None, department: Department | None = None,
    answers: Mapping[str, Any] | None = None, priority: str = "normal", registrar: Person | None = None,
    asked_at: datetime | None = None, external_id: str | None = None, customer_department: Department | None = None,
    complete: bool = True, split_from: Ticket | None = None, answered_at: datetime | None = None,
) -> Ticket:  # fmt: skip
    """File a request to the department of `request_type`, or to `department` where there is no type.

    `registrar` files it on behalf of the requester; `asked_at` is when the requester's first word arrived
    (default: now), from which the promises run. `customer_department` is whom it is for, where that is not the
    requester's home. Without `complete` the form may have gaps. What was `split_from` a confidential request is
    confidential, and `answered_at` is when its requester first got an answer there. A type that needs approval is the department's only
    when it is given. Publishes `TicketOpened`, then what asking for approval publishes. Raises `Invalid` with every field
    at fault.
    """
    holder = request_type.department if request_type else department
    form = request_type.fields if request_type else []
    known = Known({stamp.actor_id, (registrar or requester).id})
    good, faults = checked_answers(form, answers or {}, complete=complete, lookups=known)
    faults = {f"fields.{key}": fault for key, fault in faults.items()} | faults_of(subject, description, priority)
    if holder is None or not holder.active or (request_type and not request_type.active):
        faults["request_type"] = DeskError(N_("Nobody offers this request any more."))
    if asked_at is not None and asked_at > stamp.at:
        faults["asked_at"] = DeskError(N_("The request cannot have been made in the future."))
    if faults or holder is None:
        raise Invalid(fields=faults)
    registrar = registrar or requester
    ticket = Ticket(
        subject=one_line(subject), description=description.strip(), status="open" if answered_at else "new", priority=priority, ball="supplier",
        department_id=holder.id, request_type_id=request_type.id if request_type else None,
        answers=rules.as_filed(form, good, known.named), confidential=bool((request_type and request_type.confidential) or (split_from and split_from.confidential)),
        requester_id=requester.id, registrar_id=registrar.id, customer_department_id=customer_department.id if customer_department else requester.department_id,
        form_number=request_type.form_number if request_type else None,
        created_at=asked_at or stamp.at, answered_at=answered_at, updated_at=stamp.at, external_id=external_id,
        holds=[],
        stays=[Stay(department_id=holder.id, began_at=asked_at or stamp.at)],
    )  # fmt: skip
    db.session.add(ticket)
    db.session.flush()
    known.attach(ticket, form, good)
    if registrar.id != requester.id:
        db.session.add(Watcher(ticket_id=ticket.id, person_id=registrar.id))
    _announce(stamp, ticket, requester, request_type, good, split_from)
    return ticket


def _announce(
    stamp: Stamp, ticket: Ticket, requester: Person, request_type: RequestType | None, answers: Mapping[str, Any],
    split_from: Ticket | None,
) -> None:  # fmt: skip
    """Say that it is there, and ask those who must approve it."""
    needs = request_type is not None and bool(rules.steps_of(request_type.approvals, answers))
    publish(
        TicketOpened(
            stamp=stamp, ticket_id=ticket.id, department_id=ticket.department_id, request_type_id=ticket.request_type_id,
            customer_department_id=ticket.customer_department_id, priority=ticket.priority, requester_id=requester.id,
            asked_at=ticket.created_at, awaits_approval=needs, answered_at=ticket.answered_at,
            split_from_id=split_from.id if split_from is not None else None,
        )
    )  # fmt: skip
    if needs and request_type is not None:
        ticket.requester = requester
        ask_for_approval(stamp, ticket, request_type, answers, 1)


def one_line(subject: str) -> str:
    """Line breaks and other control characters of a pasted subject become blanks."""
    return " ".join("".join(char if char.isprintable() else " " for char in subject).split())


def faults_of(subject: str, description: str, priority: str) -> dict[str, DeskError]:
    faults: dict[str, DeskError] = {}
    if not one_line(subject):
        faults["subject"] = DeskError(N_("Say in a few words what it is about."))
    elif len(subject) > rules.SUBJECT_LENGTH:
        faults["subject"] = DeskError(N_("At most %(most)d characters fit here."), most=rules.SUBJECT_LENGTH)
    if len(description) > rules.TEXT_LENGTH:
        faults["description"] = DeskError(N_("At most %(most)d characters fit here."), most=rules.TEXT_LENGTH)
    if priority not in PRIORITIES:
        faults["priority"] = DeskError(N_("The priorities are low, normal, high and urgent."))
    return faults
