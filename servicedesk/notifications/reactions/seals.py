"""Who hears at once that an administrator opened a confidential request."""

from __future__ import annotations

from servicedesk.notifications import rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import in_the_present, moment, ticket_of
from servicedesk.people import queries as people
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.events import SealBroken
from servicedesk.tickets.models import BrokenSeal, Ticket


@in_the_present
def tell_of_broken_seal(event: SealBroken) -> None:
    """All leads of the department that holds it; those above as well where the administrator leads it, or nobody does.

    The mail says who, when, which number and why, and nothing of the request.
    """
    ticket = ticket_of(event.ticket_id)
    seal = next(row for row in tickets.seals_of(ticket.id) if row.id == event.seal_id)
    not_told = [event.person_id, ticket.requester_id]
    leads = people.team(ticket.department_id, "lead")
    told, above = rules.those_told(leads, but=not_told), []
    if not told or any(lead.id == event.person_id for lead in leads):
        not_told += [person.id for person in told]
        above = rules.those_told(people.leads_above(ticket.department_id), but=not_told)
    for audience, seen in ((told, True), (above, False)):
        tell(event.stamp, _news(ticket, seal, seen=seen), [(person, "lead") for person in audience])


def _news(ticket: Ticket, seal: BrokenSeal, *, seen: bool) -> News:
    """Who leads the department above may not see the request: nothing leads there."""
    mail = {
        "ticket_id": ticket.id, "administrator": seal.person.name, "reason": seal.reason, "linked": seen,
        "began_at": moment(seal.began_at), "until": moment(seal.until),
    }  # fmt: skip
    bell = {"ticket": f"#{ticket.id}"}
    return News(
        kind="seal_broken", about=f"seal:{seal.id}", bell=bell, mail=mail, ticket_id=ticket.id if seen else None
    )
