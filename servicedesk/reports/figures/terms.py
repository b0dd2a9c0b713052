"""Sums over dates agreed for single tickets: the first of them and the last one are judged apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from servicedesk.reports.figures.rows import TermRow


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """Numbers of tickets; `renegotiated` are those with more than one agreed date."""

    tickets: int
    kept_first: int
    kept_last: int
    renegotiated: int


def agreed_terms(rows: Iterable[TermRow]) -> AgreedTerms:
    """Requests with an agreed date whose resolution was decided in the month: how many kept the first date that was
    agreed, how many the last one, and for how many it was agreed anew.
    """
    known = list(rows)
    return AgreedTerms(
        tickets=len(known), kept_first=sum(_kept_first(row) for row in known), kept_last=sum(row.kept for row in known),
        renegotiated=sum(row.agreed > 1 for row in known),
    )  # fmt: skip


def _kept_first(row: TermRow) -> bool:
    """By the promise itself where only one date was agreed: a ticket that was resolved and opened again has it moved."""
    if row.agreed == 1:
        return row.kept
    return row.stopped_at is not None and row.stopped_at <= row.first_due_at
