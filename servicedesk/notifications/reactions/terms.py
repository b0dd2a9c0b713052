"""Who hears of a date proposed for a ticket, and of the answer: the other side; of an agreed one also whoever works on it."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.notifications import rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import (
    in_the_present,
    moment,
    news_of,
    those_who_answer,
    those_who_have,
    ticket_of,
)
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.sla import queries as sla
from servicedesk.sla.events import TermAccepted, TermEvent, TermProposed, TermRefused
from servicedesk.sla.models import Term
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import serves

Audience = list[tuple[Person | None, str]]


@in_the_present
def ask_about_term(event: TermProposed) -> None:
    """The side that is to answer: the requester, or whoever has the ticket."""
    ticket = ticket_of(event.ticket_id)
    news = _news(event, ticket, "term_proposed", counter=event.counters is not None)
    _tell(event, news, _requesters(ticket) if event.side == "supplier" else those_who_answer(ticket, event.stamp.at))


@in_the_present
def tell_of_agreed_term(event: TermAccepted) -> None:
    """The side that proposed it; and the assignee, for whom another due date holds now, whoever agreed to it."""
    ticket = ticket_of(event.ticket_id)
    before = None if ticket.confidential else event.due_before
    news = _news(event, ticket, "term_accepted", due_before=moment(before))
    _tell(event, news, [*_those_who_proposed(event, ticket), *those_who_have(ticket, event.stamp.at)])


@in_the_present
def tell_of_refused_term(event: TermRefused) -> None:
    """Declined: the side that proposed it. Withdrawn: the one that was asked, unless it is asked anew at once.

    Of one that lapsed nobody hears: that the ticket ended is news enough.
    """
    ticket = ticket_of(event.ticket_id)
    following = sla.open_term(ticket.id)
    if event.how == "lapsed" or (following is not None and following.side == event.side):
        return
    news = _news(event, ticket, "term_refused", line=f"term_refused.{event.how}", how=event.how)
    if event.how == "declined":
        _tell(event, news, _those_who_proposed(event, ticket))
    else:
        _tell(
            event, news, _requesters(ticket) if event.side == "supplier" else those_who_answer(ticket, event.stamp.at)
        )


def _news(event: TermEvent, ticket: Ticket, kind: str, *, line: str | None = None, **facts: object) -> News:
    actor = people.people_by_id([event.stamp.actor_id]).get(event.stamp.actor_id or 0)
    term = db.session.get_one(Term, event.term_id)
    return news_of(
        ticket, kind, f"{kind}:{event.term_id}", line=line, author=actor.name if actor else "", text=term.reason,
        due_at=moment(None if ticket.confidential else event.due_at), **facts,
    )  # fmt: skip


def _tell(event: TermEvent, news: News, audience: Audience) -> None:
    why = {person.id: reason for person, reason in reversed(audience) if person is not None}
    told = rules.those_told((person for person, _ in audience), but=[event.stamp.actor_id])
    tell(event.stamp, news, [(person, why[person.id]) for person in told])


def _requesters(ticket: Ticket) -> Audience:
    """The requester, and who filed it for them unless they work on it themselves."""
    registrar = None if serves(ticket.registrar, ticket) else ticket.registrar
    return [(ticket.requester, "requester"), (registrar, "watcher")]


def _those_who_proposed(event: TermEvent, ticket: Ticket) -> Audience:
    if event.side == "requester":
        return _requesters(ticket)
    author = db.session.get_one(Term, event.term_id).proposed_by
    # The ticket may have moved on meanwhile.
    return [(author, "team")] if author.active and serves(author, ticket) else those_who_answer(ticket, event.stamp.at)
