"""Who is told what, in which form and with which sentence: pure answers; the tables are in kinds.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from itsdangerous import BadSignature, URLSafeSerializer

from servicedesk.kernel.text import in_language
from servicedesk.notifications.models import Alert
from servicedesk.notifications.rules.kinds import KINDS, SAID_BEFORE, SENTENCES, Kind
from servicedesk.notifications.rules.wishes import (
    BELL,
    GATHERED,
    GROUP_OF,
    GROUPS,
    MAIL,
    MODES,
    MORNING,
    RHYTHMS,
    Group,
    Wishes,
    end_of_quiet,
    group_of,
    groups_for,
    is_asked,
    is_known_already,
    is_silenced,
    mode_of,
    mornings,
    next_hour,
    template_of,
    waits,
    way_of,
    without_gathering,
)
from servicedesk.people.models import Person
from servicedesk.sla.models import Clock
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import is_requester, serves

__all__ = [
    "BELL", "GATHERED", "GROUPS", "GROUP_OF", "KINDS", "MAIL", "MODES", "MORNING", "RHYTHMS", "SAID_BEFORE",
    "SENTENCES", "Group", "Kind", "Matter", "Wishes", "bell_line", "digest_line", "end_of_quiet", "followers_told",
    "gravest", "group_of", "groups_for", "is_asked", "is_known_already", "is_silenced", "leads_of", "mode_of", "mornings",
    "name_of", "next_hour", "page_for", "quiet", "quiet_kind", "sentence_values", "sign", "signed_by_us", "still_matters",
    "team_told", "template_of", "those_told", "waits", "way_of", "without_gathering",
]  # fmt: skip

# Nobody hears any more of a warning or step that is older than this when it could be told.
OLDEST_ALERT = timedelta(days=14)
# From this number on the promises of one digest share a line under the bell, and its mail counts the rest.
MOST_LINES, MOST_IN_MAIL = 5, 50
# The higher, the more it is that person's to know: what is told of a promise of which somebody would hear twice.
_RANKS = ("team", "cover", "assignee", "lead", "above")


@dataclass(frozen=True)
class Matter:
    """An alert with what it is about, as things stand when it is told."""

    alert: Alert
    clock: Clock
    ticket: Ticket
    # The name of the department that answers for the promise.
    department: Mapping[str, str]
    # Whether the person may see the ticket; who leads the department above often may not.
    seen: bool
    # Whether the person is above that department still; asked for such alerts only.
    is_above: bool
    # When the department last wrote to the requester, put the ticket on hold or handed it over.
    acted_at: datetime | None

    @property
    def broken(self) -> bool:
        return self.clock.breached_at is not None


def sentence_values(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    """What fills the places of a sentence in the reader's language. Nothing here is HTML."""
    values = {"author": "", "ticket": "", "month": "", "department": ""} | {
        key: in_language(value, language) if isinstance(value, dict) else str(value) for key, value in facts.items()
    }
    if "month" in facts:
        values["month"] = format_date(date.fromisoformat(f"{facts['month']}-01"), "LLLL y", locale=language)
    if "closes_on" in facts:
        values["closes_on"] = format_date(date.fromisoformat(facts["closes_on"]), "d MMMM y", locale=language)
    if "on" in facts:
        values["on"] = format_date(date.fromisoformat(facts["on"]), "d MMMM y", locale=language)
    if "until" in facts:
        values["until"] = format_date(date.fromisoformat(facts["until"]), "d MMMM y", locale=language)
    return values


def sign(secret: str, person_id: int) -> str:
    """The text in the link by which somebody ends gathered mail without signing in; made when the mail is written."""
    return str(URLSafeSerializer(secret, salt="end gathered mail").dumps(person_id))


def signed_by_us(keys: Sequence[str], token: str) -> int | None:
    """The person's id, or None for a token that was made under none of `keys`."""
    known = [key for key in keys if key]
    try:
        found = URLSafeSerializer(known, salt="end gathered mail").loads(token) if known else None
    except BadSignature:
        return None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def name_of(ticket: Ticket) -> str:
    """How the bell names a ticket: by the number alone where it is confidential."""
    return f"#{ticket.id}" if ticket.confidential else f"#{ticket.id} {ticket.subject}"


