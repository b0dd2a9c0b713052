"""Reads of the workbench, one file per subject."""

from servicedesk.workbench.queries.bulk import lines_to_undo, newest_change, outcomes, waiting_lines
from servicedesk.workbench.queries.canned import count_of, replies_for, replies_of, reply_with
from servicedesk.workbench.queries.drafts import (
    count_drafts,
    draft_of,
    draft_or_discarded,
    files_of_draft,
    files_of_drafts,
)
from servicedesk.workbench.queries.load import Load, team_load
from servicedesk.workbench.queries.looks import count_news, look_of, news_among, versions_page
from servicedesk.workbench.queries.neighbours import numbers_in_order
from servicedesk.workbench.queries.presence import Present, present_at
from servicedesk.workbench.queries.queue import Order, Reader, group_sizes, order_of, queue, queue_page, rows_of
from servicedesk.workbench.queries.surroundings import Surroundings, surroundings_of
from servicedesk.workbench.queries.views import beside, opening_view, saved_view, siblings, view_counts, views_seen_by

__all__ = [
    "Load",
    "Order",
    "Present",
    "Reader",
    "Surroundings",
    "beside",
    "count_drafts",
    "count_news",
    "count_of",
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
    "opening_view",
    "order_of",
    "outcomes",
    "present_at",
    "queue",
    "queue_page",
    "replies_for",
    "replies_of",
    "reply_with",
    "rows_of",
    "saved_view",
    "siblings",
    "surroundings_of",
    "team_load",
    "versions_page",
    "view_counts",
    "views_seen_by",
    "waiting_lines",
]
