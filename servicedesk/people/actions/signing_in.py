"""Passwords, sign-in and its sessions."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Busy, Invalid, NotFound
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people import queries, rules
from servicedesk.people.events import PersonChanged, SignedIn, SignedOut
from servicedesk.people.models import Person, SignInFailure, SignInSession

_hasher = PasswordHasher()
# Checked when the address is unknown, so that both answers take the same time.
_NOBODY = _hasher.hash("nobody has this password")


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


def end_other_sessions(stamp: Stamp, person: Person, kept_id: int | None) -> int:
    """End all of the person's sessions but the one they are using; how many they were."""
    others = [row for row in queries.sessions_of(person.id) if row.id != kept_id]
    for row in others:
        sign_out(stamp, row)
    return len(others)


def end_all_sessions(_stamp: Stamp, person: Person) -> None:
    db.session.execute(delete(SignInSession).where(SignInSession.person_id == person.id))


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
