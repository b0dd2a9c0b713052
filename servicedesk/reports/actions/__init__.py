"""Use cases of reports, one file per kind."""

from servicedesk.reports.actions.closing import ask_for_reasons, close_month, erase_blind_tokens, wipe_traces_of_raters
from servicedesk.reports.actions.improving import set_improvement

__all__ = ["ask_for_reasons", "close_month", "erase_blind_tokens", "set_improvement", "wipe_traces_of_raters"]
