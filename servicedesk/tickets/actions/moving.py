"""Who works on it: taking, assigning, handing over to another department."""

from __future__ import annotations

from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people import away
from servicedesk.people import queries as people
from servicedesk.people.models import Department, Person
from servicedesk.tickets import rules
from servicedesk.tickets.actions.states import begin
from servicedesk.tickets.actions.talking import add_message
from servicedesk.tickets.events import TicketAssigned, TicketHandedOver
from servicedesk.tickets.models import LEFT_BECAUSE, Stay, Ticket


def take(stamp: Stamp, ticket: Ticket, person: Person) -> None:
    """Assign it to oneself. Publishes `TicketAssigned`."""
    assign(stamp, ticket, person)


def assign(stamp: Stamp, ticket: Ticket, assignee: Person | None) -> Person | None:
    """Give it to somebody of the holding department, or to nobody. Publishes `TicketAssigned` if that is a change.

    Somebody who is away gets it only by their own hand, or where nobody stands in: else the stand-in does. Returns who
    has it now.
    """
    stamp = begin(stamp, ticket, "assign")
    if assignee is not None and (not assignee.active or ticket.department_id not in assignee.serves):
        raise Invalid(fields={"assignee": N_("Only people of the department that holds the ticket can have it.")})
    if assignee is not None and assignee.id == ticket.requester_id:
        raise Invalid(fields={"assignee": N_("Nobody works on a request of their own.")})
    wanted, assignee = assignee, _there(stamp, ticket, assignee)
    before, after = ticket.assignee_id, assignee.id if assignee else None
    if before == after:
        return assignee
    ticket.assignee_id, ticket.assignee = after, assignee
    ticket.cover_id = ticket.cover = None
    if ticket.status == "new" and after is not None:
        ticket.status = "open"
    ticket.updated_at = stamp.at
    instead_of = wanted.id if wanted is not None and wanted is not assignee else None
    publish(
        TicketAssigned(
            stamp=stamp, ticket_id=ticket.id, assignee_id=after, before_id=before, instead_of_id=instead_of
        )
    )  # fmt: skip
    return assignee


def hand_over(
    stamp: Stamp, ticket: Ticket, by: Person | None, department: Department, note: str = "",
    because: str | None = None,
) -> None:  # fmt: skip
    """Move it to another department. The assignee goes, a hold stays in force, the note becomes an internal one.

    `because` says whether it was misdirected (a bounce, as without a word) or this is its next step; what reached the
    triage department without a type, because nobody knew whose it is, is always triage.

    Publishes `TicketHandedOver`, before it `MessageAdded` where there is a note.
    """
    stamp = begin(stamp, ticket, "hand_over")
    if department.id == ticket.department_id:
        raise Invalid(fields={"department": N_("The ticket is with this department already.")})
    if not department.active:
        raise Invalid(fields={"department": N_("This department does not take requests any more.")})
    if len(note) > rules.TEXT_LENGTH:
        raise Invalid(fields={"note": DeskError(N_("At most %(most)d characters fit here."), most=rules.TEXT_LENGTH)})
    if note.strip() and by is not None:
        add_message(stamp, ticket, by, note.strip(), "supplier", visibility="internal")
    if because not in (None, *LEFT_BECAUSE):
        raise Invalid(fields={"because": N_("The reasons are misdirected, next_step and triage.")})
    company = people.company() if ticket.request_type_id is None else None
    if company is not None and company.triage_department_id == ticket.department_id:
        because = "triage"
    for stay in ticket.stays:
        if stay.ended_at is None:
            stay.ended_at, stay.left_because = stamp.at, because
    ticket.stays.append(Stay(department_id=department.id, began_at=stamp.at))
    before, ticket.department_id, ticket.department = ticket.department_id, department.id, department
    ticket.assignee_id = ticket.assignee = ticket.cover_id = ticket.cover = None
    ticket.updated_at = stamp.at
    publish(
        TicketHandedOver(
            stamp=stamp, ticket_id=ticket.id, from_department_id=before, to_department_id=department.id,
            held=ticket.status in rules.HELD, because=because,
        )
    )  # fmt: skip


def _there(stamp: Stamp, ticket: Ticket, assignee: Person | None) -> Person | None:
    """The assignee, or while that one is away who stands in and serves the department, if anybody does."""
    if assignee is None or assignee.id == stamp.actor_id or stamp.tells_history:
        return assignee
    if away.absence_of(assignee.id, stamp.at) is None:
        return assignee
    there = people.stand_ins(assignee.id, stamp.at)
    return rules.cover_among(there, ticket.department_id, ticket.requester_id) or assignee
