"""The stored document of a month: plain rows in, one dict of figures out. No session, no clock, no translation."""

from servicedesk.reports.document.building import METHOD, build, checksum_of, text_of
from servicedesk.reports.document.opinions import Opinions, opinions_in, opinions_of

__all__ = ["METHOD", "Opinions", "build", "checksum_of", "opinions_in", "opinions_of", "text_of"]
