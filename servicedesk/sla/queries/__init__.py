"""Reads of promises, one file per subject: rulebook, clocks, lists, explaining."""

from servicedesk.sla.queries.clocks import (
    breach,
    clock_of,
    clocks_in_hand,
    clocks_of,
    clocks_to_look_at,
    current,
    engine_marks,
    last_clock,
    open_clocks,
    reasons_of,
    tickets_to_close,
    waiting_clocks,
)
from servicedesk.sla.queries.explaining import ahead, explain
from servicedesk.sla.queries.lists import Breach, Row, breaches, breaking_before, by_due, next_due, rows
from servicedesk.sla.queries.rulebook import (
    Promise,
    calendar_by_key,
    calendar_names,
    calendar_of,
    calendars,
    chosen,
    engine_calendar,
    newest_version,
    policies,
    policy_names,
    policy_of,
    promise_for,
    promises_of,
    warn_percents,
)
from servicedesk.sla.queries.workdays import company_hours, working_days_ago

__all__ = [
    "Breach", "Promise", "Row", "ahead", "breach", "breaches", "breaking_before", "by_due", "calendar_by_key", "calendar_names", "calendar_of",
    "calendars", "chosen", "clock_of", "clocks_in_hand", "clocks_of", "clocks_to_look_at", "company_hours", "current", "engine_calendar", "engine_marks",
    "explain", "last_clock", "newest_version", "next_due", "open_clocks", "policies", "policy_names", "policy_of", "promise_for",
    "promises_of", "reasons_of", "rows", "tickets_to_close", "waiting_clocks", "warn_percents",
    "working_days_ago",
]  # fmt: skip
