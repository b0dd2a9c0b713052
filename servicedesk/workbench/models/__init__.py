"""Tables of the workbench, one file per subject."""

from servicedesk.workbench.models.drafts import Draft, DraftFile
from servicedesk.workbench.models.presence import Presence

__all__ = ["Draft", "DraftFile", "Presence"]
