"""What happens to promises and to the rules behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ClockEvent(Event):
    subject: ClassVar = ("ticket", "ticket_id")
    ticket_id: int
    clock_id: int
    metric: str
    department_id: int


@dataclass(frozen=True, kw_only=True)
class ClockWarned(ClockEvent):
    """`percent` of the target is used; `due_at` is when the promise breaks."""

    percent: int
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockBreached(ClockEvent):
    """`breached_at` is the true due moment, however late anybody looked."""

    breached_at: datetime


@dataclass(frozen=True, kw_only=True)
class BreachExplained(ClockEvent):
    code: str
    excused: bool


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(Event):
    subject: ClassVar = ("calendar", "calendar_id")
    calendar_id: int
    key: str
    version: int


@dataclass(frozen=True, kw_only=True)
class PolicyChanged(Event):
    subject: ClassVar = ("policy", "policy_id")
    policy_id: int
    name: str
    version: int
    active: bool


@dataclass(frozen=True, kw_only=True)
class DepartmentCalendarChanged(Event):
    subject: ClassVar = ("department", "department_id")
    department_id: int
    calendar_id: int | None
