"""What people are told when something happens, one file per subject: requests, messages, promises, opinions, reports."""

from servicedesk.notifications.reactions.messages import tell_other_side, tell_requester_of_solution
from servicedesk.notifications.reactions.opinions import ask_for_rating, drop_question
from servicedesk.notifications.reactions.promises import tell_of_breach, tell_of_warning
from servicedesk.notifications.reactions.reports import announce_report
from servicedesk.notifications.reactions.requests import (
    confirm_request,
    tell_assignee,
    tell_new_team,
    tell_of_withdrawal,
    tell_requester_of_closing,
    tell_requester_of_hold,
    tell_team,
)

__all__ = [
    "announce_report",
    "ask_for_rating",
    "confirm_request",
    "drop_question",
    "tell_assignee",
    "tell_new_team",
    "tell_of_breach",
    "tell_of_warning",
    "tell_of_withdrawal",
    "tell_other_side",
    "tell_requester_of_closing",
    "tell_requester_of_hold",
    "tell_requester_of_solution",
    "tell_team",
]  # fmt: skip
