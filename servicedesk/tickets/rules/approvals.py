"""Which steps of approval a request needs, and what the words of those asked come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.tickets.models import Approval, Ticket
from servicedesk.tickets.rules.states import is_requester, serves

# Whoever has not answered is reminded after each of these, at most so often.
REMIND_AFTER = timedelta(days=1)
MOST_REMINDERS = 5


@dataclass(frozen=True)
class Step:
    """One step of a request type's approval: the requester's lead, or named people.

    It is asked for only where the amount in the field `over_field` is more than `over`.
    """

    who: str
    people: tuple[int, ...] = ()
    need: str = "any"
    over_field: str | None = None
    over: Decimal | None = None


def steps_of(approvals: Iterable[Mapping[str, Any]], answers: Mapping[str, Any]) -> list[Step]:
    """The steps of a type (`RequestType.approvals`) that a request with these checked answers needs.

    A threshold on a field without an answer is passed: what is not known to be dear is not.
    """
    found = []
    for row in approvals:
        over = row.get("over") or {}
        step = Step(
            who=row["who"], people=tuple(row.get("people") or ()), need=row.get("need", "any"),
            over_field=over.get("field"), over=Decimal(over["amount"]) if over else None,
        )  # fmt: skip
        if step.over is None or _amount(answers.get(step.over_field or "")) > step.over:
            found.append(step)
    return found


def in_round(approvals: Sequence[Approval]) -> list[Approval]:
    """The approvals of the newest round that count."""
    newest = max((row.round for row in approvals), default=0)
    return [row for row in approvals if row.round == newest and row.decision != "void"]


def step_is_granted(rows: Sequence[Approval]) -> bool:
    """Whether the approvals of one step say yes: all of them, or any one where one is enough."""
    given = [row.decision == "approved" for row in rows]
    return bool(given) and (all(given) if rows[0].need == "all" else any(given))


class Said(Protocol):
    """What of an approval tells whose the time was."""

    @property
    def round(self) -> int: ...
    @property
    def asked_at(self) -> datetime | None: ...
    @property
    def decision(self) -> str | None: ...
    @property
    def decided_at(self) -> datetime | None: ...


def approval_spans(
    approvals: Sequence[Said], ended_at: datetime | None = None
) -> list[tuple[str, datetime, datetime | None]]:
    """When the ball was with the approvers of each round, and after a refusal with the requester, until the next round:
    (holder, begin, end), the end None while it still is. `ended_at` is when the request was approved, or else taken back:
    after rework it may need nobody's word any more."""
    spans: list[tuple[str, datetime, datetime | None]] = []
    rounds = sorted({row.round for row in approvals})
    begins = {number: _begin_of(approvals, number) for number in rounds}
    for number, following in pairwise([*rounds, 0]):
        begin, rows = begins[number], [row for row in approvals if row.round == number]
        if begin is None:
            continue
        refused = next((row.decided_at for row in rows if row.decision == "refused"), None)
        waiting = any(row.decided_at is None for row in rows)
        last = max((row.decided_at for row in rows if row.decided_at is not None), default=None)
        spans.append(("approver", begin, refused or (None if waiting else last)))
        if refused is not None:
            spans.append(("requester", refused, begins.get(following) or ended_at))
    return spans


def may_decide(person: Person, approval: Approval) -> bool:
    """Who is asked, or covers for them while they are away; nobody for a request of their own, nor before their turn."""
    if approval.asked_at is None or approval.decided_at is not None or person.id == approval.ticket.requester_id:
        return False
    return person.id in (approval.approver_id, approval.cover_id)


def was_asked(person: Person, approval: Approval) -> bool:
    """Whether this person's word was waited for, as approver or as stand-in."""
    return approval.asked_at is not None and person.id in (approval.approver_id, approval.cover_id)


def reads_reasons(person: Person, ticket: Ticket, approvals: Iterable[Approval]) -> bool:
    """Why approvers decided as they did is for both sides and for those who are asked; not for who follows."""
    if is_requester(person, ticket) or serves(person, ticket) or (is_admin(person) and not ticket.confidential):
        return True
    return any(was_asked(person, row) for row in approvals)


def waiting_for(person: Person, ticket: Ticket, approvals: Iterable[Approval]) -> Approval | None:
    """The approval that waits for this person's word."""
    return next((row for row in approvals if row.ticket_id == ticket.id and may_decide(person, row)), None)


def _begin_of(approvals: Sequence[Said], number: int) -> datetime | None:
    return min((row.asked_at for row in approvals if row.round == number and row.asked_at is not None), default=None)


def _amount(value: Any) -> Decimal:
    return Decimal(value) if isinstance(value, str) else Decimal(0)
