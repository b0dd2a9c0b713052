"""What runs by itself: one table of name, rhythm and function. Each function finds rows and calls actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from servicedesk.jobs import mail, months, promises, upkeep


@dataclass(frozen=True)
class Job:
    """`every` is in seconds; `work` gets the present instant and returns how many rows it handled."""

    name: str
    every: int
    work: Callable[[datetime], int]


JOBS = (
    Job("clocks", 10, promises.look_at_clocks),
    Job("holds", 30, promises.end_holds),
    Job("silence", 60, promises.close_silent_tickets),
    Job("mail", 10, mail.send_queued),
    Job("rating reminders", 3600, promises.remind_of_ratings),
    Job("month", 3600, months.close_months),
    Job("sweep", 86400, upkeep.sweep),
)
