"""What somebody may find at all, and what was found: shared by the ways in which the two databases look for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Integer, Select, or_, select, type_coerce, union
from sqlalchemy.dialects.postgresql import ARRAY

from servicedesk.people.models import Person
from servicedesk.people.rules import Standing, is_admin
from servicedesk.tickets import access, queries
from servicedesk.tickets.models import Approval, Ticket, Watcher
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
        return _notes_readable(Standing.of(self.person)) if self._reads_notes else None

    @property
    def seen(self) -> ColumnElement[bool]:
        """The condition under which the person sees a ticket."""
        return _seen(Standing.of(self.person))

    @property
    def _reads_notes(self) -> bool:
        return bool(self.person.serves or is_admin(self.person))

    @property
    def sees_many(self) -> bool:
        """Whether they see what others asked for."""
        return bool(self.person.serves or self.person.leads or is_admin(self.person))

    @property
    def columns(self) -> tuple[str, str]:
        """Where words are looked for, see `matching`."""
        return ALL if self._reads_notes else PUBLIC

    def near(self, row: Any) -> ColumnElement[bool] | None:
        """A condition under which all rows fall that are about tickets which the person sees, answered by indexes: for
        statements that would else hold every row against `access.visible_to`, which they ask all the same.

        `row` are columns of tickets, or of entries of PostgreSQL's index, which know departments too. None where nearly
        everything is near, and of tickets for all who see what others asked for.
        """
        of_tickets = row is Ticket
        if is_admin(self.person) or (of_tickets and self.sees_many):
            return None
        number = row.id if of_tickets else row.ticket_id
        grounds = [row.requester_id == self.person.id, row.registrar_id == self.person.id]
        grounds.append(queries.one_of_ids(number, union(*self._followed_and_asked())))
        theirs = sorted(self.person.serves | self.person.leads)
        if theirs:
            grounds.append(type_coerce(row.departments, ARRAY(Integer)).overlap(theirs))
        return or_(*grounds)

    def near_ids(self) -> CompoundSelect[int] | None:
        """The same as ids of tickets, for SQLite, which looks a number up in a list sooner than a ticket."""
        if self.sees_many:
            return None
        other = Ticket.__table__.alias()
        columns = (other.c.requester_id, other.c.registrar_id)
        return union(
            *[select(other.c.id).where(column == self.person.id) for column in columns], *self._followed_and_asked()
        )

    def _followed_and_asked(self) -> list[Select[Any]]:
        """Ids of what the person follows, was asked about as an approver, or that its departments asked others for."""
        mine = self.person.id
        asked = or_(Approval.approver_id == mine, Approval.cover_id == mine, Approval.decided_by_id == mine)
        watched = select(Watcher.ticket_id).where(Watcher.person_id == mine)
        approved = select(Approval.ticket_id).where(asked)
        return [watched, approved, *([access.asked_by(self.person.serves)] if self.person.serves else [])]


# Built once for a person and their roles, as building them takes about as long as answering them.
@lru_cache(maxsize=1024)
def _seen(by: Person) -> ColumnElement[bool]:
    return access.visible_to(by, one_by_one=True)


@lru_cache(maxsize=1024)
def _notes_readable(by: Person) -> ColumnElement[bool]:
    return access.notes_readable(by)
