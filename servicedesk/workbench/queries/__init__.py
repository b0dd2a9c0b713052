"""Reads of the workbench, one file per subject."""

from servicedesk.workbench.queries.drafts import draft_of, draft_or_discarded

__all__ = ["draft_of", "draft_or_discarded"]
