"""Who gets what is kept at the workbench, one file per subject."""

from servicedesk.workbench.access.bulk import change_for, line_for
from servicedesk.workbench.access.views import view_for

__all__ = ["change_for", "line_for", "view_for"]
