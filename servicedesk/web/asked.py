"""Who is asked to approve a ticket, put in order for its page: rounds, their steps, and what is this reader's to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from servicedesk.tickets import queries, rules


@dataclass(frozen=True)
class Step:
    """Those asked together; `need` is any or all."""

    number: int
    need: str
    rows: Sequence[Any]


@dataclass(frozen=True)
class Round:
    number: int
    steps: Sequence[Step]


@dataclass(frozen=True)
class Asked:
    """`rows` are all approvals of the ticket, `rounds` the same in order, the newest first. `mine` waits for this
    reader's word, `refused` is why the request is to be reworked; `waiting` are those whose word is waited for."""

    rows: Sequence[Any]
    rounds: Sequence[Round]
    mine: Any
    refused: Any
    waiting: Sequence[Any]
    reads_reasons: bool


def asked_of(person: Any, ticket: Any) -> Asked:
    """Tickets that never waited for an approval cost no statement."""
    rows = queries.approvals(ticket.id) if rules.was_to_be_approved(ticket) else []
    told = [row for row in rows if row.decision != "void" or row.asked_at is not None]
    by_round = groupby(sorted(told, key=lambda row: (-row.round, row.step, row.id)), key=lambda row: row.round)
    rounds = [Round(number, _steps(list(group))) for number, group in by_round]
    newest = rules.in_round(rows)
    return Asked(
        rows, rounds, rules.waiting_for(person, ticket, rows),
        next((row for row in newest if row.decision == "refused"), None) if rules.is_refused(ticket) else None,
        [row for row in newest if row.asked_at is not None and row.decided_at is None],
        rules.reads_reasons(person, ticket, rows),
    )  # fmt: skip


def _steps(rows: Sequence[Any]) -> list[Step]:
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row.step)]
    # Told by their place: a step that was waived has nobody to show.
    return [Step(place, group[0].need, group) for place, group in enumerate(groups, 1)]
