"""How the departments of the demo company differ: how fast, how reliable, how liked. Numbers and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Habits:
    """Shares are of 1; `first` and `work` are medians of the part of the promised time that is used, with their spread."""

    share: float
    first: tuple[float, float]
    work: tuple[float, float]
    # Requests left lying, reopened ones, breaches that the lead gives a reason for.
    stuck: float
    reopened: float
    explained: float
    # Mean scores: quality, speed, helpfulness.
    scores: tuple[float, float, float]
    # By how much the end of a month slows them down.
    month_end: float = 1.0
    # What the time used is multiplied with at the beginning and at the end of the story.
    drift: tuple[float, float] = (1.0, 1.0)
    reasons: tuple[str, ...] = ()


HABITS = {
    "it": Habits(
        share=0.36, first=(0.16, 0.85), work=(0.32, 0.75), stuck=0.03, reopened=0.08, explained=0.95,
        scores=(8.4, 9.0, 8.3), reasons=("outage", "complex", "waiting_outside", "workload", "waiting_inside", "absence"),
    ),
    "hr": Habits(
        share=0.16, first=(0.25, 0.70), work=(0.42, 0.55), stuck=0.02, reopened=0.12, explained=0.9,
        scores=(8.7, 8.1, 9.1), reasons=("waiting_inside", "absence", "requester", "workload"),
    ),
    "accounting": Habits(
        share=0.17, first=(0.26, 0.70), work=(0.36, 0.60), stuck=0.03, reopened=0.09, explained=0.7,
        scores=(8.0, 7.6, 7.2), month_end=1.9, drift=(0.95, 1.1), reasons=("workload", "workload", "requester", "waiting_outside", "overlooked"),
    ),
    "legal": Habits(
        share=0.095, first=(0.36, 0.60), work=(0.56, 0.45), stuck=0.03, reopened=0.02, explained=0.85,
        scores=(8.9, 6.6, 9.3), reasons=("complex", "waiting_inside", "workload", "absence"),
    ),
    "facilities": Habits(
        share=0.20, first=(0.36, 0.90), work=(0.46, 0.75), stuck=0.06, reopened=0.20, explained=0.35,
        scores=(6.7, 6.0, 7.1), drift=(1.25, 0.9), reasons=("waiting_outside", "overlooked", "workload", "wrong_department", "other"),
    ),
}  # fmt: skip

# Monday to Sunday.
WEEKDAYS = (1.25, 1.1, 1.0, 0.95, 0.8, 0.05, 0.03)
PRIORITIES = {"low": 0.08, "normal": 0.72, "high": 0.16, "urgent": 0.04}
# Which departments ask which more often than others.
WHO_ASKS = {
    ("accounting", "sales"): 1.7, ("legal", "sales"): 2.2, ("it", "production"): 1.3, ("facilities", "production"): 1.3,
    ("accounting", "logistics"): 1.4, ("legal", "production"): 0.6, ("hr", "sales"): 0.9,
}  # fmt: skip

CANCELLED = 0.03
ON_BEHALF = 0.04
ASKS_BACK = 0.36
THANKS = 0.6
NOTES = 0.22
NUDGES = 0.14
OUTSIDE = 0.22
LATER = 0.30
RAISED = 0.05
# How often a date is proposed where something is waited for, left open in the present, answered with another one.
DATES = 0.45
DATES_OPEN = 0.5
DATES_COUNTERED = 0.25
CONFIRMS = 0.42


def is_month_end(day: date) -> bool:
    """The last six days of a month and the first three of the next."""
    return day.day <= 3 or (day + timedelta(days=6)).month != day.month


def rush(department: str, day: date) -> float:
    """How many times longer everything takes on this day."""
    return HABITS[department].month_end if is_month_end(day) else 1.0


def busyness(day: date) -> float:
    """How many requests the date brings compared with an ordinary working day."""
    return WEEKDAYS[day.weekday()] * (0.55 if (day.month, day.day) <= (1, 20) else 1.0)


def share(department: str, day: date) -> float:
    more = 1.9 if department == "accounting" and is_month_end(day) else 1.0
    return HABITS[department].share * more


def drift(department: str, part: float) -> float:
    """`part` of the story is over, 0 to 1."""
    begin, end = HABITS[department].drift
    return begin + (end - begin) * part
