"""Tables of the workbench, one file per subject."""

from servicedesk.workbench.models.bulk import BulkChange, BulkLine
from servicedesk.workbench.models.canned import CannedReply
from servicedesk.workbench.models.drafts import Draft, DraftFile
from servicedesk.workbench.models.looks import Look
from servicedesk.workbench.models.presence import Presence
from servicedesk.workbench.models.views import OpeningView, SavedView

__all__ = [
    "BulkChange",
    "BulkLine",
    "CannedReply",
    "Draft",
    "DraftFile",
    "Look",
    "OpeningView",
    "Presence",
    "SavedView",
]
