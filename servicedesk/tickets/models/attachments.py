"""Files that belong to a request."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.files.models import StoredFile
from servicedesk.kernel.db import Base
from servicedesk.tickets.models.tickets import Message, Ticket


class Attachment(Base):
    """A stored file in a request: the answer to a field of its form, or part of a message, whose visibility it has, or of the
    words of a hold, which both sides read."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_ticket_id", "ticket_id", "id"),
        Index("ix_attachment_file_id", "file_id"),
        Index("ix_attachment_message_id", "message_id"),
        Index("ix_attachment_hold_id", "hold_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    field: Mapped[str | None] = mapped_column(String(40))

    ticket: Mapped[Ticket] = relationship()
    file: Mapped[StoredFile] = relationship()
    message: Mapped[Message | None] = relationship()
