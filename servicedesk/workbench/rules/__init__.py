"""Pure answers about the workbench, one file per subject."""

from servicedesk.workbench.rules.drafts import (
    KEPT_DAYS,
    LONGEST_DRAFT,
    REGRETTED_FOR,
    Typed,
    filled,
    is_newer_elsewhere,
    may_be_kept,
    size_of,
)

__all__ = [
    "KEPT_DAYS", "LONGEST_DRAFT", "REGRETTED_FOR", "Typed", "filled", "is_newer_elsewhere", "may_be_kept", "size_of",
]  # fmt: skip
