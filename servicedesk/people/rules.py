"""Pure answers about people: what a valid address, role, scope or password is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person

ROLES = ("agent", "lead", "admin", "report_reader")
ROLES_OF_A_DEPARTMENT = frozenset({"agent", "lead"})

# What a token may do; a token without scopes may do what its person may.
SCOPES = ("tickets:read", "tickets:write", "reports:read", "people:read", "setup:write")

SESSION_LASTS = timedelta(days=14)
# Guessing slows down after this many failures for one address within the window.
FAILURES_ALLOWED = 8
FAILURES_WINDOW = timedelta(minutes=15)
PASSWORD_LENGTH = (10, 200)
# Who is told whom a note of thanks is for: the person alone, their heads as well, everybody.
# What one may see first after signing in.
START_PAGES = ("home", "queue")
THANKS_NAME = ("me", "lead", "all")
# How many things somebody answers, and how long each of their names may be.
TOPICS = (20, 60)

_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,189}")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def normal_address(text: str) -> str:
    """An e-mail address as we store and compare it."""
    return text.strip().lower()


def is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text))


def are_topics(topics: Sequence[str]) -> bool:
    """What somebody answers, in a few words each: "visas", "пропуска"."""
    most, longest = TOPICS
    return len(topics) <= most and all(isinstance(text, str) and 0 < len(text.strip()) <= longest for text in topics)


def is_key(text: str) -> bool:
    """Keys stand in URLs and files: lower-case letters, digits, hyphens."""
    return bool(_KEY.fullmatch(text))


def above(department_id: int, parents: Mapping[int, int | None]) -> Iterator[int]:
    """Ids of the departments above this one, the nearest first, given each one's parent. Ends where a circle closes."""
    passed: set[int] = set()
    upper = parents.get(department_id)
    while upper is not None and upper not in passed:
        passed.add(upper)
        yield upper
        upper = parents.get(upper)


def chain_of(person_id: int, substitutes: Mapping[int, int | None]) -> Iterator[int]:
    """Ids of the substitute, the substitute's substitute and so on, given those of everybody away. Ends where a circle
    closes, and with the first who is there."""
    passed = {person_id}
    following = substitutes.get(person_id)
    while following is not None and following not in passed:
        passed.add(following)
        yield following
        following = substitutes.get(following)


def password_fault(password: str) -> DeskError | None:
    """Why `password` cannot be used, or None. Length only: rules of composition make passwords worse."""
    least, most = PASSWORD_LENGTH
    if len(password) < least:
        return DeskError(N_("A password has at least %(least)d characters."), least=least)
    if len(password) > most:
        return DeskError(N_("A password has at most %(most)d characters."), most=most)
    return None


def is_admin(person: Person) -> bool:
    return person.has("admin")


@dataclass(frozen=True)
class Standing:
    """What of a person decides what they see, apart from the session they were read in: statements are kept by it."""

    id: int
    serves: frozenset[int]
    leads: frozenset[int]
    admin: bool

    @classmethod
    def of(cls, person: Person) -> Person:
        """Stands for the person where it is asked what they see."""
        return cast(Person, cls(person.id, person.serves, person.leads, is_admin(person)))

    def has(self, role: str) -> bool:
        return role == "admin" and self.admin


def reads_company_reports(person: Person) -> bool:
    """Company figures: report readers, leads and administrators."""
    return person.has("report_reader") or person.has("admin") or bool(person.leads)


def reads_department_report(person: Person, department_id: int) -> bool:
    return person.has("report_reader") or person.has("admin") or department_id in person.leads
