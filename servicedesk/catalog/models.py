"""The request type: an entry of a department's catalog with its form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Department


class RequestType(Base):
    """`fields` is the form, checked by `rules.form_faults`; `version` counts its changes."""

    __tablename__ = "request_type"
    __table_args__ = (CheckConstraint("approval IN ('none')", name="known_approval"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(130), unique=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    name: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]] = mapped_column(default=dict)
    confidential: Mapped[bool] = mapped_column(default=False)
    approval: Mapped[str] = mapped_column(String(16), default="none")
    fields: Mapped[list[Any]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]

    department: Mapped[Department] = relationship()
