"""What somebody has typed into a form and not sent yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class Draft(Base):
    """One form of one person. `place` names the form: "ticket:1042", "reopen:1042", "new:it.hardware". Never of a form that rates:
    what somebody thinks of others is kept nowhere under their name."""

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)
    # Name of the field to what was typed into it; to all that was ticked, where there is more than one choice.
    fields: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    # Thrown away by its writer, who can have it back until it is swept.
    discarded_at: Mapped[datetime | None]


class DraftFile(Base):
    """A file that was sent for a form and waits with its draft: as long as it does, it is not swept away."""

    __tablename__ = "draft_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "place"],
            ["draft.person_id", "draft.place"],
            name="fk_draft_file_person_id",
            ondelete="CASCADE",
        ),
    )

    person_id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(120), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), primary_key=True, index=True)
