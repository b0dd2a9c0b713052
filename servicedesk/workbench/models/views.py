"""Lists that somebody wants to come back to, and the one with which the queue opens for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Department, Person


class SavedView(Base):
    """What a queue is asked for, under a name: `query` as `rules.written` writes it. What it shows is asked anew by whoever
    looks, as themselves: it gives nobody a request that is not theirs."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # Whose people see it; None for its owner alone.
    shared_with_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    # Whose queue it looks at; None for all in which the reader works.
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    # Its place among those of its owner, or of the department.
    position: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    # Until it is forgotten it can be brought back.
    removed_at: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy's own name

    owner: Mapped[Person] = relationship()
    shared_with: Mapped[Department | None] = relationship(foreign_keys=shared_with_id)
    department: Mapped[Department | None] = relationship(foreign_keys=department_id)


class OpeningView(Base):
    """With what the queue opens for somebody: a saved view, or one of `rules.BUILT_IN`."""

    __tablename__ = "opening_view"
    __table_args__ = (CheckConstraint("(view_id IS NULL) != (built_in IS NULL)", name="one_of_both"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    view_id: Mapped[int | None] = mapped_column(ForeignKey("saved_view.id"), index=True)
    built_in: Mapped[str | None] = mapped_column(String(20))
