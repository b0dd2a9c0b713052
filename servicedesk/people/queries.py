"""Reads of people: who is who, who serves where, what the company is."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people import rules
from servicedesk.people.models import (
    Absence,
    ApiToken,
    Company,
    Department,
    Grant,
    Person,
    SignInFailure,
    SignInSession,
)


def company() -> Company | None:
    """The one row, asked for once in a session: the session itself would forget a row that nobody holds."""
    found = db.session.get(Company, 1)
    db.session.info["company"] = found
    return found


def zone_of(person: Person) -> str:
    """The person's time zone, else the company's."""
    found = company()
    return person.timezone or (found.timezone if found else "UTC")


def person(person_id: int) -> Person | None:
    return db.session.get(Person, person_id)


def people_by_id(ids: Iterable[int | None], *, with_roles: bool = True) -> dict[int, Person]:
    """The persons with these ids in one query (Nones are passed over), their roles in a second one."""
    wanted = {i for i in ids if i is not None}
    if not wanted:
        return {}
    query = select(Person).where(Person.id.in_(wanted))
    return {p.id: p for p in db.session.scalars(query if with_roles else query.options(lazyload(Person.grants)))}


def person_by_email(email: str) -> Person | None:
    return db.session.scalars(select(Person).where(Person.email == rules.normal_address(email))).one_or_none()


def people_by_address(addresses: Collection[str]) -> dict[str, Person]:
    """The persons with these addresses, in one statement, without their roles."""
    if not addresses:
        return {}
    wanted = {rules.normal_address(address) for address in addresses}
    query = select(Person).where(Person.email.in_(wanted)).options(lazyload(Person.grants)).order_by(Person.id)
    return {row.email: row for row in db.session.scalars(query)}


def people_meant(texts: Collection[str]) -> dict[str, list[Person]]:
    """The active persons whom each text, an address or a whole name, may mean; in one statement, without their roles."""
    if not texts:
        return {}
    names = {text.strip() for text in texts}
    addresses = {rules.normal_address(text) for text in texts}
    query = select(Person).where(Person.active, or_(Person.email.in_(addresses), Person.name.in_(names)))
    found = list(db.session.scalars(query.options(lazyload(Person.grants))))
    return {
        text: [row for row in found if row.email == rules.normal_address(text) or row.name == text.strip()]
        for text in texts
    }


def people_suggested(text: str, limit: int) -> list[Person]:
    """Active persons with this in their name or address, by name, with their department; nobody for an empty text."""
    text = text.strip()
    if not text:
        return []
    # SQLite folds Latin letters alone, so a Russian name is also looked for as names are written.
    named = [Person.name.icontains(form, autoescape=True) for form in sorted({text, text.lower(), text.title()})]
    query = select(Person).where(Person.active, or_(*named, Person.email.contains(text.lower(), autoescape=True)))
    query = query.options(joinedload(Person.department), lazyload(Person.grants))
    return list(db.session.scalars(query.order_by(Person.name, Person.id).limit(limit)))


def departments_by_key(keys: Collection[str]) -> dict[str, Department]:
    """The active departments with these keys, in one statement."""
    if not keys:
        return {}
    query = select(Department).where(Department.active, Department.key.in_(keys))
    return {row.key: row for row in db.session.scalars(query)}


def people_by_external_name(names: Iterable[str]) -> list[Person]:
    """The persons who had these names in a system whose history was imported."""
    return list(db.session.scalars(select(Person).where(Person.external_name.in_(set(names)))))


def people_page(cursor: str | None = None, limit: int = 50, text: str = "") -> Page[Person]:
    query = select(Person).options(joinedload(Person.department))
    if text:
        query = query.where(
            or_(Person.email.contains(text.lower(), autoescape=True), Person.name.icontains(text, autoescape=True))
        )
    return page_of(query, [Person.name, Person.id], cursor=cursor, limit=limit)


def departments(active_only: bool = True) -> list[Department]:
    return list(db.session.scalars(_ACTIVE_DEPARTMENTS if active_only else _DEPARTMENTS))


_DEPARTMENTS = select(Department).order_by(Department.key)
_ACTIVE_DEPARTMENTS = _DEPARTMENTS.where(Department.active)


def department(department_id: int) -> Department | None:
    return db.session.get(Department, department_id)


def departments_by_id() -> dict[int, Department]:
    return {d.id: d for d in departments(active_only=False)}


def department_by_key(key: str) -> Department | None:
    return db.session.scalars(select(Department).where(Department.key == key)).one_or_none()


def department_by_external_name(name: str) -> Department | None:
    return db.session.scalars(select(Department).where(Department.external_name == name)).one_or_none()


def team(department_id: int, *roles: str, with_roles: bool = True) -> list[Person]:
    """Active people with one of `roles` (default agent or lead) in the department, by name.

    Without `with_roles` their roles are read only when somebody asks: for lists of names.
    """
    # Ids and not DISTINCT: PostgreSQL cannot compare the JSON among a person's columns.
    serving = select(Grant.person_id).where(
        Grant.department_id == department_id, Grant.role.in_(roles or ("agent", "lead"))
    )
    query = select(Person).where(Person.id.in_(serving), Person.active).order_by(Person.name, Person.id)
    return list(db.session.scalars(query if with_roles else query.options(lazyload(Person.grants))))


def leads_above(department_id: int) -> list[Person]:
    """Active leads of the nearest department above that has some who do not lead this one themselves; by name."""
    known = departments_by_id()
    own = {person.id for person in team(department_id, "lead", with_roles=False)}
    for upper in rules.above(department_id, {row.id: row.parent_id for row in known.values()}):
        leads = [person for person in team(upper, "lead") if person.id not in own] if known[upper].active else []
        if leads:
            return leads
    return []


def colleagues(department_ids: Iterable[int]) -> list[Person]:
    """Active people who serve in one of these departments, by name, without their roles: for lists of names."""
    serving = select(Grant.person_id).where(Grant.department_id.in_(list(department_ids)))
    query = select(Person).where(Person.id.in_(serving), Person.active).options(lazyload(Person.grants))
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def owners(department_id: int) -> list[Person]:
    """Active people who can be given something of the department to do: its own and those who serve in it, by name."""
    serving = select(Grant.person_id).where(Grant.department_id == department_id, Grant.role.in_(("agent", "lead")))
    query = select(Person).where(or_(Person.id.in_(serving), Person.department_id == department_id), Person.active)
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def lead_ids() -> list[int]:
    """Ids of all active people who lead a department."""
    query = select(Person.id).join(Grant, Grant.person_id == Person.id).where(Grant.role == "lead", Person.active)
    return list(db.session.scalars(query.distinct().order_by(Person.id)))


def teams() -> dict[int, list[tuple[Person, bool]]]:
    """Active people who serve, by department, leads first: (person, whether they lead). One statement."""
    query = select(Person, Grant.department_id, Grant.role).join(Grant, Grant.person_id == Person.id)
    query = query.where(Grant.department_id.is_not(None), Person.active).order_by(Person.name, Person.id)
    roles: dict[int | None, dict[int, tuple[Person, bool]]] = {}
    for person, department_id, role in db.session.execute(query):
        found = roles.setdefault(department_id, {})
        leads = role == "lead" or found.get(person.id, (person, False))[1]
        found[person.id] = (person, leads)
    return {
        key: sorted(found.values(), key=lambda pair: not pair[1]) for key, found in roles.items() if key is not None
    }


def one_of_each_role(domain: str) -> list[tuple[str, Person]]:
    """The first active person with each role, and with none (""), whose address is of `domain`: (role, person)."""
    ours = (Person.active, Person.email.endswith(f"@{domain}", autoescape=True))
    first = (
        select(Grant.role, func.min(Person.id))
        .join(Grant, Grant.person_id == Person.id)
        .where(*ours)
        .group_by(Grant.role)
    )
    ids: dict[str, int | None] = {role: person_id for role, person_id in db.session.execute(first)}  # noqa: C416 — typed rows
    ids[""] = db.session.scalar(select(func.min(Person.id)).where(*ours, ~Person.grants.any()))
    found = people_by_id(ids.values())
    wanted = ((role, ids.get(role)) for role in ("", *rules.ROLES))
    return [(role, found[number]) for role, number in wanted if number in found]


def counts() -> dict[str, int]:
    """How many people are active, switched off, and how many departments are active."""
    on, off = (db.session.scalar(select(func.count()).where(Person.active.is_(state))) or 0 for state in (True, False))
    departments_on = db.session.scalar(select(func.count()).select_from(Department).where(Department.active)) or 0
    return {"active": on, "switched_off": off, "departments": departments_on}


def administrators() -> list[Person]:
    return list(
        db.session.scalars(select(Person).join(Grant).where(Grant.role == "admin", Person.active).order_by(Person.id))
    )


def hash_of(secret: str) -> str:
    """How session keys and tokens are stored: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def session_of(key: str, at: datetime) -> SignInSession | None:
    """The living session behind a cookie's key, with its person, their roles and their department, in one query; it
    brings the company as well, which every page asks for."""
    if not key:
        return None
    rows = db.session.execute(_SESSION, {"key_hash": hash_of(key), "at": at}).unique().all()
    if not rows:
        return None
    found, db.session.info["company"] = rows[0]
    return found


