"""Who is told what, in which form and with which sentence: tables and pure answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date

from servicedesk.kernel.text import N_, in_language
from servicedesk.notifications.models import Alert
from servicedesk.people.models import Person
from servicedesk.sla.models import Clock
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
    "promises_digest": Kind(bell=True, mail="promises_digest"),
    "breaches_unexplained": Kind(bell=True, mail="breaches_unexplained"),
    "term_proposed": Kind(bell=True, mail="term_proposed"),
    "term_accepted": Kind(bell=True, mail="term_accepted"),
    "term_refused": Kind(bell=True, mail="term_refused"),
    "month_closed": Kind(bell=True, mail="month_closed"),
    "approval_asked": Kind(bell=True, mail="approval_asked"),
    "approval_reminder": Kind(bell=True, mail="approval_reminder"),
    "approval_granted": Kind(bell=True, mail="approval_granted"),
    "approval_refused": Kind(bell=True, mail="approval_refused"),
    "agreement_proposed": Kind(bell=True, mail="agreement_proposed"),
    "agreement_accepted": Kind(bell=True, mail="agreement_accepted"),
    "agreement_declined": Kind(bell=True, mail="agreement_declined"),
    "agreement_withdrawn": Kind(bell=True, mail=None),
    "agreement_ends": Kind(bell=True, mail="agreement_ends"),
    "calendar_runs_out": Kind(bell=True, mail="calendar_runs_out"),
    "cover_began": Kind(bell=True, mail="cover_began"),
    "cover_for_you": Kind(bell=True, mail="cover_for_you"),
    "cover_missing": Kind(bell=True, mail="cover_missing"),
    "absence_summary": Kind(bell=True, mail="absence_summary"),
    "child_resolved": Kind(bell=True, mail="child_resolved"),
    "children_done": Kind(bell=True, mail="children_done"),
    "child_cancelled": Kind(bell=True, mail=None),
    "child_reopened": Kind(bell=True, mail=None),
    "seal_broken": Kind(bell=True, mail="seal_broken"),
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
    "child_resolved": N_("%(department)s has done what you asked: %(ticket)s"),
    "child_resolved.quiet": N_("Something asked from here is done: %(ticket)s"),
    "children_done": N_("Everything is back: %(ticket)s"),
    "child_cancelled": N_("%(department)s need not do it any more: %(ticket)s"),
    "child_cancelled.quiet": N_("Something asked from here was taken back: %(ticket)s"),
    "child_reopened": N_("%(department)s has to go on: %(ticket)s"),
    "child_reopened.quiet": N_("Something asked from here is not done after all: %(ticket)s"),
    "on_hold.waiting_for_requester": N_("Your answer is needed: %(ticket)s"),
    "on_hold.missing": N_("Please fill in %(fields)s: %(ticket)s"),
    "on_hold.missing.quiet": N_("Your answer is needed: %(ticket)s"),
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
    "clock_escalated.first_reply": N_("%(department)s is late with the first reply: %(ticket)s"),
    "clock_escalated.reply": N_("%(department)s is late with a reply: %(ticket)s"),
    "clock_escalated.resolution": N_("%(department)s is late with the resolution: %(ticket)s"),
    "clock_escalated.stay": N_("%(department)s has used up its time: %(ticket)s"),
    "clock_escalated.first_reply.quiet": N_("The first reply is late: %(ticket)s"),
    "clock_escalated.reply.quiet": N_("A reply is late: %(ticket)s"),
    "clock_escalated.resolution.quiet": N_("The resolution is late: %(ticket)s"),
    "clock_escalated.stay.quiet": N_("The department's time is used up: %(ticket)s"),
    "promises_digest": N_("Promises that need you: %(count)s"),
    "calendar_runs_out.missing": N_("Calendar %(calendar)s: moved and shortened days of %(year)s are not known"),
    "calendar_runs_out.provisional": N_("Calendar %(calendar)s: the holidays of %(year)s are provisional"),
    "calendar_runs_out.outdated": N_("Calendar %(calendar)s needs the holidays of %(year)s"),
    "breaches_unexplained": N_(
        "Broken promises without a reason, %(month)s: %(count)s. The report closes on %(closes_on)s."
    ),
    "approval_asked": N_("%(author)s needs your approval: %(ticket)s"),
    "approval_asked.quiet": N_("Your approval is needed: %(ticket)s"),
    "approval_asked.cover": N_("You stand in for %(whom)s, whose approval is needed: %(ticket)s"),
    "approval_asked.cover.quiet": N_("You stand in for somebody whose approval is needed: %(ticket)s"),
    "approval_reminder": N_("Still waiting for your approval: %(ticket)s"),
    "approval_reminder.cover": N_("Still waiting for the approval of %(whom)s, for whom you stand in: %(ticket)s"),
    "approval_reminder.cover.quiet": N_("Still waiting for an approval for which you stand in: %(ticket)s"),
    "approval_granted": N_("Approved: %(ticket)s"),
    "approval_refused": N_("%(author)s refused your request: %(ticket)s"),
    "approval_refused.quiet": N_("Your request was refused: %(ticket)s"),
    "agreement_proposed": N_("%(author)s proposes an agreement: %(supplier)s for %(customer)s"),
    "agreement_proposed.counter": N_("%(author)s proposes another wording: %(supplier)s for %(customer)s"),
    "agreement_accepted": N_("Agreement accepted: %(supplier)s for %(customer)s, version %(version)s"),
    "agreement_declined": N_("%(author)s declined the proposal: %(supplier)s for %(customer)s"),
    "agreement_withdrawn": N_("The proposal was taken back: %(supplier)s for %(customer)s"),
    "agreement_ends.end": N_("Agreement ends on %(on)s: %(supplier)s for %(customer)s"),
    "agreement_ends.review": N_("Agreement to be reviewed on %(on)s: %(supplier)s for %(customer)s"),
    "term_proposed": N_("%(author)s proposes a date: %(ticket)s"),
    "term_proposed.quiet": N_("A date is proposed: %(ticket)s"),
    "term_accepted": N_("%(author)s agreed to the date: %(ticket)s"),
    "term_accepted.quiet": N_("A date is agreed on: %(ticket)s"),
    "term_refused.declined": N_("%(author)s declined the date: %(ticket)s"),
    "term_refused.declined.quiet": N_("The proposed date was declined: %(ticket)s"),
    "term_refused.withdrawn": N_("%(author)s took the proposed date back: %(ticket)s"),
    "term_refused.withdrawn.quiet": N_("The proposed date was taken back: %(ticket)s"),
    "seal_broken": N_("An administrator opened a confidential request: %(ticket)s"),
    "cover_began": N_("While %(absent)s is away, %(cover)s looks after it: %(ticket)s"),
    "cover_began.quiet": N_("A colleague looks after it for now: %(ticket)s"),
    "cover_for_you": N_("You stand in for %(absent)s until %(until)s. Open requests: %(count)s"),
    "cover_missing": N_("%(absent)s is away until %(until)s, and nobody stands in. Open requests: %(count)s"),
    "absence_summary": N_("While you were away: resolved %(resolved)s, open %(open)s, decided for you %(decided)s"),
    "month_closed": N_("The report is published: %(month)s"),
    "month_closed.corrected": N_("The report is published anew: %(month)s"),
}


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
    values = {
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
