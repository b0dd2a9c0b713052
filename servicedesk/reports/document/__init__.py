"""The stored document of a month: plain rows in, one dict of figures out. No session, no clock, no translation."""

from servicedesk.reports.document.building import METHOD, TREND_MONTHS, build
from servicedesk.reports.document.lists import LISTS, PAGE_ROWS, Keep, Lists, checksum_of_rows
from servicedesk.reports.document.opinions import Opinions, opinions_in, opinions_of
from servicedesk.reports.document.summary import summary_of
from servicedesk.reports.document.text import checksum_of, text_of

__all__ = [
    "LISTS", "METHOD", "PAGE_ROWS", "TREND_MONTHS", "Keep", "Lists", "Opinions", "build", "checksum_of", "checksum_of_rows", "opinions_in",
    "opinions_of", "summary_of", "text_of",
]  # fmt: skip
