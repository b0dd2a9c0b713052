"""Calling somebody by name in a message: they are told of it and follow the ticket, if they may read what was written."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.tickets import access, rules
from servicedesk.tickets.actions.watching import watch
from servicedesk.tickets.events import PersonMentioned
from servicedesk.tickets.models import Mention, Message, Ticket


def mention(stamp: Stamp, ticket: Ticket, author: Person, message: Message) -> list[Person]:
    """Keep whom the message names and may read it; the others are words in a text. Publishes `PersonMentioned` for each.

    Nobody learns from this whether somebody else may see the ticket: the writer gets the same answer either way.
    """
    called = rules.called(message.text)
    if not called or stamp.tells_history:
        return []
    known = people.people_meant({form for forms in called for form in forms})
    told = [
        person for person in rules.meant_by(called, known)
        if person.id != author.id and reads(person, ticket, internal=message.visibility != "public")
    ]  # fmt: skip
    for person in told:
        db.session.add(Mention(message_id=message.id, person_id=person.id))
        if not rules.is_requester(person, ticket) and rules.may(person, ticket, "watch"):
            watch(ticket, person)
    db.session.flush()
    for person in told:
        publish(
            PersonMentioned(
                stamp=stamp, ticket_id=ticket.id, message_id=message.id, person_id=person.id, author_id=author.id,
                visibility=message.visibility,
            )
        )  # fmt: skip
    return told


def reads(person: Person, ticket: Ticket, *, internal: bool) -> bool:
    """Whether `person` may read what is written on the ticket, publicly or as a note."""
    if not access.visible_ids(person, [ticket.id]):
        return False
    return not internal or access.reads_notes(person, ticket)
