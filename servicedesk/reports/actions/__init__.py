"""Use cases of reports, one file per kind."""

from servicedesk.reports.actions.closing import ask_for_reasons, close_month, correct_month
from servicedesk.reports.actions.hearing import answer_case, close_case
from servicedesk.reports.actions.improving import (
    drop_improvement,
    finish_improvement,
    reopen_improvement,
    set_improvement,
)
from servicedesk.reports.actions.surveying import close_wave, wipe_traces_of_answers

__all__ = [
    "answer_case",
    "ask_for_reasons",
    "close_case",
    "close_month",
    "close_wave",
    "correct_month",
    "drop_improvement",
    "finish_improvement",
    "reopen_improvement",
    "set_improvement",
    "wipe_traces_of_answers",
]  # fmt: skip
