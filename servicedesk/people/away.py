"""Reads of absences: who is away when, and who stands in. Who may read the note is said by absence_rules."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, bindparam, or_, select
from sqlalchemy.orm import joinedload, lazyload

from servicedesk.kernel.db import UtcDateTime, db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people import absence_rules, queries
from servicedesk.people.models import Absence, Grant, Person


@dataclass(frozen=True)
class Away:
    """Somebody is away now: the last day on their own wall clock, the exact end, and who of the substitutes is there."""

    person_id: int
    last_day: date
    ends_at: datetime
    whole_days: bool
    stand_in: Person | None


@dataclass(frozen=True)
class Wanted:
    """What a list of absences asks for; None means any. Those that lie at least partly in [begin, end)."""

    person_id: int | None = None
    department_id: int | None = None
    begin: datetime | None = None
    end: datetime | None = None


def zone_of(person: Person) -> str:
    """The wall clock by which this person's days are meant."""
    company = queries.company()
    return person.timezone or (company.timezone if company else "UTC")


def absence(absence_id: int) -> Absence | None:
    return db.session.get(Absence, absence_id) if 0 < absence_id < 2**31 else None


def absence_of(person_id: int, at: datetime) -> Absence | None:
    """The absence in which this person is at an instant, the one that ends last."""
    query = select(Absence).where(Absence.person_id == person_id, *_in_force(at)).order_by(Absence.ends_at.desc())
    return db.session.scalars(query.limit(1)).one_or_none()


def away_until(person_ids: Collection[int | None], at: datetime) -> dict[int, Away]:
    """Those of these people who are away at an instant, in a fixed number of statements."""
    wanted = {number for number in person_ids if number is not None}
    if not wanted:
        return {}
    rows = db.session.scalars(_AWAY, {"people": wanted, "at": at})
    known = {row.person_id: row for row in rows}
    found = {number: row for number, row in known.items() if number in wanted}
    # Who stands in for somebody who stands in is asked for only where that happens.
    further = [number for number, row in found.items() if row.substitute_id in known]
    there = queries.stand_ins_of(further, at) if further else {}
    return {
        number: _away(row, there.get(number, [row.substitute] if row.substitute else []))
        for number, row in found.items()
    }


def page(wanted: Wanted, *, cursor: str | None = None, limit: int = 50) -> Page[Absence]:
    """By their beginning, without those that were called off."""
    return page_of(_of(wanted), [Absence.begins_at, Absence.id], cursor=cursor, limit=limit)


def all_of(wanted: Wanted) -> list[Absence]:
    """The same as a whole, for a period of weeks."""
    return list(db.session.scalars(_of(wanted).order_by(Absence.begins_at, Absence.id)))


def members(department_id: int) -> list[Person]:
    """Active people of a department: who belongs to it, and who works in its queue; by name, without their roles."""
    query = select(Person).where(_of_team(department_id), Person.active).options(lazyload(Person.grants))
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def overlapping(person_id: int | None, begin: datetime, end: datetime) -> list[Absence]:
    """Absences that share a moment with [begin, end), of one person or (None) of everybody who has named a substitute."""
    query = select(Absence).where(Absence.begins_at < end, Absence.ends_at > begin, Absence.cancelled_at.is_(None))
    whose = Absence.substitute_id.is_not(None) if person_id is None else Absence.person_id == person_id
    return list(db.session.scalars(query.where(whose).order_by(Absence.begins_at)))


def imported(person_id: int, external_id: str) -> Absence | None:
    """The absence that an import made from this entry of a calendar."""
    query = select(Absence).where(Absence.person_id == person_id, Absence.external_id == external_id)
    return db.session.scalars(query.order_by(Absence.cancelled_at.is_not(None), Absence.id).limit(1)).one_or_none()


def to_begin(at: datetime, limit: int) -> list[int]:
    """Ids of absences that have begun and nobody has acted on."""
    query = select(Absence.id).where(
        Absence.began_at.is_(None), Absence.cancelled_at.is_(None), Absence.begins_at <= at
    )
    return list(db.session.scalars(query.order_by(Absence.begins_at).limit(limit)))


def to_end(at: datetime, limit: int) -> list[int]:
    """Ids of absences that were acted on and are over, or were called off."""
    query = select(Absence.id).where(Absence.began_at.is_not(None), Absence.ended_at.is_(None))
    over = or_(Absence.ends_at <= at, Absence.cancelled_at.is_not(None))
    return list(db.session.scalars(query.where(over).order_by(Absence.ends_at).limit(limit)))


def running(at: datetime) -> list[Absence]:
    """Absences in force that were acted on."""
    return list(db.session.scalars(select(Absence).where(Absence.began_at.is_not(None), *_in_force(at))))


def _in_force(at: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (Absence.begins_at <= at, Absence.ends_at > at, Absence.cancelled_at.is_(None))


def _of(wanted: Wanted) -> Select[Absence]:
    query = select(Absence).where(Absence.cancelled_at.is_(None)).options(joinedload(Absence.person))
    query = query.options(joinedload(Absence.substitute).lazyload(Person.grants))
    if wanted.person_id is not None:
        query = query.where(Absence.person_id == wanted.person_id)
    if wanted.department_id is not None:
        query = query.where(Absence.person_id.in_(select(Person.id).where(_of_team(wanted.department_id))))
    if wanted.begin is not None:
        query = query.where(Absence.ends_at > wanted.begin)
    return query.where(Absence.begins_at < wanted.end) if wanted.end is not None else query


def _of_team(department_id: int) -> ColumnElement[bool]:
    serving = select(Grant.person_id).where(Grant.department_id == department_id)
    return or_(Person.department_id == department_id, Person.id.in_(serving))


# Of these people and of those who stand in for them, built once.
_RIGHT_NOW = _in_force(bindparam("at", type_=UtcDateTime()))
_PEOPLE = bindparam("people", type_=Integer, expanding=True)
_NAMED = select(Absence.substitute_id).where(Absence.person_id.in_(_PEOPLE), *_RIGHT_NOW)
_AWAY = (
    select(Absence)
    .where(or_(Absence.person_id.in_(_PEOPLE), Absence.person_id.in_(_NAMED)), *_RIGHT_NOW)
    .options(
        joinedload(Absence.person).lazyload(Person.grants), joinedload(Absence.substitute).lazyload(Person.grants),
    )
    .order_by(Absence.ends_at)
)  # fmt: skip


def _away(row: Absence, there: list[Person]) -> Away:
    zone = zone_of(row.person)
    return Away(
        person_id=row.person_id, last_day=absence_rules.last_day(row.ends_at, zone), ends_at=row.ends_at,
        whole_days=absence_rules.is_midnight(row.ends_at, zone), stand_in=next((one for one in there if one.active), None),
    )  # fmt: skip
