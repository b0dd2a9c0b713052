"""Use cases of reports, one file per kind."""

from servicedesk.reports.actions.closing import ask_for_reasons, close_month
from servicedesk.reports.actions.improving import set_improvement

__all__ = ["ask_for_reasons", "close_month", "set_improvement"]
