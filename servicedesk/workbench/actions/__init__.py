"""What people do at the workbench, one file per subject."""

from servicedesk.workbench.actions.drafts import drop_draft, forget_old_drafts, keep_draft

__all__ = ["drop_draft", "forget_old_drafts", "keep_draft"]
