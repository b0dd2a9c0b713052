"""What somebody may find at all, and what was found: shared by the ways in which the two databases look for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY

from servicedesk.people.models import Person
from servicedesk.people.rules import is_admin
from servicedesk.tickets import access
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.queries.matching import ALL, PUBLIC
from servicedesk.tickets.search.terms import Span


@dataclass(frozen=True, slots=True)
class Ranked:
    """`readable`: whether the person who asks reads its notes."""

    ticket_id: int
    tier: int
    place: int
    readable: bool

    @property
    def cursor(self) -> str:
        return f"{self.tier}.{self.place}"


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may find at all: tickets they see under these conditions, and of which of them they read notes.

    `filed` are spans of time in which all tickets were filed that fulfil the conditions.
    """

    person: Person
    conditions: Sequence[ColumnElement[bool]] = ()
    filed: Sequence[Span] = ()

    @property
    def notes(self) -> ColumnElement[bool] | None:
        """None for who reads no notes anywhere."""
        reads = self.person.serves or is_admin(self.person)
        return access.notes_readable(self.person) if reads else None

    @property
    def sees_many(self) -> bool:
        """Whether they see what others asked for."""
        return bool(self.person.serves or self.person.leads or is_admin(self.person))

    @property
    def columns(self) -> tuple[str, str]:
        """Where words are looked for, see `matching`."""
        return PUBLIC if self.notes is None else ALL

    def near(self, row: Any) -> ColumnElement[bool] | None:
        """See `access.near_to`; `row` are columns of tickets or of entries of PostgreSQL's index."""
        if row is Ticket:
            return access.near_to(self.person, Ticket, cast("ColumnElement[int]", Ticket.id))
        return access.near_to(self.person, row, row.ticket_id, type_coerce(row.departments, ARRAY(Integer)))
