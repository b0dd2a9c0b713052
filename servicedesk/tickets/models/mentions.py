"""Who is named in a message with an @."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class Mention(Base):
    """A person whom the writer of a message called by name, and who may read it."""

    __tablename__ = "mention"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
