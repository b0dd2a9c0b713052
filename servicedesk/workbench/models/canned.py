"""Replies that are written once and sent often."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Person


class CannedReply(Base):
    """A department's, for all who work there, or one person's own. `title` and `text` have it by language; the text is what
    people write in a message, with variables in braces."""

    __tablename__ = "canned_reply"
    __table_args__ = (
        CheckConstraint("(department_id IS NULL) <> (person_id IS NULL)", name="one_owner"),
        CheckConstraint("kind IN ('reply', 'note', 'hold', 'resolve')", name="known_kind"),
        UniqueConstraint("department_id", "shortcut", name="uq_canned_reply_department_id_shortcut"),
        UniqueConstraint("person_id", "shortcut", name="uq_canned_reply_person_id_shortcut"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # What is typed after the slash.
    shortcut: Mapped[str] = mapped_column(String(40))
    title: Mapped[dict[str, str]]
    text: Mapped[dict[str, str]]
    # What the composer is set to when it is inserted; None leaves it.
    kind: Mapped[str | None] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    changed_by: Mapped[Person] = relationship(foreign_keys=[changed_by_id])
