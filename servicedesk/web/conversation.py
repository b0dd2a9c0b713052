"""The timeline of a ticket: messages, holds, hand-overs and changes in the order in which they happened.

Made from what the slices give for this reader; hides nothing itself and holds no words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from itertools import groupby
from typing import Any

from servicedesk.audit import queries as audit
from servicedesk.catalog import queries as catalog
from servicedesk.kernel.paging import LARGEST, Page
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla
from servicedesk.tickets import queries as tickets
from servicedesk.web.by_mail import ByMail
from servicedesk.web.timeline import ALL, CHANGES, FILES, MESSAGES, NOTES, View
from servicedesk.web.together import BESIDE, Sees, Together, beside

# Event names of the audit that are steps of the story, and what the templates call them.
STEPS = {
    "TicketAssigned": "assigned", "TicketHandedOver": "handed_over", "TicketResumed": "resumed", "TicketResolved": "resolved",
    "TicketReopened": "reopened", "TicketClosed": "closed", "TicketCancelled": "cancelled", "PriorityChanged": "priority",
    "RequestTypeSwitched": "request_type", "SubjectChanged": "subject",
    "ApprovalGiven": "approval_given", "ApprovalWaived": "approval_waived", "TicketRefused": "approval_refused",
    "TicketResubmitted": "resubmitted",
    "ExchangeStopped": "exchange_stopped", "AnswerHeld": "answer_held", "MailMissed": "mail_missed",
    "TicketMerged": "merged", "MergeReceived": "merge_received", "TicketUnmerged": "unmerged", "MergeReturned": "merge_returned",
    "TicketSplit": "split", "TicketLinked": "linked", "LinkRemoved": "unlinked",
    "ChildAsked": "asked", "TermProposed": "term_proposed", "TermAccepted": "term_accepted", "TermRefused": "term_refused",
}  # fmt: skip
_TERMS = frozenset({"TermProposed", "TermAccepted", "TermRefused"})
_APART = _TERMS | BESIDE.keys() | {"ChildAsked"}
MESSAGES_A_PAGE = 100
STEPS_AT_MOST = 200
# No sheet of paper is worth more; who needs all of it has the API.
MOST_ON_PAPER = 2000
# What the department alone is told, as events and as kinds of items.
_INTERNAL = frozenset({"ExchangeStopped", "AnswerHeld", "MailMissed"})
INTERNAL = frozenset(STEPS[what] for what in _INTERNAL) | {"auto_answer"}
# At one instant: what begins something stands before the words that go with it, what ends it after them.
_FIRST = {"reopened": 0, "resumed": 0, "message": 1}


@dataclass(frozen=True)
class Item:
    """`kind` is message, held, auto_answer or one of `STEPS`; `who` is None when the desk itself acted. `key` tells it from
    all others of the ticket, in every view and at every time."""

    key: str
    at: datetime
    kind: str
    who: Any
    text: str = ""
    internal: bool = False
    side: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversation:
    """What a view shows, in its order. `earlier` is the cursor of what came before the first of it."""

    items: list[Item]
    earlier: str | None
    shows_start: bool
    mail: ByMail
    view: View

    def since(self, moment: datetime) -> list[Item]:
        """What came after `moment`, oldest first."""
        return sorted((item for item in self.items if item.at > moment), key=lambda item: item.at)

    def days(self, zone: tzinfo) -> list[tuple[date, list[Item]]]:
        """The items by the day on the reader's wall clock."""
        return [(day, list(items)) for day, items in groupby(self.items, lambda item: item.at.astimezone(zone).date())]

    @property
    def newest(self) -> Item | None:
        return max(self.items, key=lambda item: item.at, default=None)


