"""Use cases of promises: setting the rules, looking at clocks, explaining breaches, closing what is silent."""

from servicedesk.sla.actions.looking import close_silent_ticket, look_at_clock, push_ahead
from servicedesk.sla.actions.reviewing import explain_breach
from servicedesk.sla.actions.setting import (
    make_company_calendar,
    set_calendar,
    set_department_calendar,
    set_policy,
    withdraw_policy,
)

__all__ = [
    "close_silent_ticket", "explain_breach", "look_at_clock", "make_company_calendar", "push_ahead", "set_calendar",
    "set_department_calendar", "set_policy", "withdraw_policy",
]  # fmt: skip
