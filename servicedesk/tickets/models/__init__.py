"""Tables of tickets, one file per subject."""

from servicedesk.tickets.models.approvals import DECISIONS, NEEDS, Approval
from servicedesk.tickets.models.attachments import Attachment
from servicedesk.tickets.models.children import ChildRequest
from servicedesk.tickets.models.linking import LINK_KINDS, TicketLink
from servicedesk.tickets.models.mentions import Mention
from servicedesk.tickets.models.merging import Merge
from servicedesk.tickets.models.seals import BrokenSeal
from servicedesk.tickets.models.search import TICKET_WORDS, SearchEntry, SearchWord
from servicedesk.tickets.models.tickets import (
    BALLS,
    LEFT_BECAUSE,
    PRIORITIES,
    STATUSES,
    Hold,
    Message,
    Stay,
    Ticket,
    Watcher,
)

__all__ = [
    "BALLS", "DECISIONS", "LEFT_BECAUSE", "LINK_KINDS", "NEEDS", "PRIORITIES", "STATUSES", "TICKET_WORDS", "Approval", "Attachment", "BrokenSeal",
    "ChildRequest", "Hold", "Mention", "Merge", "Message", "SearchEntry", "SearchWord", "Stay", "Ticket", "TicketLink", "Watcher",
]  # fmt: skip
