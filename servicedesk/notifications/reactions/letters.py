"""What people hear of letters beside what they do to requests."""

from __future__ import annotations

from servicedesk.letters import queries as letters
from servicedesk.letters.events import AnswerHeld, ExchangeStopped, LetterTooLarge
from servicedesk.mailout.events import MailMissed
from servicedesk.notifications import rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import in_the_present, news_of, those_who_answer, ticket_of
from servicedesk.people import queries as people
from servicedesk.tickets import queries as tickets


@in_the_present
def tell_of_stopped_exchange(event: ExchangeStopped) -> None:
    """Who works on the request looks for themselves from now on."""
    ticket = ticket_of(event.ticket_id)
    audience = {person: why for person, why in those_who_answer(ticket, event.stamp.at) if person is not None}
    told = rules.those_told(audience, but=[event.person_id])
    news = news_of(ticket, "exchange_stopped", f"exchange:{ticket.id}:{event.letter_id}")
    tell(event.stamp, news, [(person, audience[person]) for person in told])


@in_the_present
def tell_of_missed_mail(event: MailMissed) -> None:
    """Who works on the request reaches its requester in another way."""
    ticket = tickets.tickets_by_id([event.ticket_id]).get(event.ticket_id)
    if ticket is None:
        # The queue holds no rows of requests: it may be older than they are.
        return
    audience = {person: why for person, why in those_who_answer(ticket, event.stamp.at) if person is not None}
    news = news_of(ticket, "mail_missed", f"missed:{event.mail_id}")
    tell(event.stamp, news, [(person, audience[person]) for person in rules.those_told(audience)])


@in_the_present
def tell_of_held_answer(event: AnswerHeld) -> None:
    """Its author believes that the requester has read it; by mail only where an automatic answer is right."""
    ticket, letter = ticket_of(event.ticket_id), letters.held_answer(event.letter_id)
    news = news_of(
        ticket,
        "answer_held",
        f"held:{letter.id}",
        vouched=letter.verified == "pass",
        answers_message_id=letter.message_key,
    )
    told = rules.those_told([people.people_by_id([event.person_id]).get(event.person_id or 0)])
    tell(event.stamp, news, [(person, "wrote") for person in told], by_mail=None if event.answers else ())


@in_the_present
def tell_of_large_letter(event: LetterTooLarge) -> None:
    facts = {"size": str(round(event.size / 1_000_000))}
    news = News(kind="letter_too_large", about=f"letter:{event.letter_id}", bell=facts, mail={})
    tell(event.stamp, news, [(person, "admin") for person in people.administrators()])
