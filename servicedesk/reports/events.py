"""What happens to reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MonthClosed(Event):
    """Issue `number` of the report of `month` ("2026-04") is stored."""

    month: str
    number: int


@dataclass(frozen=True, kw_only=True)
class WaveClosed(Event):
    """The report of survey wave `key` ("2026-Q3") is stored."""

    key: str


@dataclass(frozen=True, kw_only=True)
class ReasonsAsked(Event):
    """A lead is to explain `count` broken promises of `month` before its report closes on a day of the company's zone,
    and to say how `open_actions` of their departments stand, of which `overdue` are late."""

    subject: ClassVar = ("person", "person_id")
    person_id: int
    month: str
    count: int
    closes_on: date
    open_actions: int = 0
    overdue: int = 0


@dataclass(frozen=True, kw_only=True)
class ImprovementSet(Event):
    """A department decided on an action, told what it did, or corrected one of these. `given_to_id`: its new owner."""

    subject: ClassVar = ("department", "department_id")
    department_id: int
    improvement_id: int
    given_to_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ImprovementEnded(Event):
    """An action was done or dropped."""

    subject: ClassVar = ("department", "department_id")
    department_id: int
    improvement_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class ImprovementReopened(Event):
    """An action that was called done or dropped goes on."""

    subject: ClassVar = ("department", "department_id")
    department_id: int
    improvement_id: int


@dataclass(frozen=True, kw_only=True)
class CasesOpened(Event):
    """A closed month has so many low ratings of a department, each a case for its leads."""

    subject: ClassVar = ("department", "department_id")
    department_id: int
    month: str
    count: int


@dataclass(frozen=True, kw_only=True)
class CaseAnswered(Event):
    """A lead answered a low rating: `how` is published or noted. Which one it was is said nowhere."""

    subject: ClassVar = ("department", "department_id")
    department_id: int
    how: str


@dataclass(frozen=True, kw_only=True)
class ThanksKept(Event):
    """Colleagues thanked somebody in a closed month. How often is theirs to read."""

    subject: ClassVar = ("person", "person_id")
    person_id: int
    month: str
