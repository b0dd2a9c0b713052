"""The request to rate, and signed opinions. Nothing here, nor anywhere in this slice, knows who else has rated."""

from __future__ import annotations

from servicedesk.notifications import rules
from servicedesk.notifications.actions import about_rating, take_back_rating, tell
from servicedesk.notifications.reactions.telling import in_the_present, news_of, ticket_of
from servicedesk.people import queries as people
from servicedesk.ratings import queries as ratings
from servicedesk.ratings.events import RatingAsked, RatingSigned, RatingWithdrawn
from servicedesk.tickets.rules import serves


@in_the_present
def ask_for_rating(event: RatingAsked) -> None:
    ticket = ticket_of(event.ticket_id)
    invitation = ratings.invitation(event.invitation_id)
    told = rules.those_told([people.person(event.person_id)])
    if invitation is None or not told:
        return
    kind = "rating_reminder" if event.reminder else "rating_asked"
    news = news_of(
        ticket, kind, f"{about_rating(ticket.id)}:{invitation.id}:{kind}", invitation_id=invitation.id,
        valid_until=invitation.expires_on.isoformat(),
    )  # fmt: skip
    tell(event.stamp, news, [(person, "requester") for person in told])


@in_the_present
def tell_of_signature(event: RatingSigned) -> None:
    """The leads of the department that served; of a confidential request those who may still see it."""
    ticket, author = ticket_of(event.ticket_id), people.person(event.person_id)
    leads = people.team(event.department_id, "lead", with_roles=True)
    told = rules.those_told(
        [lead for lead in leads if not ticket.confidential or serves(lead, ticket)], but=[event.person_id]
    )
    news = news_of(
        ticket, "rating_signed", f"signed:{ticket.id}:{event.stamp.at:%Y%m%dT%H%M%S}", author=author.name if author else "", text=event.comment,
        scores={} if ticket.confidential else dict(event.scores),
    )  # fmt: skip
    tell(event.stamp, news, [(person, "lead") for person in told])


@in_the_present
def drop_question(event: RatingWithdrawn) -> None:
    take_back_rating(event.stamp, event.ticket_id, ticket_of(event.ticket_id).requester_id)
