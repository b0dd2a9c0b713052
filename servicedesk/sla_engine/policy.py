"""Targets: how much time a promise allows, and in which currency it is counted.

Holds no clocks: which promise applies to a ticket is decided elsewhere.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Literal, get_args

from .calendar import ROUND_THE_CLOCK, BusinessCalendar
from .errors import TargetError
from .instants import duration_to_micros, to_datetime, to_micros

Unit = Literal["seconds", "days", "wall", "moment"]

_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(h|m|s)")
_DURATION = re.compile(rf"(?:{_PART.pattern}\s*)+")
_DAYS = re.compile(r"([0-9]+)\s*bd")
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_HOW_TO = "write it like 27h, 90m, 1h 30m, 3bd (business days) or 24h wall (round the clock)"


@dataclass(frozen=True, slots=True)
class Target:
    """How much time is allowed.

    unit "seconds": business seconds on the ticket's calendar; "days": whole business days, due at
    closing time (BusinessCalendar.add_days); "wall": seconds round the clock, whatever the calendar;
    "moment": due then, as two people agreed, in whole seconds since 1970 UTC: no pause moves it.
    Raises TargetError for a negative or non-finite amount, an unknown unit, a fractional number of days or moment.
    """

    amount: float
    unit: Unit = "seconds"

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise TargetError(f"Unknown unit {self.unit!r}; the units are {', '.join(get_args(Unit))}.")
        if isinstance(self.amount, bool) or not isinstance(self.amount, int | float):
            raise TargetError(f"A target must be a number, not {self.amount!r}.")
        if not isfinite(self.amount) or self.amount < 0:
            raise TargetError(f"A target must be a finite number from 0, not {self.amount!r}.")
        if self.unit == "days" and self.amount != int(self.amount):
            raise TargetError(f"A number of business days must be whole, not {self.amount!r}.")
        if self.unit == "moment":
            self._refuse_odd_moment()

    def _refuse_odd_moment(self) -> None:
        if self.amount != int(self.amount):
            raise TargetError(f"A moment is agreed to the second, not {self.amount!r}.")
        try:
            to_datetime(int(self.amount) * 1_000_000)
        except ValueError as error:
            raise TargetError(f"A moment lies in the years 1970 to 9999, not at {self.amount!r}.") from error

    @classmethod
    def at(cls, moment: datetime) -> "Target":
        """Due at `moment`, an aware datetime in whole seconds, whatever happens in between."""
        return cls(to_micros(moment) / 1_000_000, "moment")

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, text: str) -> "Target":
        """Read "27h", "90m", "1h 30m", "3bd", "24h wall" or what `str` writes of an agreed moment.

        Raises TargetError saying how to write it.
        """
        words = text.strip().lower() if isinstance(text, str) else ""
        if words.startswith("at "):
            return cls._read_moment(text)
        if days := _DAYS.fullmatch(words):
            return cls(int(days[1]), "days")
        duration = words.removesuffix("wall").rstrip()
        if not _DURATION.fullmatch(duration):
            raise TargetError(f"The target {text!r} cannot be read; {_HOW_TO}.")
        seconds = sum(Fraction(number) * _SECONDS[unit] for number, unit in _PART.findall(duration))
        whole = seconds.denominator == 1
        return cls(int(seconds) if whole else float(seconds), "seconds" if duration == words else "wall")

    @classmethod
    def _read_moment(cls, text: str) -> "Target":
        try:
            return cls.at(datetime.strptime(text.strip()[3:].upper(), _MOMENT).replace(tzinfo=UTC))
        except ValueError as error:
            raise TargetError(f"The target {text!r} cannot be read; {_HOW_TO}.") from error

    @property
    def moment(self) -> datetime | None:
        """The agreed due instant in UTC; None for a target that is an amount of time."""
        return to_datetime(int(self.amount) * 1_000_000) if self.unit == "moment" else None

    def calendar(self, calendar: BusinessCalendar) -> BusinessCalendar:
        """The calendar on which this target is counted, given the one of the ticket."""
        return ROUND_THE_CLOCK if self.unit == "wall" else calendar

    def budget_micros(self, calendar: BusinessCalendar, start: datetime) -> int:
        """The allowed time of a clock started at `start`, in microseconds of `self.calendar(calendar)`.

        Business days become the open time up to the closing they are due at, so that a pause can be
        given back; an agreed moment becomes the open time before it. Raises NeverOpensError when the calendar
        does not have that many open dates.
        """
        began = to_micros(start)
        if self.unit == "moment":
            return max(0, calendar.timeline.count(began, int(self.amount) * 1_000_000))
        if self.unit != "days":
            return duration_to_micros(self.amount)
        return calendar.timeline.count(began, calendar.timeline.closing_of_day(began, int(self.amount)))

    def budget(self, calendar: BusinessCalendar, start: datetime) -> float:
        """The allowed time of a clock started at `start`, in seconds of `self.calendar(calendar)`."""
        return self.budget_micros(calendar, start) / 1_000_000

    def due(self, calendar: BusinessCalendar, start: datetime) -> datetime:
        """The due instant of a clock started at `start` and never paused, in UTC."""
        if self.moment is not None:
            return self.moment
        amount = self.budget_micros(calendar, start)
        return to_datetime(self.calendar(calendar).timeline.advance(to_micros(start), amount))

    def __str__(self) -> str:
        """The shortest form that `parse` reads back as an equal target."""
        if self.unit == "days":
            return f"{int(self.amount)}bd"
        if self.moment is not None:
            return f"at {self.moment:{_MOMENT}}"
        suffix = " wall" if self.unit == "wall" else ""
        for name, seconds in _SECONDS.items():
            if self.amount % seconds == 0:
                return f"{int(self.amount // seconds)}{name}{suffix}"
        return f"{_plain(self.amount)}s{suffix}"


def _plain(number: float) -> str:
    # repr() is the shortest text that reads back as the same number, but may use an exponent.
    return format(Decimal(repr(number)), "f")


def as_target(value: Target | float) -> Target:
    """A target as given, or a number as business seconds."""
    return value if isinstance(value, Target) else Target(value)
