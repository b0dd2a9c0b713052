"""Tables of the workbench, one file per subject."""

from servicedesk.workbench.models.drafts import Draft, DraftFile

__all__ = ["Draft", "DraftFile"]
