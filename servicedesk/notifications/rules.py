"""Who is told what, in which form and with which sentence: tables and pure answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from servicedesk.kernel.text import N_, in_language
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import is_requester, serves


@dataclass(frozen=True)
class Kind:
    """How one kind of news travels: a line under the bell, a mail of this template, or both."""

    bell: bool
    mail: str | None


KINDS: dict[str, Kind] = {
    "request_received": Kind(bell=False, mail="request_received"),
    "new_request": Kind(bell=True, mail=None),
    "reply": Kind(bell=True, mail="reply"),
    "requester_wrote": Kind(bell=True, mail="requester_wrote"),
    "note": Kind(bell=True, mail=None),
    "assigned": Kind(bell=True, mail="assigned"),
    "handed_over": Kind(bell=True, mail=None),
    "cancelled": Kind(bell=True, mail=None),
    "on_hold": Kind(bell=True, mail="on_hold"),
    "resolved": Kind(bell=True, mail="resolved"),
    "closed": Kind(bell=True, mail="closed"),
    "rating_asked": Kind(bell=True, mail="rating_asked"),
    "rating_reminder": Kind(bell=True, mail="rating_reminder"),
    "clock_warned": Kind(bell=True, mail="clock_warned"),
    "clock_breached": Kind(bell=True, mail="clock_breached"),
    "month_closed": Kind(bell=True, mail="month_closed"),
}

# What a line under the bell says. "#1042 Printer" stands for the ticket, of a confidential one only "#1042".
SENTENCES: dict[str, str] = {
    "new_request": N_("%(author)s asks: %(ticket)s"),
    "new_request.quiet": N_("New confidential request: %(ticket)s"),
    "reply": N_("%(author)s replied: %(ticket)s"),
    "reply.quiet": N_("New reply: %(ticket)s"),
    "requester_wrote": N_("%(author)s wrote: %(ticket)s"),
    "requester_wrote.quiet": N_("New message: %(ticket)s"),
    "note": N_("%(author)s left a note: %(ticket)s"),
    "note.quiet": N_("New note: %(ticket)s"),
    "assigned": N_("Assigned to you: %(ticket)s"),
    "handed_over": N_("Handed over to your department: %(ticket)s"),
    "cancelled": N_("The requester took it back: %(ticket)s"),
    "on_hold.waiting_for_requester": N_("Your answer is needed: %(ticket)s"),
    "on_hold.third_party": N_("Waiting for somebody outside: %(ticket)s"),
    "on_hold.scheduled": N_("Scheduled for later: %(ticket)s"),
    "resolved": N_("Resolved: %(ticket)s"),
    "closed": N_("Closed after some quiet days: %(ticket)s"),
    "rating_asked": N_("How did it go? %(ticket)s"),
    "rating_reminder": N_("A reminder: how did it go? %(ticket)s"),
    "clock_warned.first_reply": N_("The first reply is due soon: %(ticket)s"),
    "clock_warned.reply": N_("A reply is due soon: %(ticket)s"),
    "clock_warned.resolution": N_("The resolution is due soon: %(ticket)s"),
    "clock_warned.stay": N_("The department's time is nearly used up: %(ticket)s"),
    "clock_breached.first_reply": N_("The first reply is late: %(ticket)s"),
    "clock_breached.reply": N_("A reply is late: %(ticket)s"),
    "clock_breached.resolution": N_("The resolution is late: %(ticket)s"),
    "clock_breached.stay": N_("The department's time is used up: %(ticket)s"),
    "month_closed": N_("The report is published: %(month)s"),
    "month_closed.corrected": N_("The report is published anew: %(month)s"),
}


def sentence_values(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    """What fills the places of a sentence in the reader's language. Nothing here is HTML."""
    values = {
        key: in_language(value, language) if isinstance(value, dict) else str(value) for key, value in facts.items()
    }
    if "month" in facts:
        values["month"] = format_date(date.fromisoformat(f"{facts['month']}-01"), "LLLL y", locale=language)
    return values


def name_of(ticket: Ticket) -> str:
    """How the bell names a ticket: by the number alone where it is confidential."""
    return f"#{ticket.id}" if ticket.confidential else f"#{ticket.id} {ticket.subject}"


def quiet_kind(kind: str) -> str:
    """The sentence without anybody's name, where there is one."""
    return f"{kind}.quiet" if f"{kind}.quiet" in SENTENCES else kind


def quiet(kind: str, ticket_id: int) -> tuple[str, dict[str, str]]:
    """Kind and facts of a line that was written before its ticket became confidential."""
    return quiet_kind(kind), {"ticket": f"#{ticket_id}"}


def those_told(people: Iterable[Person | None], *, but: Iterable[int | None] = ()) -> list[Person]:
    """Active people, each once, without those whose ids are in `but`."""
    unwanted = set(but)
    chosen = {person.id: person for person in people if person is not None and person.active}
    return [person for person in chosen.values() if person.id not in unwanted]


def followers_told(ticket: Ticket, watchers: list[Person]) -> list[Person]:
    """Who of those that follow a ticket hears of it: of a confidential one only its own people and the holding team,
    since others began to follow when it was not confidential or was theirs."""
    if not ticket.confidential:
        return watchers
    return [person for person in watchers if is_requester(person, ticket) or serves(person, ticket)]


def leads_of(team: Iterable[Person], department_id: int) -> list[Person]:
    return [person for person in team if department_id in person.leads]


def team_told(team: list[Person], department_id: int, *, confidential: bool) -> list[Person]:
    """Who of a department hears of work without an assignee: its agents, or the leads where it has none.

    Of confidential work only the leads hear.
    """
    leads = leads_of(team, department_id)
    if confidential:
        return leads
    return [person for person in team if department_id in person.departments_as("agent")] or leads
