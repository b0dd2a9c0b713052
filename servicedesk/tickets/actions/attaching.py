"""Files that come with words instead of answering a field of the form."""

from __future__ import annotations

from collections.abc import Sequence

from servicedesk.files.models import StoredFile
from servicedesk.kernel.db import db
from servicedesk.tickets.models import Attachment, Message, Ticket


def attach(ticket: Ticket, files: Sequence[StoredFile], message: Message | None = None) -> None:
    """Make stored files part of a message, whose visibility they have, or of the description where there is none."""
    message_id = message.id if message is not None else None
    db.session.add_all(Attachment(ticket_id=ticket.id, file_id=file.id, message_id=message_id) for file in files)
    db.session.flush()
