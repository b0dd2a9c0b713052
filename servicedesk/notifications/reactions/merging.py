"""Who hears that requests were merged, go on by themselves again, or were split.

Who asked for a merged request and does not see the other one learns that it is handled and what became of it; not which
other request that is, and no word of it.
"""

from __future__ import annotations

from servicedesk.notifications import rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import (
    in_the_present,
    news_of,
    those_who_answer,
    those_who_have,
    ticket_of,
)
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.tickets import access, events
from servicedesk.tickets import queries as ticket_queries
from servicedesk.tickets.models import Ticket


@in_the_present
def tell_of_merge(event: events.TicketMerged) -> None:
    """Who asked, by mail; under the bell who follows the other request now, and who had this one."""
    ticket, target = ticket_of(event.ticket_id), ticket_of(event.target_id)
    about = f"merged:{event.merge_id}"
    sees = bool(access.visible_ids(ticket.requester, [target.id]))
    audience: dict[Person, str] = {person: why for person, why in those_who_have(ticket, event.stamp.at) if person}
    followers = people.people_by_id(event.followers, with_roles=False).values()
    audience |= dict.fromkeys(followers, "watcher") | {ticket.requester: "requester"}
    told = rules.those_told(audience, but=[event.stamp.actor_id])
    in_the_dark = [person for person in told if person.id == ticket.requester_id and not sees]
    knowing = [(person, audience[person]) for person in told if person not in in_the_dark]
    tell(event.stamp, _into(ticket, target, about), knowing, by_mail={ticket.requester_id})
    together = news_of(ticket, "merged", about, line="merged.together", target_id=None, target_subject="")
    tell(event.stamp, together, [(person, "requester") for person in in_the_dark])


@in_the_present
def tell_who_has_it_of_merge(event: events.MergeReceived) -> None:
    target = ticket_of(event.ticket_id)
    by_id = people.people_by_id([event.by_id], with_roles=False)
    audience = {person: why for person, why in those_who_have(target, event.stamp.at) if person is not None}
    told = rules.those_told(audience, but=[event.stamp.actor_id])
    news = news_of(
        target, "merge_received", f"merge_received:{event.merged_id}:{event.stamp.at.timestamp()}",
        author=by_id[event.by_id].name if event.by_id in by_id else "",
    )  # fmt: skip
    tell(event.stamp, news, [(person, audience[person]) for person in told])


@in_the_present
def tell_those_merged_of_solution(event: events.TicketResolved) -> None:
    """The outcome, to those whose requests went on in this one and who do not see it."""
    for ticket in ticket_queries.merged_into([event.ticket_id]):
        if access.visible_ids(ticket.requester, [event.ticket_id]):
            continue  # their own, or they follow it: they have the department's words
        told = rules.those_told([ticket.requester], but=[event.stamp.actor_id])
        news = news_of(ticket, "merged_done", f"merged_done:{ticket.id}:{event.stamp.at.timestamp()}")
        tell(event.stamp, news, [(person, "requester") for person in told])


@in_the_present
def tell_of_return(event: events.TicketUnmerged) -> None:
    """Who asked, and who works on it. Who has said that it is not the same is heard by its message."""
    if event.contested:
        return
    ticket = ticket_of(event.ticket_id)
    audience = {person: why for person, why in those_who_answer(ticket, event.stamp.at) if person is not None}
    audience[ticket.requester] = "requester"
    told = rules.those_told(audience, but=[event.stamp.actor_id])
    news = news_of(ticket, "unmerged", f"unmerged:{event.merge_id}")
    tell(event.stamp, news, [(person, audience[person]) for person in told], by_mail={ticket.requester_id})


@in_the_present
def tell_of_split(event: events.TicketSplit) -> None:
    """Who asked hears that a part of it goes on under a number of its own."""
    new, ticket = ticket_of(event.new_id), ticket_of(event.ticket_id)
    told = rules.those_told([new.requester], but=[event.stamp.actor_id])
    news = news_of(new, "split_off", f"split_off:{new.id}", from_id=ticket.id)
    tell(event.stamp, news, [(person, "requester") for person in told])


def _into(ticket: Ticket, target: Ticket, about: str) -> News:
    secret = ticket.confidential or target.confidential
    news = news_of(
        ticket, "merged", about, target_id=target.id, target_subject="" if secret else target.subject
    )  # fmt: skip
    return News(
        kind=news.kind, line=news.line, about=news.about, mail=news.mail, ticket_id=news.ticket_id,
        bell={**news.bell, "target": rules.name_of(target)},
    )  # fmt: skip
