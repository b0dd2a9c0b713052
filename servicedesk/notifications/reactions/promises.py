"""Who is to hear that a promise is about to break, and who, step by step, that it broke: in their working hours."""

from __future__ import annotations

from servicedesk.notifications.actions import Alarm, alert
from servicedesk.notifications.reactions.telling import in_the_present, moment, those_who_answer, ticket_of
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.sla.events import ClockEscalated, ClockEvent, ClockWarned
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import serves

Audience = list[tuple[Person, str]]


@in_the_present
def alert_of_warning(event: ClockWarned) -> None:
    """Whoever has the ticket; without anybody the team."""
    alarm = Alarm(
        kind="clock_warned", clock_id=event.clock_id, happened_at=event.reached_at,
        about=f"warned:{event.clock_id}:{event.percent}:{event.due_at.timestamp()}",
        facts={"department_id": event.department_id, "due_at": moment(event.due_at)},
    )  # fmt: skip
    alert(event.stamp, alarm, _those_who_work(ticket_of(event.ticket_id), event))


@in_the_present
def alert_of_breach(event: ClockEscalated) -> None:
    """One step up the line: whoever has the ticket, the leads of the department that answers for the promise, the leads
    above them. Where there is nobody above, nobody hears of that step."""
    ticket = ticket_of(event.ticket_id)
    alarm = Alarm(
        kind="clock_breached" if event.to == "assignee" else "clock_escalated", clock_id=event.clock_id,
        about=f"step:{event.clock_id}:{event.step}:{event.breached_at.timestamp()}", happened_at=event.due_at,
        facts={"department_id": event.department_id},
    )  # fmt: skip
    audience = {"assignee": _those_who_work, "leads": _leads, "above": _leads_above}[event.to]
    alert(event.stamp, alarm, audience(ticket, event))


def _those_who_work(ticket: Ticket, event: ClockEvent) -> Audience:
    """Nobody where the ticket moved on: the department can do no more for the promise."""
    if ticket.department_id != event.department_id:
        return []
    return [(person, why) for person, why in those_who_answer(ticket, event.stamp.at) if person is not None]


def _leads(ticket: Ticket, event: ClockEvent) -> Audience:
    """Of a confidential ticket nobody but the department that holds it hears."""
    if ticket.confidential and ticket.department_id != event.department_id:
        return []
    return [(person, "lead") for person in people.team(event.department_id, "lead")]


def _leads_above(ticket: Ticket, event: ClockEvent) -> Audience:
    leads = people.leads_above(event.department_id)
    return [(person, "above") for person in leads if not ticket.confidential or serves(person, ticket)]
