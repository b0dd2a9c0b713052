"""What people may wish for: which news comes by mail, gathered or under the bell alone, when mail waits, what is muted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from servicedesk.kernel.text import N_
from servicedesk.notifications.rules.kinds import KINDS
from servicedesk.people.models import Person

MAIL, GATHERED, BELL = MODES = ("mail", "gathered", "bell")
MORNING, HOURLY = RHYTHMS = ("morning", "hourly")

# Actions of these doors show their doer the outcome at once.
ON_A_SCREEN = frozenset({"web", "api"})
# A letter is answered by a letter, whatever its sender chose for news that begins on a page.
BY_LETTER = "mail"
_ANSWERS = frozenset({"request_received", "answer_held"})
# A confidential request stands open while this is told, and who should know can end it: no quiet hours hold it back.
CANNOT_WAIT = frozenset({"seal_broken"})
# Told of a muted ticket too: somebody asks this very person, or watches over what is confidential.
ASKED_DIRECTLY = frozenset(
    {
        "assigned", "mentioned", "approval_asked", "approval_reminder", "on_hold.waiting_for_requester", "on_hold.missing",
        "term_proposed", "answer_held", "seal_broken",
    }
)  # fmt: skip
# Nor can a ticket be muted by those who have it or answer for it: nobody else would hear instead of them.
ANSWERING = frozenset({"assignee", "cover", "approver", "lead"})

# A working day begins no earlier than this for gathered mail; round the clock is no beginning.
DAY_BEGINS = time(7)


@dataclass(frozen=True)
class Group:
    """Kinds of news that people think of as one. `default` is the mode of who never chose, `to` whom it concerns."""

    name: str
    about: str
    kinds: tuple[str, ...]
    default: str = MAIL
    modes: tuple[str, ...] = MODES
    to: str = "everybody"


GROUPS: dict[str, Group] = {
    "own": Group(
        N_("Answers to my requests"), N_("Numbers, replies, questions back and solutions of what I asked for or follow."),
        ("request_received", "reply", "on_hold", "resolved", "closed", "merged", "merged_done", "unmerged", "split_off", "cover_began", "approval_granted", "approval_refused"),
    ),
    "named": Group(
        N_("When somebody names me"), N_("A message or note with my name in it, and requests that I was asked to follow."),
        ("mentioned", "follower_added"),
    ),
    "dates": Group(
        N_("Dates to agree on"), N_("A date proposed for a request, and the answer to it."),
        ("term_proposed", "term_accepted", "term_refused"),
    ),
    # Somebody's request stands still until the word is given: never under the bell alone.
    "approvals": Group(
        N_("Approvals asked of me"), N_("Requests that wait for my word. They cannot be left to the bell alone."),
        ("approval_asked", "approval_reminder"), modes=(MAIL, GATHERED),
    ),
    # The mail carries a personal link by which one answers without signing in: it cannot be gathered with others.
    "questions": Group(
        N_("Questions about how it went"), N_("A few scores after a resolved request, and the survey of departments."),
        ("rating_asked", "rating_reminder", "survey_asked", "survey_reminder"), modes=(MAIL, BELL),
    ),
    "work": Group(
        N_("Requests I work on"), N_("What requesters write, what is assigned to me, what other departments send back."),
        ("requester_wrote", "answer_held", "mail_missed", "assigned", "child_resolved", "children_done"), to="serving",
    ),
    "queue": Group(
        N_("New work of my department"), N_("New requests and those handed over to us."),
        ("new_request", "handed_over"), default=BELL, to="serving",
    ),
    "asides": Group(
        N_("Asides about requests I work on"), N_("Notes of colleagues, thanks, requests that were taken back or begin anew."),
        ("note", "thanked", "exchange_stopped", "cancelled", "merge_received", "child_cancelled", "child_reopened"), default=BELL, to="serving",
    ),
    "promises": Group(
        N_("Deadlines"), N_("Warnings and broken promises, together and in working hours."),
        ("promises_digest", "clock_warned", "clock_breached", "clock_escalated"), to="serving",
    ),
    "absences": Group(
        N_("Standing in and coming back"), N_("For whom I stand in, who is missing, what happened while I was away."),
        ("cover_for_you", "cover_missing", "absence_summary"),
    ),
    "reports": Group(
        N_("Reports and signed opinions"), N_("A published month, reasons that are missing, opinions with a name."),
        ("month_closed", "breaches_unexplained", "rating_signed"), to="reading",
    ),
    "learning": Group(
        N_("Thanks and improvement"), N_("Notes of thanks, actions given to me, low ratings to answer, results of surveys."),
        ("thanks_kept", "action_given", "cases_opened", "survey_closed"), default=BELL,
    ),
    "agreements": Group(
        N_("Agreements between departments"), N_("Proposals, answers to them, and agreements that end."),
        (
            "agreement_proposed", "agreement_accepted", "agreement_declined", "agreement_withdrawn", "agreement_ends",
        ), to="leading",
    ),
    # Whoever could leave these to the bell could look away while the desk is misused or runs without holidays.
    "guard": Group(
        N_("Watching over the desk"), N_("A confidential request opened by an administrator, a calendar that runs out."),
        ("seal_broken", "calendar_runs_out", "letter_too_large"), modes=(MAIL,), to="guarding",
    ),
}  # fmt: skip

GROUP_OF = {kind: key for key, group in GROUPS.items() for kind in group.kinds}


@dataclass(frozen=True)
class Wishes:
    """What one person chose, and which of the tickets in question they muted. `quiet` is from and until, in minutes after
    midnight on their wall clock."""

    choices: Mapping[str, str] = field(default_factory=dict)
    rhythm: str = MORNING
    quiet: tuple[int, int] | None = None
    muted: frozenset[int] = frozenset()


def group_of(line: str) -> str:
    """The group of a kind, or of the finer kind of a line under the bell."""
    return GROUP_OF[line.partition(".")[0]]


def groups_for(person: Person) -> dict[str, Group]:
    """Those of which this person may ever hear, in the order of the page."""
    reads = bool(person.leads) or person.has("report_reader")
    concerned = {
        "everybody": True, "serving": bool(person.serves), "reading": reads, "leading": bool(person.leads),
        "guarding": bool(person.leads) or person.has("admin"),
    }  # fmt: skip
    return {key: group for key, group in GROUPS.items() if concerned[group.to]}


def mode_of(key: str, choices: Mapping[str, str]) -> str:
    group = GROUPS[key]
    chosen = choices.get(key, group.default)
    return chosen if chosen in group.modes else group.default


def way_of(kind: str, wishes: Wishes, door: str) -> str:
    """Mail, gathered or bell for news of this kind that came about by `door`."""
    if kind in _ANSWERS and door == BY_LETTER:
        return MAIL
    key = group_of(kind)
    mode = mode_of(key, wishes.choices)
    # What comes by mail to everybody keeps its asides, without a mail of their own, under the bell.
    return BELL if mode == MAIL == GROUPS[key].default and KINDS[kind].mail is None else mode


def without_gathering(key: str) -> str:
    """How a group reaches who wants no gathered mail: under the bell alone, where it may be left to it."""
    return BELL if BELL in GROUPS[key].modes else MAIL


def is_silenced(wishes: Wishes, ticket_id: int | None, line: str, why: str) -> bool:
    """Whether somebody muted the ticket, and this is not asked of them."""
    if ticket_id is None or ticket_id not in wishes.muted or why in ANSWERING:
        return False
    return not is_asked(line)


def is_asked(line: str) -> bool:
    """Whether a line, quiet or not, asks its reader for something."""
    return any(line == kind or line.startswith(f"{kind}.") for kind in ASKED_DIRECTLY)


def is_known_already(kind: str, person_id: int, actor_id: int | None, door: str) -> bool:
    """The number of a request stands on the page of whoever just filed it: the line is there, and nothing unread."""
    return kind == "request_received" and person_id == actor_id and door in ON_A_SCREEN


def waits(kind: str, door: str) -> bool:
    """Whether a mail of this kind keeps to quiet hours. Who has just written a letter is awake, and waits for its answer."""
    return kind not in CANNOT_WAIT and not (kind in _ANSWERS and door == BY_LETTER)


def template_of(kind: str) -> str:
    """The mail of a kind; one of a single line under the bell where it has none of its own."""
    return KINDS[kind].mail or "gathered"


def end_of_quiet(quiet: tuple[int, int] | None, zone: str, at: datetime) -> datetime | None:
    """When the quiet hours around `at` end; None outside them.

    An end that the clock leaps over in spring comes as long after the last hour as on any day; of one that comes twice in
    autumn the one that is still ahead counts.
    """
    if quiet is None:
        return None
    (begin, end), here = quiet, at.astimezone(ZoneInfo(zone))
    minute = here.hour * 60 + here.minute
    overnight = begin > end
    if not (minute >= begin or minute < end if overnight else begin <= minute < end):
        return None
    day = here.date() + timedelta(days=overnight and minute >= begin)
    for fold in (0, 1):
        ends = datetime.combine(day, time(*divmod(end, 60), fold=fold), here.tzinfo).astimezone(at.tzinfo)
        if ends > at:
            return ends
    return None


def mornings(zone: str, at: datetime) -> tuple[datetime, datetime]:
    """When today's and tomorrow's working day may begin at the earliest where somebody lives."""
    here = at.astimezone(ZoneInfo(zone))
    today, tomorrow = (datetime.combine(here.date() + timedelta(days=days), DAY_BEGINS, here.tzinfo) for days in (0, 1))
    return today.astimezone(at.tzinfo), tomorrow.astimezone(at.tzinfo)


def next_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
