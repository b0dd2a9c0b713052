"""Reads of reports, one file per subject: stored issues, months to close, the rows of a month, the running month."""

from servicedesk.reports.queries.heard import STANDINGS, case, cases, names_consented, open_case_count, thanks
from servicedesk.reports.queries.improvements import (
    STATES,
    actions_told,
    improvement,
    improvements,
    improvements_owned,
    open_actions,
)
from servicedesk.reports.queries.issues import (
    ClosedMonth,
    closed_months,
    document_of,
    first_pages,
    is_intact,
    issue,
    issues,
    issues_of,
    list_page,
    list_rows,
    newest_issues,
    summaries_before,
    whole_document_of,
)
from servicedesk.reports.queries.live import AtRisk, Live, live
from servicedesk.reports.queries.month import month_rows, ratings_of
from servicedesk.reports.queries.months import (
    closing_moment,
    company_zone,
    leads_to_ask,
    month_to_explain,
    open_months_to_close,
)
from servicedesk.reports.queries.surveys import (
    suggestions,
    survey_closed_before,
    survey_document,
    survey_report,
    survey_reports,
    wave_rows,
)

__all__ = [
    "STANDINGS", "STATES", "AtRisk", "ClosedMonth", "Live", "actions_told", "case", "cases", "closed_months",
    "closing_moment", "company_zone", "document_of", "first_pages", "improvement", "improvements", "improvements_owned", "is_intact",
    "issue", "issues", "issues_of", "leads_to_ask", "list_page", "list_rows", "live", "month_rows",
    "month_to_explain", "names_consented", "newest_issues", "open_actions", "open_case_count", "open_months_to_close", "ratings_of",
    "suggestions", "summaries_before", "survey_closed_before", "survey_document", "survey_report", "survey_reports",
    "thanks", "wave_rows", "whole_document_of",
]  # fmt: skip
