"""Reads of promises, one file per subject: rulebook, agreements, clocks, lists, explaining."""

from servicedesk.sla.queries.agreements import (
    PromiseName,
    agreement,
    agreements,
    agreements_between,
    agreements_of,
    all_agreements,
    is_same_promise,
    known_for,
    promise_names,
    terms_of,
    to_remind,
    version_in_force,
    versions,
    waiting_for,
)
from servicedesk.sla.queries.breached import (
    Breach,
    BreachCounts,
    BreachFilter,
    breach_counts,
    breaches,
    every_breach,
    promises_seen_by,
)
from servicedesk.sla.queries.calendars import (
    Doubt,
    calendar_versions,
    departments_by_calendar,
    departments_working_by,
    doubt_of_next_year,
    newest_versions,
    outdated_days,
    users_by_calendar,
    users_of,
    version_before,
    was_reminded,
)
from servicedesk.sla.queries.chains import chain_of
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
from servicedesk.sla.queries.explaining import Explanation, Retarget, Stretch, ahead, explain, explained, in_steps
from servicedesk.sla.queries.holding import hours_of_stays, ledger_of, life_of, stays_of
from servicedesk.sla.queries.lists import Row, breaking_before, by_due, next_due, rows
from servicedesk.sla.queries.rebuilding import next_tickets, tickets_with_clocks
from servicedesk.sla.queries.rulebook import (
    Promise,
    calendar_by_key,
    calendar_names,
    calendar_of,
    calendars,
    chosen,
    day_of,
    engine_calendar,
    escalation,
    hours_of,
    newest_version,
    policies,
    policy_names,
    policy_of,
    promise_for,
    promises_of,
    warn_percents,
)
from servicedesk.sla.queries.terms import Standing, facts_of, open_term, standing_of, term, terms, terms_by_number
from servicedesk.sla.queries.workdays import company_hours, late_seconds, next_working_moment, working_days_ago

__all__ = [
    "Breach", "BreachCounts", "BreachFilter", "Doubt", "Explanation", "Promise", "PromiseName", "Retarget", "Row",
    "Standing", "Stretch", "agreement", "agreements", "agreements_between", "agreements_of", "ahead",
    "all_agreements", "breach", "breach_counts", "breaches", "breaking_before", "by_due", "calendar_by_key",
    "calendar_names", "calendar_of", "calendar_versions", "calendars", "chain_of", "chosen", "clock_of", "clocks_in_hand",
    "clocks_of", "clocks_to_look_at", "company_hours", "current", "day_of", "departments_by_calendar",
    "departments_working_by", "doubt_of_next_year", "engine_calendar", "engine_marks", "escalation", "every_breach",
    "explain", "explained", "facts_of", "hours_of", "hours_of_stays", "in_steps", "is_same_promise", "known_for",
    "last_clock", "late_seconds", "ledger_of", "life_of", "newest_version", "newest_versions", "next_due",
    "next_tickets", "next_working_moment", "open_clocks", "open_term", "outdated_days", "policies", "policy_names",
    "policy_of", "promise_for", "promise_names", "promises_of", "promises_seen_by", "reasons_of", "rows",
    "standing_of", "stays_of", "term", "terms", "terms_by_number", "terms_of", "tickets_to_close", "tickets_with_clocks",
    "to_remind", "users_by_calendar", "users_of", "version_before", "version_in_force", "versions",
    "waiting_clocks", "waiting_for", "warn_percents", "was_reminded", "working_days_ago",
]  # fmt: skip
