"""What people do at the workbench, one file per subject."""

from servicedesk.workbench.actions.bulk import (
    begin_change,
    begin_undo,
    change_one,
    finish_change,
    forget_old_changes,
    keep_refusal,
    keep_undo_refusal,
    undo_one,
)
from servicedesk.workbench.actions.canned import Prepared, add_reply, change_reply, drop_reply
from servicedesk.workbench.actions.drafts import (
    discard_draft,
    drop_draft,
    forget_old_drafts,
    keep_draft,
    keep_draft_seen,
    restore_draft,
)
from servicedesk.workbench.actions.looks import forget_old_looks, keep_look
from servicedesk.workbench.actions.presence import forget_presence, look_at, look_away
from servicedesk.workbench.actions.views import (
    bring_view_back,
    forget_removed_views,
    move_view,
    open_with,
    overwrite_view,
    remove_view,
    rename_view,
    save_view,
    share_view,
)

__all__ = [
    "Prepared",
    "add_reply",
    "begin_change",
    "begin_undo",
    "bring_view_back",
    "change_one",
    "change_reply",
    "discard_draft",
    "drop_draft",
    "drop_reply",
    "finish_change",
    "forget_old_changes",
    "forget_old_drafts",
    "forget_old_looks",
    "forget_presence",
    "forget_removed_views",
    "keep_draft",
    "keep_draft_seen",
    "keep_look",
    "keep_refusal",
    "keep_undo_refusal",
    "look_at",
    "look_away",
    "move_view",
    "open_with",
    "overwrite_view",
    "remove_view",
    "rename_view",
    "restore_draft",
    "save_view",
    "share_view",
    "undo_one",
]
