"""What the files beside this one share: the news about a ticket, and silence about the past."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from servicedesk.kernel.db import db
from servicedesk.kernel.events import Event
from servicedesk.kernel.text import LANGUAGES, in_language
from servicedesk.notifications import rules
from servicedesk.notifications.actions import News
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.models import Ticket

E = TypeVar("E", bound=Event)


def in_the_present(reaction: Callable[[E], None]) -> Callable[[E], None]:
    """Nothing is read or written for events of imported history."""

    @wraps(reaction)
    def react(event: E) -> None:
        if not event.stamp.tells_history:
            reaction(event)

    return react


def ticket_of(ticket_id: int) -> Ticket:
    return db.session.get_one(Ticket, ticket_id)


def news_of(
    ticket: Ticket, kind: str, about: str, *, line: str | None = None, author: str | None = None, text: str | None = None,
    **facts: Any,
) -> News:  # fmt: skip
    """News about a ticket. What people wrote, who they are and the department leave the desk for ordinary tickets only;
    of a confidential one mail and bell carry the number."""
    quiet = ticket.confidential
    bell = {"ticket": rules.name_of(ticket)}
    mail = {
        "ticket_id": ticket.id,
        "subject": "" if quiet else ticket.subject,
        "department": {} if quiet else dict(ticket.department.name),
        "department_key": "" if quiet else ticket.department.key,
        **facts,
    }
    if author is not None:
        mail["author"] = "" if quiet else author
        if not quiet:
            bell["author"] = author
    if text is not None:
        mail["text"] = "" if quiet else text
    line = line or kind
    return News(
        kind=kind,
        line=rules.quiet_kind(line) if quiet else line,
        about=about,
        bell=bell,
        mail=mail,
        ticket_id=ticket.id,
    )


def those_who_have(ticket: Ticket, at: datetime) -> list[tuple[Person | None, str]]:
    """Who hears what is meant for the assignee: that person, while away whoever stands in, the team where nobody does;
    nobody of a ticket that nobody has."""
    worker, stands_in = tickets.worker_of(ticket, at)
    if worker is not None:
        return [(worker, "cover" if stands_in else "assignee")]
    return [] if ticket.assignee is None or not ticket.assignee.active else _team_of(ticket)


def those_who_answer(ticket: Ticket, at: datetime) -> list[tuple[Person | None, str]]:
    """Who of the department hears what the requester says: whoever has the ticket, or the team where nobody has."""
    return those_who_have(ticket, at) or _team_of(ticket)


def _team_of(ticket: Ticket) -> list[tuple[Person | None, str]]:
    team = rules.team_told(people.team(ticket.department_id), ticket.department_id, confidential=ticket.confidential)
    return [(person, "team") for person in team if person.id != ticket.requester_id]


def moment(at: datetime | None) -> str:
    """An instant as facts hold it; empty for none."""
    return "" if at is None else at.isoformat()


def labels_of(ticket: Ticket, keys: Collection[str]) -> list[dict[str, str]]:
    """The names of these fields of the ticket's form."""
    return [dict(field["label"]) for field in tickets.form_of(ticket) if field["key"] in keys]


def in_both(names: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Several names as one, in each language."""
    return {language: ", ".join(in_language(one, language) for one in names) for language in LANGUAGES}