def conversation_of(
    ticket: Any, departments: dict[int, Any], holds: Sequence[Any], mail_of: Callable[[Collection[int]], ByMail], *,
    with_notes: bool, view: View, children: Mapping[int, Any] | None = None, about: Any = None,
    known: Mapping[int, Any] | None = None, together: Together | None = None, sees: Sees = frozenset,
) -> Conversation:  # fmt: skip
    """The newest part of the story that `view` asks for (or the part before its cursor).

    `mail_of` says of messages by their ids which of them came by mail; `children` are the requests asked from here of which the reader may know, by the id of their tickets; `about` is what
    the ticket says of its form; `known` are people who were read already; `together` what goes on in it, and `sees` which of other requests the reader sees.
    """
    messages, steps = _messages(ticket, view, with_notes), _entries(ticket, view, with_notes)
    rows, entries = messages.items[::-1], steps.items[::-1]
    page = steps if view.show == CHANGES else messages
    people_there = _people_of([*(row.author for row in rows)], known)
    people_there |= people.people_by_id(_people_in(entries, holds) - people_there.keys(), with_roles=False)
    mail = mail_of([row.id for row in rows])
    items = [_message(row, children or {}, mail) for row in rows]
    if view.show in (ALL, CHANGES):
        items += [
            Item(f"letter-{mark.letter_id}", mark.came_at, "auto_answer", None, facts={"mail": mark})
            for mark in mail.noted
        ]
        items += _asked([e for e in entries if e.what == "ChildAsked"], people_there, children or {})
        items += [_held(hold, people_there, about.labels if about is not None else {}) for hold in holds]
        items += [
            Item(_step_key(entry), entry.at, STEPS[entry.what], people_there.get(entry.actor_id or 0), facts=facts)
            for entry, facts in beside(entries, together or Together(), sees)
        ]
        others = [entry for entry in entries if entry.what not in _APART]
        items += _steps(others, people_there, departments, {hold.began_at for hold in holds})
        items += _terms(ticket, [e for e in entries if e.what in _TERMS], people_there)
    shown = _between(items, [row.at for row in entries] if view.show == CHANGES else [r.created_at for r in rows], page.next, view)  # fmt: skip
    shown.sort(key=lambda item: (item.at, _FIRST.get(item.kind, 2)))
    return Conversation(shown[::-1] if view.newest_first else shown, page.next, page.next is None, mail, view)


def _messages(ticket: Any, view: View, with_notes: bool) -> Page[Any]:
    """A page of messages, or all of them for paper."""
    if view.show == CHANGES or (view.show == NOTES and not with_notes):
        return Page([], None)
    only = {MESSAGES: "public", NOTES: "internal"}.get(view.show)
    return _paged(
        lambda cursor, limit: tickets.messages(
            ticket.id, with_notes=with_notes, cursor=cursor, limit=limit, newest_first=True, visibility=only,
            with_files=view.show == FILES,
        ),
        view,
        MESSAGES_A_PAGE,
    )  # fmt: skip


def _entries(ticket: Any, view: View, with_notes: bool) -> Page[Any]:
    """Steps: as many as belong to a page of messages, or a page of their own."""
    if view.show not in (ALL, CHANGES):
        return Page([], None)
    told = STEPS.keys() if with_notes else STEPS.keys() - _INTERNAL
    own = view if view.show == CHANGES else replace(view, before=None)
    most = MESSAGES_A_PAGE if view.show == CHANGES else STEPS_AT_MOST
    return _paged(
        lambda cursor, limit: audit.history(
            "ticket", ticket.id, only=told, newest_first=True, cursor=cursor, limit=limit
        ),
        own,
        most,
    )


def _paged(load: Callable[[str | None, int], Page[Any]], view: View, limit: int) -> Page[Any]:
    page = load(view.before, LARGEST if view.whole else limit)
    items, following = list(page.items), page.next
    while view.whole and following and len(items) < MOST_ON_PAPER:
        page = load(following, LARGEST)
        items, following = items + page.items, page.next
    return Page(items, following)


def _between(items: Iterable[Item], moments: Sequence[datetime], earlier: str | None, view: View) -> list[Item]:
    """Those that belong to the page whose own rows happened at `moments`."""
    first = moments[0] if moments and earlier else None
    last = moments[-1] if moments and view.before else None
    return [item for item in items if (first is None or item.at >= first) and (last is None or item.at <= last)]


def _people_of(authors: Iterable[Any], known: Mapping[int, Any] | None) -> dict[int, Any]:
    return dict(known or {}) | {author.id: author for author in authors if author is not None}


