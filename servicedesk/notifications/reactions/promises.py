"""Who is told that a promise is about to break, and that it broke."""

from __future__ import annotations

from servicedesk.notifications import rules
from servicedesk.notifications.actions import tell
from servicedesk.notifications.reactions.telling import in_the_present, moment, news_of, ticket_of
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.sla.events import ClockBreached, ClockEvent, ClockWarned
from servicedesk.tickets.models import Ticket


@in_the_present
def tell_of_warning(event: ClockWarned) -> None:
    """The assignee by bell and mail; without one the team by bell."""
    ticket = ticket_of(event.ticket_id)
    assignee = _assignee(ticket, event)
    if assignee is not None:
        to = [(assignee, "assignee")]
    else:
        to = [(person, "team") for person in rules.those_told(_team(ticket, event), but=[ticket.requester_id])]
    news = news_of(
        ticket, "clock_warned", f"warned:{event.clock_id}:{event.percent}:{event.due_at.timestamp()}",
        line=f"clock_warned.{event.metric}", metric=event.metric, percent=event.percent, due_at=moment(event.due_at),
    )  # fmt: skip
    tell(event.stamp, news, to, by_mail=[assignee.id] if assignee is not None else [])


@in_the_present
def tell_of_breach(event: ClockBreached) -> None:
    """The leads and the assignee, also one whose own late reply it was that showed the breach."""
    ticket = ticket_of(event.ticket_id)
    leads = rules.leads_of(_team(ticket, event, leads_only=True), event.department_id)
    why = {person.id: "lead" for person in leads}
    told = rules.those_told([*leads, _assignee(ticket, event)])
    news = news_of(
        ticket, "clock_breached", f"breached:{event.clock_id}:{event.breached_at.timestamp()}",
        line=f"clock_breached.{event.metric}", metric=event.metric, breached_at=moment(event.breached_at),
    )  # fmt: skip
    tell(event.stamp, news, [(person, why.get(person.id, "assignee")) for person in told])


def _assignee(ticket: Ticket, event: ClockEvent) -> Person | None:
    """Whoever has the ticket, unless it moved on: then the promise is no more theirs to keep."""
    person = ticket.assignee if ticket.department_id == event.department_id else None
    return person if person is not None and person.active else None


def _team(ticket: Ticket, event: ClockEvent, *, leads_only: bool = False) -> list[Person]:
    """The department that answers for the promise; of a confidential ticket nobody but the holding one hears."""
    if ticket.confidential and ticket.department_id != event.department_id:
        return []
    team = people.team(event.department_id)
    if leads_only:
        return rules.leads_of(team, event.department_id)
    return rules.team_told(team, event.department_id, confidential=ticket.confidential)
