"""Changing what the ticket says about itself."""

from __future__ import annotations

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.tickets import rules
from servicedesk.tickets.actions.opening import one_line
from servicedesk.tickets.actions.states import begin
from servicedesk.tickets.events import PriorityChanged, RequestTypeSwitched, SubjectChanged
from servicedesk.tickets.models import PRIORITIES, Ticket


def change_priority(stamp: Stamp, ticket: Ticket, priority: str) -> None:
    """Publishes `PriorityChanged` if that is a change; elapsed time stays, targets may not."""
    stamp = begin(stamp, ticket, "edit")
    if priority not in PRIORITIES:
        raise Invalid(fields={"priority": N_("The priorities are low, normal, high and urgent.")})
    before, ticket.priority = ticket.priority, priority
    if before != priority:
        ticket.updated_at = stamp.at
        publish(PriorityChanged(stamp=stamp, ticket_id=ticket.id, before=before, after=priority))


def switch_request_type(stamp: Stamp, ticket: Ticket, request_type: RequestType) -> None:
    """Another type of the holding department; moving to another department is a hand-over.

    The answers stay as they were filed; what the new type's form asks besides can be asked for. A confidential type makes the ticket confidential and nothing undoes that.
    Publishes `RequestTypeSwitched` if that is a change.
    """
    stamp = begin(stamp, ticket, "edit")
    if not request_type.active or request_type.department_id != ticket.department_id:
        raise Invalid(fields={"request_type": N_("Choose a request type of the department that holds the ticket.")})
    if request_type.id != ticket.request_type_id and (
        ticket.status == "awaiting_approval" or _lacks_approval(ticket, request_type)
    ):
        raise Invalid(
            fields={"request_type": N_("This needs an approval: let the requester file it as a new request.")}
        )
    before, ticket.request_type_id, ticket.request_type = ticket.request_type_id, request_type.id, request_type
    ticket.confidential = ticket.confidential or request_type.confidential
    if before != request_type.id:
        ticket.form_number = request_type.form_number
        ticket.updated_at = stamp.at
        publish(RequestTypeSwitched(stamp=stamp, ticket_id=ticket.id, before_id=before, after_id=request_type.id))


def rename(stamp: Stamp, ticket: Ticket, subject: str) -> None:
    """Publishes `SubjectChanged` if that is a change."""
    stamp = begin(stamp, ticket, "edit")
    subject = one_line(subject)
    if not subject:
        raise Invalid(fields={"subject": N_("Say in a few words what it is about.")})
    if len(subject) > rules.SUBJECT_LENGTH:
        raise Invalid(
            fields={"subject": DeskError(N_("At most %(most)d characters fit here."), most=rules.SUBJECT_LENGTH)}
        )
    before, ticket.subject = ticket.subject, subject
    if before != subject:
        ticket.updated_at = stamp.at
        publish(SubjectChanged(stamp=stamp, ticket_id=ticket.id, before=before, after=subject))


def _lacks_approval(ticket: Ticket, request_type: RequestType) -> bool:
    return bool(request_type.approvals) and ticket.approved_at is None