def quiet_kind(kind: str) -> str:
    """The sentence without anybody's name, where there is one."""
    return f"{kind}.quiet" if f"{kind}.quiet" in SENTENCES else kind


def quiet(kind: str, ticket_id: int) -> tuple[str, dict[str, str]]:
    """Kind and facts of a line that was written before its ticket became confidential."""
    return quiet_kind(kind), {"ticket": f"#{ticket_id}"}


def still_matters(matter: Matter, person: Person, at: datetime) -> bool:
    """Whether an alert is worth telling: nobody has acted since, the promise stands open and runs, and it is this
    person's business still."""
    alert, clock = matter.alert, matter.clock
    due_at = alert.facts.get("due_at")
    return (
        alert.happened_at >= at - OLDEST_ALERT
        and clock.open
        and not clock.paused
        and clock.department_id == alert.facts["department_id"]
        and (matter.acted_at is None or matter.acted_at <= alert.happened_at)
        # A warning: the promise got more time since.
        and not (due_at and clock.due_at is not None and clock.due_at > datetime.fromisoformat(due_at))
        and _concerns(matter, person)
    )


def _concerns(matter: Matter, person: Person) -> bool:
    ticket, department_id = matter.ticket, matter.clock.department_id
    if not (serves(person, ticket) if ticket.confidential else matter.seen or matter.alert.why == "above"):
        return False
    return {
        "assignee": ticket.assignee_id == person.id and ticket.cover_id in (None, person.id),
        # Until the worker has put the stand-in on the ticket, whoever was told stands in.
        "cover": ticket.assignee_id is not None and ticket.cover_id in (None, person.id) and serves(person, ticket),
        "team": ticket.assignee_id is None and department_id in person.serves,
        "lead": department_id in person.leads,
        "above": matter.is_above,
    }[matter.alert.why]


def gravest(matters: Iterable[Matter]) -> list[Matter]:
    """One for each promise, what is broken first, then by the moment it is or was due."""
    ranked = sorted(matters, key=lambda matter: (_RANKS.index(matter.alert.why), matter.alert.id))
    chosen = {matter.clock.id: matter for matter in ranked}.values()
    return sorted(chosen, key=lambda matter: (not matter.broken, _due(matter) or "", matter.clock.id))


def bell_line(matter: Matter) -> tuple[str, int | None, dict[str, Any]]:
    """Kind, ticket and facts of its line under the bell. The line leads nowhere for who may not see the ticket."""
    ticket, metric = matter.ticket, matter.clock.metric
    facts: dict[str, Any] = {"ticket": name_of(ticket) if matter.seen else f"#{ticket.id}"}
    ticket_id = ticket.id if matter.seen else None
    if not matter.broken:
        return f"clock_warned.{metric}", ticket_id, facts
    if matter.alert.why != "above" or ticket.confidential:
        return f"clock_breached.{metric}", ticket_id, facts
    return f"clock_escalated.{metric}", ticket_id, facts | {"department": dict(matter.department)}


def page_for(matters: Sequence[Matter]) -> str:
    """The page that shows the most of them: queue, breaches or none, for who is above."""
    reasons = {matter.alert.why for matter in matters}
    if reasons & {"assignee", "cover", "team"}:
        return "queue"
    return "breaches" if "lead" in reasons else ""


def digest_line(matter: Matter, late_seconds: float) -> dict[str, Any]:
    """What the mail says of one promise. Of a confidential ticket the number alone leaves the desk."""
    ticket = matter.ticket
    return {
        "ticket_id": ticket.id,
        "subject": ticket.subject if matter.seen and not ticket.confidential else "",
        "department": {} if ticket.confidential else dict(matter.department),
        "metric": matter.clock.metric, "broken": matter.broken, "due_at": _due(matter), "late_seconds": late_seconds,
        "linked": matter.seen,
    }  # fmt: skip


def _due(matter: Matter) -> str:
    due_at = matter.clock.breached_at or matter.clock.due_at
    return due_at.isoformat() if due_at is not None else ""


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
