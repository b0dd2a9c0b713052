"""Use cases of promises: setting the rules, looking at clocks, agreements, explaining breaches, closing what is silent."""

from servicedesk.sla.actions.agreements import (
    accept_agreement,
    decline_agreement,
    propose_agreement,
    remind_of_agreement,
    withdraw_agreement,
)
from servicedesk.sla.actions.calendars import (
    make_company_calendar,
    refresh_calendar,
    remind_of_next_year,
    set_calendar,
    set_department_calendar,
)
from servicedesk.sla.actions.decreeing import decree_agreement, end_agreement_by_decree
from servicedesk.sla.actions.looking import close_silent_ticket, look_at_clock, place_ticket, push_ahead
from servicedesk.sla.actions.rebuilding import Difference, differing_tickets, rebuild, tell_of_rebuild
from servicedesk.sla.actions.reminding import remind_of_approval
from servicedesk.sla.actions.reviewing import explain_breach, explain_breaches
from servicedesk.sla.actions.setting import set_policy, withdraw_policy
from servicedesk.sla.actions.terms import accept_term, decline_term, propose_term, withdraw_term

__all__ = [
    "Difference", "accept_agreement", "accept_term", "close_silent_ticket", "decline_agreement", "decline_term",
    "decree_agreement", "differing_tickets", "end_agreement_by_decree", "explain_breach", "explain_breaches", "look_at_clock",
    "make_company_calendar", "place_ticket", "propose_agreement", "propose_term", "push_ahead", "rebuild", "refresh_calendar",
    "remind_of_agreement", "remind_of_approval", "remind_of_next_year", "set_calendar", "set_department_calendar", "set_policy", "tell_of_rebuild",
    "withdraw_agreement", "withdraw_policy", "withdraw_term",
]  # fmt: skip
