"""Reads of the workbench, one file per subject."""

from servicedesk.workbench.queries.drafts import draft_of, draft_or_discarded, files_of_draft, files_of_drafts
from servicedesk.workbench.queries.presence import Present, present_at
from servicedesk.workbench.queries.queue import Order, Reader, group_sizes, order_of, queue, queue_page

__all__ = [
    "Order",
    "Present",
    "Reader",
    "draft_of",
    "draft_or_discarded",
    "files_of_draft",
    "files_of_drafts",
    "group_sizes",
    "order_of",
    "present_at",
    "queue",
    "queue_page",
]
