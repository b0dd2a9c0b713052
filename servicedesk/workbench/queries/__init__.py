"""Reads of the workbench, one file per subject."""

from servicedesk.workbench.queries.bulk import lines_to_undo, newest_change, outcomes, waiting_lines
from servicedesk.workbench.queries.drafts import draft_of, draft_or_discarded, files_of_draft, files_of_drafts
from servicedesk.workbench.queries.looks import count_news, look_of, news_among, versions_page
from servicedesk.workbench.queries.neighbours import numbers_in_order
from servicedesk.workbench.queries.presence import Present, present_at
from servicedesk.workbench.queries.queue import Order, Reader, group_sizes, order_of, queue, queue_page

__all__ = [
    "Order",
    "Present",
    "Reader",
    "count_news",
    "draft_of",
    "draft_or_discarded",
    "files_of_draft",
    "files_of_drafts",
    "group_sizes",
    "lines_to_undo",
    "look_of",
    "newest_change",
    "news_among",
    "numbers_in_order",
    "order_of",
    "outcomes",
    "present_at",
    "queue",
    "queue_page",
    "versions_page",
    "waiting_lines",
]
