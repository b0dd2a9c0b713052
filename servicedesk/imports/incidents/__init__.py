"""Incident logs of ServiceNow: read a file, plan each case, apply the plans."""

from servicedesk.imports.incidents.apply import Summary, run
from servicedesk.imports.incidents.reading import WrongFile

__all__ = ["Summary", "WrongFile", "run"]
