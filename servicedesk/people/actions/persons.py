"""Who is known to the desk, and what roles they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people import queries, rules
from servicedesk.people.actions.checking import assign, check
from servicedesk.people.actions.signing_in import end_all_sessions
from servicedesk.people.events import PersonAdded, PersonChanged, RolesChanged
from servicedesk.people.models import Department, Grant, Person


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
    check(language=language, timezone=timezone, topics=topics)
    person = Person(
        email=email, name=name, department=department, language=language, timezone=timezone,
        external_name=external_name, topics=list(topics), created_at=stamp.at, grants=[],
    )  # fmt: skip
    db.session.add(person)
    db.session.flush()
    publish(PersonAdded(stamp=stamp, person_id=person.id, email=email))
    return person


def change_person(stamp: Stamp, person: Person, values: Mapping[str, Any]) -> None:
    """Set those of name, department_id, language, timezone, theme, report_as_pdf, keys_on, start_page, topics, thanks_name, active that
    `values` has.

    A person who is switched off is signed out everywhere. Publishes `PersonChanged` if anything differs.
    """
    check(
        **{
            key: values[key]
            for key in ("language", "timezone", "theme", "topics", "thanks_name", "start_page")
            if key in values
        }
    )
    changed = assign(person, values)
    if "department_id" in changed:
        db.session.flush()
        db.session.expire(person, ["department"])
    if "active" in changed and not person.active:
        end_all_sessions(stamp, person)
    if changed:
        publish(PersonChanged(stamp=stamp, person_id=person.id, fields=changed))


def choose_keys(stamp: Stamp, person: Person, on: bool) -> None:
    """Whether single keys do something on this person's pages."""
    change_person(stamp, person, {"keys_on": on})


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
