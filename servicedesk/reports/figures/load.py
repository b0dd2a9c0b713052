"""Counts of tickets: backlog by age, load by customer, first-time fix, bounces, findability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk.reports.figures.rows import HandOverRow, ResolutionRow, TicketRow

# Upper ends of the age bands in days; the last band has none.
AGES: tuple[int | None, ...] = (2, 7, 30, None)
FIX_LASTS = timedelta(days=7)
# What a hand-over nobody gave a reason for is taken for: the department was the wrong one.
_BOUNCES = (None, "misdirected")


@dataclass(frozen=True, slots=True)
class FirstTimeFix:
    fixed: int
    reopened: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Bounces:
    """For the company both count every hand-over."""

    given: int
    received: int


@dataclass(frozen=True, slots=True)
class Findability:
    """`to` are the requests handed on, by department."""

    arrived: int
    handed_on: int
    to: dict[int, int]


def backlog_by_age(tickets: Iterable[TicketRow], at: datetime) -> list[tuple[int | None, int]]:
    """Requests not resolved at the end of the month, by age in days since they were filed."""
    counts: Counter[int | None] = Counter()
    for ticket in tickets:
        age = at - ticket.created_at
        counts[next(days for days in AGES if days is None or age <= timedelta(days=days))] += 1
    return [(days, counts[days]) for days in AGES]


def load_by_customer(tickets: Iterable[TicketRow]) -> dict[int | None, int]:
    """Requests filed in the month, by the department of the requester."""
    return dict(Counter(ticket.customer_department_id for ticket in tickets))


def is_decided(row: ResolutionRow, begin: datetime, end: datetime) -> bool:
    """Whether it became known in [begin, end) if the first resolution held: at the reopening or after seven days."""
    until = row.resolved_at + FIX_LASTS
    decided = row.reopened_at if row.reopened_at is not None and row.reopened_at <= until else until
    return begin <= decided < end


def first_time_fix(rows: Iterable[ResolutionRow]) -> FirstTimeFix:
    """Requests resolved and not reopened within seven days, as a share of those decided in the month.

    Decided is when it became known: at the reopening, or when the seven days are over.
    """
    known = list(rows)
    reopened = sum(row.reopened_at is not None and row.reopened_at - row.resolved_at <= FIX_LASTS for row in known)
    return FirstTimeFix(len(known) - reopened, reopened, (len(known) - reopened) / len(known) if known else None)


def bounces(rows: Iterable[HandOverRow], department_id: int | None = None) -> Bounces:
    """Hand-overs to another department in the month because the request was misdirected, or without a word: given away and received."""
    moves = [move for move in rows if move.because in _BOUNCES]
    return Bounces(
        given=sum(department_id in (None, move.from_department_id) for move in moves),
        received=sum(department_id in (None, move.to_department_id) for move in moves),
    )


def findability(arrived: int, rows: Iterable[HandOverRow]) -> Findability:
    """Requests of people who did not know whom to ask: how many came to the triage department in the month, how many it handed on, and to whom."""
    moves = [move for move in rows if move.because == "triage"]
    # Others may not even count confidential requests of a department: these are handed on to nobody in particular.
    told = Counter(move.to_department_id for move in moves if not move.confidential)
    return Findability(arrived, len(moves), dict(told))
