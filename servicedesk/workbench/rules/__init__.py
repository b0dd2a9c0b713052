"""Pure answers about the workbench, one file per subject."""

from servicedesk.workbench.rules.drafts import KEPT_DAYS, LONGEST_DRAFT, may_be_kept

__all__ = ["KEPT_DAYS", "LONGEST_DRAFT", "may_be_kept"]
