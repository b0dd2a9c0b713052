"""Tables of the workbench, one file per subject."""

from servicedesk.workbench.models.drafts import Draft

__all__ = ["Draft"]