# Built once: to build it takes longer than the database needs for it.
_SESSION = (
    select(SignInSession, Company)
    .join(SignInSession.person)
    .outerjoin(Company, Company.id == 1)
    .where(SignInSession.key_hash == bindparam("key_hash"), SignInSession.expires_at > bindparam("at"), Person.active)
    .options(contains_eager(SignInSession.person).options(joinedload(Person.department), joinedload(Person.grants)))
)


def sessions_of(person_id: int) -> list[SignInSession]:
    query = select(SignInSession).where(SignInSession.person_id == person_id)
    return list(db.session.scalars(query.order_by(SignInSession.id.desc())))


def token_of(secret: str, at: datetime) -> ApiToken | None:
    """The living token, with its person. An empty secret is never one."""
    if not secret:
        return None
    query = (
        select(ApiToken)
        .join(Person)
        .where(ApiToken.token_hash == hash_of(secret), Person.active)
        .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > at))
        .options(joinedload(ApiToken.person).joinedload(Person.department))
    )
    return db.session.scalars(query).one_or_none()


def tokens_of(person_id: int) -> list[ApiToken]:
    return list(db.session.scalars(select(ApiToken).where(ApiToken.person_id == person_id).order_by(ApiToken.id)))


def recent_failures(who: bytes, at: datetime) -> int:
    query = select(func.count()).where(SignInFailure.who == who, SignInFailure.at > at - rules.FAILURES_WINDOW)
    return db.session.scalar(query) or 0


def absences_at(at: datetime) -> dict[int, Absence]:
    """Who is away at an instant: person -> absence, the one that ends last."""
    query = select(Absence).where(Absence.begins_at <= at, Absence.ends_at > at, Absence.cancelled_at.is_(None))
    return {row.person_id: row for row in db.session.scalars(query.order_by(Absence.ends_at))}


def stand_ins(person_id: int, at: datetime) -> list[Person]:
    """Who stands in for somebody who is away at `at`, nearest first: of the substitutes one after the other, those who
    are there. Nobody while the person is there."""
    return stand_ins_of([person_id], at)[person_id]


def stand_ins_of(person_ids: Collection[int], at: datetime) -> dict[int, list[Person]]:
    """The same for several people, in two statements."""
    away = absences_at(at)
    substitutes = {key: row.substitute_id for key, row in away.items()}
    chains = {number: list(rules.chain_of(number, substitutes)) for number in person_ids}
    known = people_by_id({number for chain in chains.values() for number in chain}, with_roles=False)
    there = {number: person for number, person in known.items() if number not in away and person.active}
    return {number: [there[other] for other in chain if other in there] for number, chain in chains.items()}
