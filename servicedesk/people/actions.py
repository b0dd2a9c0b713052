"""Use cases of people and departments. None of them commits; each publishes what it did."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Busy, DeskError, Invalid, NotFound
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import LANGUAGES, N_
from servicedesk.people import queries, rules
from servicedesk.people.events import (
    CompanyChanged,
    DepartmentAdded,
    DepartmentChanged,
    PersonAdded,
    PersonChanged,
    RolesChanged,
    SignedIn,
    SignedOut,
    TokenIssued,
    TokenRevoked,
)
from servicedesk.people.models import ApiToken, Company, Department, Grant, Person, SignInFailure, SignInSession

_hasher = PasswordHasher()
# Checked when the address is unknown, so that both answers take the same time.
_NOBODY = _hasher.hash("nobody has this password")
THEMES = ("system", "light", "dark")


def describe_company(stamp: Stamp, *, name: str, language: str, timezone: str, **more: Any) -> Company:
    """Set or change the company's one row; publishes `CompanyChanged` when something differs.

    `more` may have triage_department_id: the department that finds out whose a request is, None for no such.
    """
    _check(language=language, timezone=timezone)
    _check_triage(more.get("triage_department_id"))
    values = {"name": name, "language": language, "timezone": timezone, **more}
    company = queries.company()
    if company is None:
        company = Company(id=1, **values)
        db.session.add(company)
        publish(CompanyChanged(stamp=stamp, fields=tuple(values)))
        return company
    changed = _assign(company, values)
    if changed:
        publish(CompanyChanged(stamp=stamp, fields=changed))
    return company


def add_department(
    stamp: Stamp, *, key: str, name: Mapping[str, str], mission: Mapping[str, str] | None = None,
    email: str | None = None, external_name: str | None = None, customers: Mapping[str, str] | None = None,
) -> Department:  # fmt: skip
    if not rules.is_key(key):
        raise Invalid(fields={"key": N_("A key has lower-case Latin letters, digits and hyphens.")})
    if queries.department_by_key(key):
        raise Invalid(fields={"key": N_("This key is taken.")})
    row = Department(
        key=key, name=dict(name), mission=dict(mission or {}), customers=dict(customers or {}), email=email,
        external_name=external_name,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    publish(DepartmentAdded(stamp=stamp, department_id=row.id, key=key))
    return row


def change_department(stamp: Stamp, department: Department, values: Mapping[str, Any]) -> None:
    """Set those of name, mission, customers, email, active, parent_id that `values` has.

    Publishes `DepartmentChanged` if any differs. Raises `Invalid` at the field parent for a department above that does not exist or stands below this one.
    """
    _check_parent(department, values.get("parent_id"))
    changed = _assign(department, values)
    if changed:
        publish(DepartmentChanged(stamp=stamp, department_id=department.id, fields=changed))


def add_person(
    stamp: Stamp, *, email: str, name: str, department: Department | None = None, language: str | None = None,
    timezone: str | None = None, external_name: str | None = None, topics: Sequence[str] = (),
) -> Person:  # fmt: skip
    email = rules.normal_address(email)
    if not rules.is_address(email):
        raise Invalid(fields={"email": N_("This is not an e-mail address.")})
    if queries.person_by_email(email):
        raise Invalid(fields={"email": N_("Somebody has this address already.")})
    company = queries.company()
    language = language or (company.language if company else "en")
    _check(language=language, timezone=timezone, topics=topics)
    person = Person(
        email=email, name=name, department=department, language=language, timezone=timezone,
        external_name=external_name, topics=list(topics), created_at=stamp.at, grants=[],
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    publish(PersonAdded(stamp=stamp, person_id=person.id, email=email))
    return person


def change_person(stamp: Stamp, person: Person, values: Mapping[str, Any]) -> None:
    """Set those of name, department_id, language, timezone, theme, topics, active that `values` has.

    A person who is switched off is signed out everywhere. Publishes `PersonChanged` if anything differs.
    """
    _check(**{key: values[key] for key in ("language", "timezone", "theme", "topics") if key in values})
    changed = _assign(person, values)
    if "department_id" in changed:
        db.session.flush()
        db.session.expire(person, ["department"])
    if "active" in changed and not person.active:
        end_all_sessions(stamp, person)
    if changed:
        publish(PersonChanged(stamp=stamp, person_id=person.id, fields=changed))


def set_roles(stamp: Stamp, person: Person, roles: Iterable[tuple[str, int | None]]) -> None:
    """Give exactly these (role, department id) pairs; publishes `RolesChanged` if that is a change."""
    wanted = {(role, dep if role in rules.ROLES_OF_A_DEPARTMENT else None) for role, dep in roles}
    for role, dep in wanted:
        if role not in rules.ROLES or (role in rules.ROLES_OF_A_DEPARTMENT and dep is None):
            raise Invalid(fields={"roles": N_("There is no such role.")})
    have = {(grant.role, grant.department_id) for grant in person.grants}
    if wanted == have:
        return
    person.grants = [g for g in person.grants if (g.role, g.department_id) in wanted] + [
        Grant(role=role, department_id=dep)
        for role, dep in sorted(wanted - have, key=lambda pair: (pair[0], pair[1] or 0))
    ]
    publish(RolesChanged(stamp=stamp, person_id=person.id, roles=tuple(sorted({role for role, _ in wanted}))))


def grant(stamp: Stamp, person: Person, role: str, department: Department | None = None) -> None:
    """Add one role to those the person has."""
    pairs = {(g.role, g.department_id) for g in person.grants}
    set_roles(stamp, person, pairs | {(role, department.id if department else None)})


def set_password(stamp: Stamp, person: Person, password: str) -> None:
    """Store a new password and end every session that the old one opened."""
    fault = rules.password_fault(password)
    if fault:
        raise Invalid(fields={"password": fault})
    person.password_hash = _hasher.hash(password)
    end_all_sessions(stamp, person)
    publish(PersonChanged(stamp=stamp, person_id=person.id, fields=("password",)))


def prove(*, email: str, password: str, at: datetime) -> Person | None:
    """The person whom address and password prove, or None. Writes nothing: call it outside a transaction,
    since hashing takes longer than others should wait for the database.

    Known and unknown addresses get the same answer in the same time. Raises `Busy` after too many failures.
    """
    if queries.recent_failures(_who(email), at) >= rules.FAILURES_ALLOWED:
        wait = int(rules.FAILURES_WINDOW.total_seconds())
        raise Busy(N_("Too many attempts. Try again in a quarter of an hour."), seconds=wait)
    person = queries.person_by_email(email)
    usable = person if person is not None and person.active and person.password_hash else None
    fits = _fits(usable.password_hash if usable and usable.password_hash else _NOBODY, password)
    return usable if fits else None


def count_failure(stamp: Stamp, email: str) -> None:
    """Remember a refused sign-in for this address."""
    db.session.add(SignInFailure(who=_who(email), at=stamp.at))


def open_session(stamp: Stamp, person: Person, browser: str = "") -> str:
    """A new session for somebody whose identity was proved; returns the key for the cookie."""
    key = secrets.token_urlsafe(32)
    db.session.add(
        SignInSession(
            key_hash=queries.hash_of(key), person_id=person.id, created_at=stamp.at,
            expires_at=stamp.at + rules.SESSION_LASTS, browser=browser[:200],
        )
    )  # fmt: skip
    publish(SignedIn(stamp=stamp, person_id=person.id))
    return key


def sign_out(stamp: Stamp, session: SignInSession) -> None:
    db.session.delete(session)
    publish(SignedOut(stamp=stamp, person_id=session.person_id))


def end_session(stamp: Stamp, person: Person, session_id: int) -> None:
    """End one of the person's own sessions."""
    session = db.session.get(SignInSession, session_id)
    if session is None or session.person_id != person.id:
        raise NotFound()
    sign_out(stamp, session)


