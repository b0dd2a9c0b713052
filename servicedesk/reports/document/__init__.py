"""The stored document of a month: plain rows in, one dict of figures out. No session, no clock, no translation."""

from servicedesk.reports.document.building import METHOD, TREND_MONTHS, build
from servicedesk.reports.document.improvements import MEASURED_FOR, ActionRow, baseline_of, improvements_of, sample_of
from servicedesk.reports.document.lists import LISTS, PAGE_ROWS, Keep, Lists, checksum_of_rows
from servicedesk.reports.document.matrix import hidden_in
from servicedesk.reports.document.opinions import Opinions, opinions_in, opinions_of
from servicedesk.reports.document.summary import summary_of
from servicedesk.reports.document.surveys import SURVEY_METHOD, build_survey, survey_of
from servicedesk.reports.document.text import checksum_of, text_of

__all__ = [
    "LISTS", "MEASURED_FOR", "METHOD", "PAGE_ROWS", "SURVEY_METHOD", "TREND_MONTHS", "ActionRow", "Keep", "Lists", "Opinions", "baseline_of", "build", "build_survey",
    "checksum_of", "checksum_of_rows", "hidden_in", "improvements_of", "opinions_in", "opinions_of", "sample_of", "summary_of", "survey_of", "text_of",
]  # fmt: skip
