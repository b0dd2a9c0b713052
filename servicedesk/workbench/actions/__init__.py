"""What people do at the workbench, one file per subject."""

from servicedesk.workbench.actions.drafts import (
    discard_draft,
    drop_draft,
    forget_old_drafts,
    keep_draft,
    keep_draft_seen,
    restore_draft,
)

__all__ = ["discard_draft", "drop_draft", "forget_old_drafts", "keep_draft", "keep_draft_seen", "restore_draft"]