def end_all_sessions(_stamp: Stamp, person: Person) -> None:
    db.session.execute(delete(SignInSession).where(SignInSession.person_id == person.id))


def issue_token(
    stamp: Stamp, person: Person, *, name: str, scopes: Iterable[str] = (), expires_at: datetime | None = None
) -> str:
    """A new API token; the returned text is shown once and never stored."""
    scopes = sorted(set(scopes))
    unknown = [scope for scope in scopes if scope not in rules.SCOPES]
    if unknown:
        raise Invalid(
            fields={
                "scope": Invalid(
                    N_("There is no scope %(name)s; there are %(known)s."),
                    name=unknown[0],
                    known=", ".join(rules.SCOPES),
                )
            }
        )
    if not name.strip():
        raise Invalid(fields={"name": N_("A token needs a name, so that you know later what it is for.")})
    secret = "desk_" + secrets.token_urlsafe(32)
    db.session.add(
        ApiToken(
            token_hash=queries.hash_of(secret), person_id=person.id, name=name.strip()[:100], scopes=scopes,
            created_at=stamp.at, expires_at=expires_at,
        )
    )  # fmt: skip
    publish(TokenIssued(stamp=stamp, person_id=person.id, name=name, scopes=tuple(scopes)))
    return secret


def revoke_token(stamp: Stamp, person: Person, token_id: int) -> None:
    token = db.session.get(ApiToken, token_id)
    if token is None or token.person_id != person.id:
        raise NotFound()
    db.session.delete(token)
    publish(TokenRevoked(stamp=stamp, person_id=person.id, name=token.name))


