"""Reads of the bell, of what people wish to be written about, and the few facts about others that a mail needs."""

from servicedesk.notifications.queries.bell import (
    Line,
    about_cover,
    absences_to_tell_of,
    answer_to_resolve,
    last_day_of,
    lines_to_gather,
    matters,
    page,
    people_to_alert,
    promises_running,
    report_audience,
    tickets_with_alerts,
    told_before,
    unread_count,
    waiting_counts,
)
from servicedesk.notifications.queries.wishes import (
    Gathering,
    Hours,
    choices_of,
    has_muted,
    hours_of,
    muted_tickets,
    people_to_write_to,
    wishes_of,
    zone_of,
)

__all__ = [
    "Gathering", "Hours", "Line", "about_cover", "absences_to_tell_of", "answer_to_resolve", "choices_of", "has_muted",
    "hours_of", "last_day_of", "lines_to_gather", "matters", "muted_tickets", "page", "people_to_alert",
    "people_to_write_to", "promises_running", "report_audience", "tickets_with_alerts", "told_before", "unread_count",
    "waiting_counts", "wishes_of", "zone_of",
]  # fmt: skip
