"""Gives what is kept at the workbench to who may have it, one file per subject."""

from servicedesk.workbench.access.bulk import change_for, line_for
from servicedesk.workbench.access.canned import keeper_of, reply_for, reply_of
from servicedesk.workbench.access.views import view_for

__all__ = ["change_for", "keeper_of", "line_for", "reply_for", "reply_of", "view_for"]