def sweep(stamp: Stamp) -> None:
    """Drop sessions and failures that are over."""
    db.session.execute(delete(SignInSession).where(SignInSession.expires_at <= stamp.at))
    db.session.execute(delete(SignInFailure).where(SignInFailure.at <= stamp.at - rules.FAILURES_WINDOW))


def _who(email: str) -> bytes:
    return hashlib.sha256(rules.normal_address(email).encode()).digest()


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _assign(row: Any, values: Mapping[str, Any]) -> tuple[str, ...]:
    changed = tuple(sorted(key for key, value in values.items() if getattr(row, key) != value))
    for key in changed:
        setattr(row, key, values[key])
    return changed


def _check_parent(department: Department, parent_id: int | None) -> None:
    if parent_id is None:
        return
    known = queries.departments_by_id()
    if parent_id not in known:
        raise Invalid(fields={"parent": N_("There is no such department.")})
    if department.id in (parent_id, *rules.above(parent_id, {row.id: row.parent_id for row in known.values()})):
        raise Invalid(fields={"parent": N_("A department cannot stand above itself, directly or through others.")})


def _check_triage(department_id: int | None) -> None:
    if department_id is not None and department_id not in queries.departments_by_id():
        raise Invalid(fields={"triage": N_("There is no such department.")})


def _check(
    language: str | None = None, timezone: str | None = None, theme: str | None = None, topics: Sequence[str] = ()
) -> None:
    faults: dict[str, Any] = {}
    if language is not None and language not in LANGUAGES:
        faults["language"] = N_("The languages are ru and en.")
    if timezone is not None and timezone not in available_timezones():
        faults["timezone"] = N_("There is no such time zone; write it like Europe/Moscow.")
    if theme is not None and theme not in THEMES:
        faults["theme"] = N_("The themes are system, light and dark.")
    if not rules.are_topics(topics):
        most, longest = rules.TOPICS
        sentence = N_("Topics are at most %(most)d short texts of at most %(longest)d characters each.")
        faults["topics"] = DeskError(sentence, most=most, longest=longest)
    if faults:
        raise Invalid(fields=faults)
