"""Who is called by name in a message, and who was asked to follow a ticket."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.notifications import rules
from servicedesk.notifications.actions import tell
from servicedesk.notifications.reactions.telling import in_the_present, news_of, ticket_of
from servicedesk.people.models import Person
from servicedesk.tickets.events import FollowerAdded, PersonMentioned
from servicedesk.tickets.models import Message
from servicedesk.tickets.rules import is_requester


@in_the_present
def tell_of_mention(event: PersonMentioned) -> None:
    """In the place of what the others are told of the message; who asked is told of every answer as an answer."""
    ticket, message = ticket_of(event.ticket_id), db.session.get_one(Message, event.message_id)
    person = db.session.get_one(Person, event.person_id)
    if is_requester(person, ticket) and event.visibility == "public":
        return
    told = rules.those_told([person], but=[event.author_id, event.stamp.actor_id])
    news = news_of(
        ticket, "mentioned", f"mention:{message.id}", author=message.author.name, text=message.text,
        internal=event.visibility != "public",
    )  # fmt: skip
    tell(event.stamp, news, [(one, "mentioned") for one in told])


@in_the_present
def tell_new_follower(event: FollowerAdded) -> None:
    ticket, person = ticket_of(event.ticket_id), db.session.get_one(Person, event.person_id)
    actor = db.session.get(Person, event.stamp.actor_id) if event.stamp.actor_id else None
    told = rules.those_told([person], but=[event.stamp.actor_id])
    news = news_of(ticket, "follower_added", f"follower:{ticket.id}", author=actor.name if actor else "")
    tell(event.stamp, news, [(one, "watcher") for one in told])
