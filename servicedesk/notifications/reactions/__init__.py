"""What people are told when something happens, one file per subject: requests, messages, promises, opinions, reports."""

from servicedesk.notifications.reactions.absences import pass_alerts_on, tell_requesters_of_cover, tell_what_happened
from servicedesk.notifications.reactions.agreements import (
    ask_other_side,
    remind_both_sides,
    tell_of_acceptance,
    tell_of_refusal,
)
from servicedesk.notifications.reactions.approvals import (
    ask_approver,
    ask_who_stands_in,
    remind_approver,
    tell_of_approval,
    tell_of_refused_approval,
)
from servicedesk.notifications.reactions.calendars import tell_of_next_year
from servicedesk.notifications.reactions.children import tell_of_reopened_child, tell_of_result
from servicedesk.notifications.reactions.following import tell_new_follower, tell_of_mention
from servicedesk.notifications.reactions.letters import (
    tell_of_held_answer,
    tell_of_large_letter,
    tell_of_missed_mail,
    tell_of_stopped_exchange,
)
from servicedesk.notifications.reactions.merging import (
    tell_of_merge,
    tell_of_return,
    tell_of_split,
    tell_those_merged_of_solution,
    tell_who_has_it_of_merge,
)
from servicedesk.notifications.reactions.messages import (
    tell_of_contested_thanks,
    tell_other_side,
    tell_requester_of_solution,
)
from servicedesk.notifications.reactions.opinions import ask_for_rating, drop_question, tell_of_signature
from servicedesk.notifications.reactions.promises import alert_of_breach, alert_of_warning
from servicedesk.notifications.reactions.reports import (
    announce_report,
    ask_for_reasons,
    tell_new_owner,
    tell_of_cases,
    tell_of_thanks,
)
from servicedesk.notifications.reactions.requests import (
    confirm_request,
    tell_assignee,
    tell_new_team,
    tell_of_withdrawal,
    tell_requester_of_closing,
    tell_requester_of_hold,
    tell_team,
)
from servicedesk.notifications.reactions.seals import tell_of_broken_seal
from servicedesk.notifications.reactions.surveys import announce_survey, ask_for_answers
from servicedesk.notifications.reactions.terms import ask_about_term, tell_of_agreed_term, tell_of_refused_term

__all__ = [
    "alert_of_breach",
    "alert_of_warning",
    "announce_report",
    "announce_survey",
    "ask_about_term",
    "ask_approver",
    "ask_for_answers",
    "ask_for_rating",
    "ask_for_reasons",
    "ask_other_side",
    "ask_who_stands_in",
    "confirm_request",
    "drop_question",
    "pass_alerts_on",
    "remind_approver",
    "remind_both_sides",
    "tell_assignee",
    "tell_new_follower",
    "tell_new_owner",
    "tell_new_team",
    "tell_of_acceptance",
    "tell_of_agreed_term",
    "tell_of_approval",
    "tell_of_broken_seal",
    "tell_of_cases",
    "tell_of_contested_thanks",
    "tell_of_held_answer",
    "tell_of_large_letter",
    "tell_of_mention",
    "tell_of_merge",
    "tell_of_missed_mail",
    "tell_of_next_year",
    "tell_of_refusal",
    "tell_of_refused_approval",
    "tell_of_refused_term",
    "tell_of_reopened_child",
    "tell_of_result",
    "tell_of_return",
    "tell_of_signature",
    "tell_of_split",
    "tell_of_stopped_exchange",
    "tell_of_thanks",
    "tell_of_withdrawal",
    "tell_other_side",
    "tell_requester_of_closing",
    "tell_requester_of_hold",
    "tell_requester_of_solution",
    "tell_requesters_of_cover",
    "tell_team",
    "tell_those_merged_of_solution",
    "tell_what_happened",
    "tell_who_has_it_of_merge",
]
