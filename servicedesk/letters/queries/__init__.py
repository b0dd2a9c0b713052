"""Reads of letters that came in and of the mailboxes they came from. Who may see which is said by access.py."""

from servicedesk.letters.queries.log import (
    Box,
    Filter,
    Place,
    came_to,
    confidential_places,
    count_waiting,
    failing_mailboxes,
    letter,
    letters_of_ticket,
    mailbox_states,
    messages_by_mail,
    page,
    waiting,
)
from servicedesk.letters.queries.receiving import (
    came_before,
    is_flood,
    known_digests,
    lately,
    letter_at,
    opening_letter,
    was_refused,
)

__all__ = [
    "Box",
    "Filter",
    "Place",
    "came_before",
    "came_to",
    "confidential_places",
    "count_waiting",
    "failing_mailboxes",
    "is_flood",
    "known_digests",
    "lately",
    "letter",
    "letter_at",
    "letters_of_ticket",
    "mailbox_states",
    "messages_by_mail",
    "opening_letter",
    "page",
    "waiting",
    "was_refused",
]
