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
class ReasonsAsked(Event):
    """A lead is to explain `count` broken promises of `month` before its report closes on a day of the company's zone."""

    subject: ClassVar = ("person", "person_id")
    person_id: int
    month: str
    count: int
    closes_on: date


@dataclass(frozen=True, kw_only=True)
class ImprovementSet(Event):
    """A department told, or corrected, what it changed."""

    subject: ClassVar = ("department", "department_id")
    department_id: int
    improvement_id: int
