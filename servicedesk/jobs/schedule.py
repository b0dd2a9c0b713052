"""What runs by itself: one table of name, rhythm and function. Each function finds rows and calls actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from servicedesk.jobs import (
    absences,
    agreements,
    approvals,
    calendars,
    gathering,
    mail,
    months,
    promises,
    rollouts,
    searching,
    surveys,
    upkeep,
)
from servicedesk.mailin.source import read_mailboxes


@dataclass(frozen=True)
class Job:
    """`every` is in seconds; `work` gets the present instant and returns how many rows it handled."""

    name: str
    every: int
    work: Callable[[datetime], int]


JOBS = (
    # Who stands in comes first; what moves due dates goes before what looks at them, and that before what tells of it.
    Job("absences", 30, absences.keep_covers),
    Job("holds", 30, promises.end_holds),
    Job("rollouts", 10, rollouts.apply_versions),
    Job("clocks", 10, promises.look_at_clocks),
    Job("queue places", 60, promises.place_in_queues),
    Job("alerts", 60, promises.deliver_alerts),
    Job("seals", 60, upkeep.close_seals),
    Job("approvals", 60, approvals.remind_of_approvals),
    Job("silence", 60, promises.close_silent_tickets),
    Job("gathered mail", 60, gathering.write_gathered),
    Job("letters", 60, read_mailboxes),
    Job("mail", 10, mail.send_queued),
    Job("rating reminders", 3600, promises.remind_of_ratings),
    Job("reasons", 3600, months.ask_for_reasons),
    Job("month", 3600, months.close_months),
    Job("surveys", 300, surveys.keep_waves),
    Job("agreements", 86400, agreements.remind_of_agreements),
    Job("calendars", 86400, calendars.remind_of_next_year),
    Job("sweep", 86400, upkeep.sweep),
    Job("files", 3600, upkeep.clear_files),
    Job("search", 10, searching.index_stale),
)
