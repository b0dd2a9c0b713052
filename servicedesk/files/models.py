"""The table of stored files. Whose they are is said by what refers to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class StoredFile(Base):
    """One uploaded file. `key` names it in forms and calls, `digest` (SHA-256) is where its bytes are.

    `owner_id` is the person who sent it: until something refers to the file, only they may use it.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        Index("ix_stored_file_digest", "digest"),
        Index("ix_stored_file_made_at", "made_at"),
        # What somebody has sent that is part of nothing yet is counted before more is taken.
        Index("ix_stored_file_owner_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(255))
    # The media type found in the content, not the one that was claimed.
    kind: Mapped[str] = mapped_column(String(127))
    size: Mapped[int] = mapped_column()
    owner_id: Mapped[int | None] = mapped_column()
    made_at: Mapped[datetime]
