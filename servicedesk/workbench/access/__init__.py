"""Who gets what is kept at the workbench, one file per subject."""

from servicedesk.workbench.access.bulk import change_for, line_for

__all__ = ["change_for", "line_for"]