def _message(row: Any, children: Mapping[int, Any], mail: ByMail) -> Item:
    facts = {"id": row.id, "thanks": row.thanks, "mail": mail.marks.get(row.id)}
    if row.child_id in children:
        facts["child"] = children[row.child_id]
    if row.filled:
        facts["filled"] = row.filled
    return Item(
        f"message-{row.id}",
        row.created_at,
        "message",
        row.author,
        row.text,
        row.visibility == "internal",
        row.side,
        facts,
    )


def _asked(entries: Sequence[Any], known: dict[int, Any], children: Mapping[int, Any]) -> Iterable[Item]:
    """Other departments that were asked; nothing of those the reader may not know of."""
    for entry in entries:
        child = children.get(entry.data["child_id"])
        if child is not None:
            yield Item(_step_key(entry), entry.at, "asked", known.get(entry.actor_id or 0), facts={"child": child})


def _held(hold: Any, known: dict[int, Any], labels: Mapping[str, Any]) -> Item:
    missing = [labels[key] for key in hold.missing if key in labels]
    facts = {"id": hold.id, "reason": hold.reason, "until": hold.until, "missing": missing}
    return Item(f"hold-{hold.id}", hold.began_at, "held", known.get(hold.by_id), hold.note, facts=facts)


def _steps(
    entries: Sequence[Any], known: dict[int, Any], departments: dict[int, Any], held_at: set[datetime]
) -> Iterable[Item]:
    types = catalog.request_types_by_id() if any(entry.what == "RequestTypeSwitched" for entry in entries) else {}
    for entry in entries:
        kind, data = STEPS[entry.what], dict(entry.data)
        # A hold that follows another one without a break is told once, by its new reason.
        if kind == "resumed" and entry.at in held_at:
            continue
        if kind == "assigned":
            data = {"to": known.get(data.get("assignee_id") or 0), "to_self": data.get("assignee_id") == entry.actor_id}
        elif kind == "handed_over":
            data = {
                "to": departments.get(data["to_department_id"]),
                "from": departments.get(data["from_department_id"]),
                "because": data.get("because"),
            }
        elif kind in ("approval_given", "approval_refused"):
            stood_in = data["approver_id"] != data["by_id"]
            data = {"for": known.get(data["approver_id"]) if stood_in else None}
        elif kind in ("exchange_stopped", "answer_held"):
            data = {"whose": known.get(data.get("person_id") or 0)}
        elif kind == "request_type":
            data = {"after": types.get(data.get("after_id") or 0), "before": types.get(data.get("before_id") or 0)}
        yield Item(_step_key(entry), entry.at, kind, known.get(entry.actor_id or 0), facts=data)


def _terms(ticket: Any, entries: Sequence[Any], known: dict[int, Any]) -> Iterable[Item]:
    """Dates proposed and answered. Of a proposal that its own side replaces at once only the new one is told."""
    rows = sla.terms_by_number(ticket.id, {entry.data["number"] for entry in entries})
    proposed_at = {entry.at for entry in entries if entry.what == "TermProposed"}
    for entry in entries:
        kind, data, row = STEPS[entry.what], dict(entry.data), rows.get(entry.data["number"])
        if data.get("how") == "withdrawn" and entry.at in proposed_at:
            continue
        for name in ("due_at", "due_before"):
            data[name] = datetime.fromisoformat(data[name]) if data.get(name) else None
        reason = row.reason if row is not None and kind == "term_proposed" else ""
        yield Item(_step_key(entry), entry.at, kind, known.get(entry.actor_id or 0), reason, facts=data)


def _step_key(entry: Any) -> str:
    return f"step-{entry.id}"


def _people_in(entries: Sequence[Any], holds: Sequence[Any]) -> set[Any]:
    found: set[Any] = {hold.by_id for hold in holds}
    for entry in entries:
        found |= {
            entry.actor_id,
            entry.data.get("assignee_id"),
            entry.data.get("approver_id"),
            entry.data.get("person_id"),
        }
    return found
