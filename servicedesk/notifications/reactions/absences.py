"""Who hears that somebody stands in, what becomes of warnings on their way, and what somebody missed while away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions import News, hand_alerts_on, tell, tell_each
from servicedesk.notifications.reactions.telling import in_the_present, news_of, those_who_answer, ticket_of
from servicedesk.people import queries as people
from servicedesk.people.events import AbsenceEnded
from servicedesk.people.models import Person
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.events import TicketsCovered
from servicedesk.tickets.models import Ticket


@in_the_present
def tell_requesters_of_cover(event: TicketsCovered) -> None:
    """Each requester once who looks after the request and until when; not why."""
    if event.cover_id is None or event.absence_id is None:
        return
    by_id = people.people_by_id([event.person_id, event.cover_id], with_roles=False)
    until = queries.last_day_of(event.absence_id)
    named = {"absent": by_id[event.person_id].name, "cover": by_id[event.cover_id].name}
    told = []
    for ticket in tickets.tickets_by_id(event.ticket_ids).values():
        if ticket.requester.active:
            facts = dict.fromkeys(named, "") if ticket.confidential else named
            about = f"cover:{event.absence_id}:{ticket.id}:{event.cover_id}"
            news = news_of(ticket, "cover_began", about, until=until, **facts)
            told.append((_naming(news, named, quiet=ticket.confidential), ticket.requester, "requester"))
    tell_each(event.stamp, told)


@in_the_present
def pass_alerts_on(event: TicketsCovered) -> None:
    """Warnings that wait for the working hours of whoever had the tickets until now go to who has them from now on."""
    ids = [event.person_id if event.before_id is None else event.before_id]
    for ticket_id in queries.tickets_with_alerts(ids, event.ticket_ids):
        ticket = ticket_of(ticket_id)
        to = [(person, why) for person, why in those_who_answer(ticket, event.stamp.at) if person is not None]
        hand_alerts_on(event.stamp, ids, ticket_id, to)


@in_the_present
def tell_what_happened(event: AbsenceEnded) -> None:
    """One summary for who is back: what was resolved, what is open, what was given to others or decided, and by whom."""
    person = people.person(event.person_id)
    if person is None or not person.active:
        return
    found = tickets.meanwhile(person.id, event.began_at, event.stamp.at)
    counts = {name: len(getattr(found, name)) for name in ("resolved", "open", "passed_on", "decided")}
    if not any(counts.values()):
        return
    doers = {number for pairs in (found.resolved, found.passed_on) for _, number in pairs}
    doers |= {row.decided_by_id for row in found.decided}
    names = {key: row.name for key, row in people.people_by_id(doers, with_roles=False).items()}
    parts = {
        "resolved": [_line(person, ticket, names.get(by or 0, "")) for ticket, by in found.resolved],
        "open": [_line(person, ticket, "") for ticket in found.open],
        "passed_on": [_line(person, ticket, names.get(by or 0, "")) for ticket, by in found.passed_on],
        "decided": [
            _line(person, row.ticket, names.get(row.decided_by_id or 0, "")) | {"decision": row.decision}
            for row in found.decided
        ],
    }
    mail: dict[str, Any] = {name: lines[: rules.MOST_IN_MAIL] for name, lines in parts.items()} | {"counts": counts}
    if all(row.confidential for row in _all_of(found)):
        mail["confidential"] = True
    news = News(
        kind="absence_summary", about=f"absence_summary:{event.absence_id}", bell={**counts, "page": "mine"}, mail=mail
    )
    tell(event.stamp, news, [(person, "absent")])


def _naming(news: News, named: Mapping[str, str], *, quiet: bool) -> News:
    """The same news whose line under the bell says who is away and who stands in, where it may."""
    bell = dict(news.bell) if quiet else {**news.bell, **named}
    return News(kind=news.kind, line=news.line, about=news.about, bell=bell, mail=news.mail, ticket_id=news.ticket_id)


def _line(reader: Person, ticket: Ticket, by: str) -> dict[str, Any]:
    """One request in a mail; of a confidential one, or one the reader does not see, the number alone."""
    quiet = ticket.confidential or (
        ticket.department_id not in reader.serves and reader.id not in (ticket.requester_id, ticket.registrar_id)
    )
    return {"ticket_id": ticket.id, "subject": "" if quiet else ticket.subject, "by": "" if ticket.confidential else by}


def _all_of(found: tickets.Meanwhile) -> Iterable[Ticket]:
    yield from (ticket for ticket, _ in found.resolved + found.passed_on)
    yield from found.open
    yield from (row.ticket for row in found.decided)
