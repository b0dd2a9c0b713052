"""When somebody looked last at a list that changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from servicedesk.kernel.db import Base


class Look(Base):
    """One person's last look at one list: what came later is new to them. `place` names the list, see rules.place_of."""

    __tablename__ = "look"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(80), primary_key=True)
    looked_at: Mapped[datetime] = mapped_column(index=True)
