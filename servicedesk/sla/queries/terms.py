"""Reads of dates proposed and agreed for one ticket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Person
from servicedesk.sla.models import Term


@dataclass(frozen=True)
class Standing:
    """How a ticket stands: the proposal that waits for an answer, and the dates agreed so far, oldest first."""

    proposed: Term | None = None
    agreed: tuple[Term, ...] = ()

    @property
    def in_force(self) -> Term | None:
        return self.agreed[-1] if self.agreed else None


def term(ticket_id: int, number: int) -> Term | None:
    return db.session.scalars(_with_people().where(Term.ticket_id == ticket_id, Term.number == number)).one_or_none()


def terms(ticket_id: int, *, cursor: str | None = None, limit: int = 50) -> Page[Term]:
    """All dates ever proposed for the ticket, oldest first."""
    return page_of(_with_people().where(Term.ticket_id == ticket_id), [Term.number], cursor=cursor, limit=limit)


def terms_by_number(ticket_id: int, numbers: Iterable[int]) -> dict[int, Term]:
    """Those with these numbers, in one statement."""
    wanted = set(numbers)
    if not wanted:
        return {}
    query = select(Term).where(Term.ticket_id == ticket_id, Term.number.in_(wanted))
    return {row.number: row for row in db.session.scalars(query)}


def open_term(ticket_id: int) -> Term | None:
    """The proposal that waits for an answer; there is at most one."""
    query = select(Term).where(Term.ticket_id == ticket_id, Term.state == "proposed").order_by(Term.number.desc())
    return db.session.scalars(query.limit(1)).one_or_none()


def standing_of(ticket_id: int) -> Standing:
    query = _with_people().where(Term.ticket_id == ticket_id, Term.state.in_(("proposed", "accepted")))
    rows = list(db.session.scalars(query.order_by(Term.number)))
    return Standing(
        proposed=next((row for row in reversed(rows) if row.state == "proposed"), None),
        agreed=tuple(row for row in rows if row.state == "accepted"),
    )


def facts_of(row: Term) -> dict[str, Any]:
    """What every event about a proposal says of it."""
    return {
        "ticket_id": row.ticket_id, "term_id": row.id, "number": row.number, "side": row.side, "due_at": row.due_at,
    }  # fmt: skip


def _with_people() -> Select[Any]:
    return select(Term).options(
        joinedload(Term.proposed_by).lazyload(Person.grants), joinedload(Term.answered_by).lazyload(Person.grants)
    )
