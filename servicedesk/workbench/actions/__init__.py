"""What people do at the workbench, one file per subject."""

from servicedesk.workbench.actions.drafts import (
    discard_draft,
    drop_draft,
    forget_old_drafts,
    keep_draft,
    keep_draft_seen,
    restore_draft,
)
from servicedesk.workbench.actions.presence import forget_presence, look_at, look_away

__all__ = [
    "discard_draft",
    "drop_draft",
    "forget_old_drafts",
    "forget_presence",
    "keep_draft",
    "keep_draft_seen",
    "look_at",
    "look_away",
    "restore_draft",
]
