"""Who reads a message: the requester and those who follow, the assignee or the team; never its author."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.letters import queries as letters
from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions import about_message, take_back_message, tell
from servicedesk.notifications.reactions.telling import (
    in_the_present,
    news_of,
    those_who_answer,
    those_who_have,
    ticket_of,
)
from servicedesk.tickets import queries as ticket_queries
from servicedesk.tickets.events import MessageAdded, ThanksContested, TicketResolved
from servicedesk.tickets.models import Message
from servicedesk.tickets.rules import SILENCE_DAYS, is_requester


@in_the_present
def tell_other_side(event: MessageAdded) -> None:
    ticket = ticket_of(event.ticket_id)
    message = db.session.get_one(Message, event.message_id)
    if message.child_id is not None or (event.stamp.door == "mail" and letters.is_flood(message.id)):
        # What came back from a child request is told as that; of letters that keep coming the first was told.
        return
    if event.visibility == "internal":
        kind, audience = "note", those_who_have(ticket, event.stamp.at)
    elif event.side == "supplier":
        watchers = rules.followers_told(ticket, ticket_queries.watchers(ticket.id))
        kind, audience = "reply", [(ticket.requester, "requester"), *((person, "watcher") for person in watchers)]
    else:
        kind = "thanked" if event.thanks else "requester_wrote"
        audience = those_who_answer(ticket, event.stamp.at)
    why = {person.id: reason for person, reason in reversed(audience) if person is not None}
    told = rules.those_told((person for person, _ in audience), but=[event.author_id, event.stamp.actor_id])
    named = ticket_queries.mentioned_in(message.id)
    # Who is called by name is told of that instead, except who asked.
    told = [person for person in told if person.id not in named or (kind == "reply" and is_requester(person, ticket))]
    if told:
        filled = [] if ticket.confidential else [dict(row["label"]) for row in message.filled]
        news = news_of(
            ticket, kind, about_message(message.id), author=message.author.name, text=message.text, filled=filled
        )
        tell(event.stamp, news, [(person, why[person.id]) for person in told])


@in_the_present
def tell_of_contested_thanks(event: ThanksContested) -> None:
    """Who answers reads anew what was taken for thanks, now as a message that waits."""
    ticket = ticket_of(event.ticket_id)
    message = db.session.get_one(Message, event.message_id)
    audience = {person: why for person, why in those_who_answer(ticket, event.stamp.at) if person is not None}
    told = rules.those_told(audience, but=[event.author_id, event.stamp.actor_id])
    news = news_of(
        ticket, "requester_wrote", f"contested:{message.id}:{ticket.reopen_count}", author=message.author.name,
        text=message.text, filled=[],
    )  # fmt: skip
    tell(event.stamp, news, [(person, audience[person]) for person in told])


@in_the_present
def tell_requester_of_solution(event: TicketResolved) -> None:
    """The requester gets one mail, which says what was done and how to reopen, in place of the plain reply.

    Followers keep the reply, which has the same text.
    """
    ticket = ticket_of(event.ticket_id)
    message = queries.answer_to_resolve(ticket.id)
    told = rules.those_told([ticket.requester], but=[event.stamp.actor_id])
    if message is None or not told:
        return
    take_back_message(event.stamp, ticket.id, message.id, message.created_at, ticket.requester_id)
    news = news_of(
        ticket,
        "resolved",
        f"resolved:{message.id}",
        author=message.author.name,
        text=message.text,
        silence_days=SILENCE_DAYS,
    )
    tell(event.stamp, news, [(person, "requester") for person in told])
