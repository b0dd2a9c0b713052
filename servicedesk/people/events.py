"""What happens to people and departments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonEvent(Event):
    subject: ClassVar = ("person", "person_id")
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonAdded(PersonEvent):
    email: str


@dataclass(frozen=True, kw_only=True)
class PersonChanged(PersonEvent):
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RolesChanged(PersonEvent):
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SignedIn(PersonEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class SignedOut(PersonEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class TokenIssued(PersonEvent):
    name: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(PersonEvent):
    name: str


@dataclass(frozen=True, kw_only=True)
class DepartmentAdded(Event):
    subject: ClassVar = ("department", "department_id")
    department_id: int
    key: str


@dataclass(frozen=True, kw_only=True)
class DepartmentChanged(Event):
    subject: ClassVar = ("department", "department_id")
    department_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CompanyChanged(Event):
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AbsenceEvent(PersonEvent):
    absence_id: int
    substitute_id: int | None


@dataclass(frozen=True, kw_only=True)
class AbsencePlanned(AbsenceEvent):
    """Entered or changed."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class AbsenceCancelled(AbsenceEvent):
    """`had_begun` says that somebody was standing in already."""

    had_begun: bool


@dataclass(frozen=True, kw_only=True)
class AbsenceBegan(AbsenceEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(AbsenceEvent):
    began_at: datetime
