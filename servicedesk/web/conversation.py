"""The timeline of a ticket: messages, holds, hand-overs and changes in the order in which they happened.

Made from what the slices give for this reader; hides nothing itself and holds no words.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servicedesk.audit import queries as audit
from servicedesk.catalog import queries as catalog
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla
from servicedesk.tickets import queries as tickets
from servicedesk.web.by_mail import ByMail

# Event names of the audit that are steps of the story, and what the templates call them.
STEPS = {
    "TicketAssigned": "assigned", "TicketHandedOver": "handed_over", "TicketResumed": "resumed", "TicketResolved": "resolved",
    "TicketReopened": "reopened", "TicketClosed": "closed", "TicketCancelled": "cancelled", "PriorityChanged": "priority",
    "RequestTypeSwitched": "request_type", "SubjectChanged": "subject",
    "ApprovalGiven": "approval_given", "ApprovalWaived": "approval_waived", "TicketRefused": "approval_refused",
    "TicketResubmitted": "resubmitted",
    "ExchangeStopped": "exchange_stopped", "AnswerHeld": "answer_held", "MailMissed": "mail_missed",
    "ChildAsked": "asked", "TermProposed": "term_proposed", "TermAccepted": "term_accepted", "TermRefused": "term_refused",
}  # fmt: skip
_TERMS = frozenset({"TermProposed", "TermAccepted", "TermRefused"})
_APART = _TERMS | {"ChildAsked"}
MESSAGES_A_PAGE = 100
STEPS_AT_MOST = 200
# What the department alone is told.
_INTERNAL = frozenset({"ExchangeStopped", "AnswerHeld", "MailMissed"})
# At one instant: what begins something stands before the words that go with it, what ends it after them.
_FIRST = {"reopened": 0, "resumed": 0, "message": 1}


@dataclass(frozen=True)
class Item:
    """`kind` is message, held, auto_answer or one of `STEPS`; `who` is None when the desk itself acted."""

    at: datetime
    kind: str
    who: Any
    text: str = ""
    internal: bool = False
    side: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversation:
    """`earlier` is the cursor of the messages before the first one here."""

    items: list[Item]
    earlier: str | None
    shows_start: bool
    mail: ByMail

    def since(self, moment: datetime) -> list[Item]:
        """What came after `moment`."""
        return [item for item in self.items if item.at > moment]


def conversation_of(
    ticket: Any, departments: dict[int, Any], holds: Sequence[Any], mail_of: Callable[[Collection[int]], ByMail], *,
    with_notes: bool, cursor: str | None = None, children: Mapping[int, Any] | None = None, about: Any = None,
) -> Conversation:  # fmt: skip
    """The newest messages (or those before `cursor`) and everything that happened among them.

    `mail_of` says of messages by their ids which of them came by mail; `children` are the requests asked from here of which the reader may know, by the id of their tickets; `about` is what
    the ticket says of its form.
    """
    page = tickets.messages(ticket.id, with_notes=with_notes, cursor=cursor, limit=MESSAGES_A_PAGE, newest_first=True)
    messages = page.items[::-1]
    told = STEPS.keys() if with_notes else STEPS.keys() - _INTERNAL
    entries = audit.history("ticket", ticket.id, only=told, newest_first=True, limit=STEPS_AT_MOST).items[::-1]
    known = people.people_by_id(_people_in(entries, holds), with_roles=False)
    mail = mail_of([row.id for row in messages])
    items = [_message(row, children or {}, mail) for row in messages]
    items += [Item(mark.came_at, "auto_answer", None, facts={"mail": mark}) for mark in mail.noted]
    items += _asked([e for e in entries if e.what == "ChildAsked"], known, children or {})
    labels = about.labels if about is not None else {}
    items += [_held(hold, known, labels) for hold in holds]
    items += _steps([e for e in entries if e.what not in _APART], known, departments, {hold.began_at for hold in holds})
    items += _terms(ticket, [e for e in entries if e.what in _TERMS], known)
    first = messages[0].created_at if messages and page.next else None
    last = messages[-1].created_at if messages and cursor else None
    shown = [item for item in items if (first is None or item.at >= first) and (last is None or item.at <= last)]
    return Conversation(
        sorted(shown, key=lambda item: (item.at, _FIRST.get(item.kind, 2))), page.next, page.next is None, mail
    )


def _message(row: Any, children: Mapping[int, Any], mail: ByMail) -> Item:
    facts = {"id": row.id, "thanks": row.thanks, "mail": mail.marks.get(row.id)}
    if row.child_id in children:
        facts["child"] = children[row.child_id]
    if row.filled:
        facts["filled"] = row.filled
    return Item(row.created_at, "message", row.author, row.text, row.visibility == "internal", row.side, facts)


def _asked(entries: Sequence[Any], known: dict[int, Any], children: Mapping[int, Any]) -> Iterable[Item]:
    """Other departments that were asked; nothing of those the reader may not know of."""
    for entry in entries:
        child = children.get(entry.data["child_id"])
        if child is not None:
            yield Item(entry.at, "asked", known.get(entry.actor_id or 0), facts={"child": child})


def _held(hold: Any, known: dict[int, Any], labels: Mapping[str, Any]) -> Item:
    missing = [labels[key] for key in hold.missing if key in labels]
    facts = {"reason": hold.reason, "until": hold.until, "missing": missing}
    return Item(hold.began_at, "held", known.get(hold.by_id), hold.note, facts=facts)


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
        yield Item(entry.at, kind, known.get(entry.actor_id or 0), facts=data)


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
        yield Item(entry.at, kind, known.get(entry.actor_id or 0), reason, facts=data)


def _people_in(entries: Sequence[Any], holds: Sequence[Any]) -> set[int | None]:
    found: set[int | None] = {hold.by_id for hold in holds}
    for entry in entries:
        found |= {
            entry.actor_id,
            entry.data.get("assignee_id"),
            entry.data.get("approver_id"),
            entry.data.get("person_id"),
        }
    return found
