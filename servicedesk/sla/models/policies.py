"""Tables of promises in general: for whom they are, and what is promised, in versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.sla.models.agreements import AgreementVersion


class Policy(Base):
    """For whom a promise is: every column narrows. With a customer department it is a line of an agreement."""

    __tablename__ = "policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    # What identifies it in the organisation file, e.g. "department=it priority=urgent".
    name: Mapped[str] = mapped_column(String(300), unique=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    request_type_id: Mapped[int | None] = mapped_column(ForeignKey("request_type.id"))
    priority: Mapped[str | None] = mapped_column(String(8))
    customer_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    active: Mapped[bool] = mapped_column(default=True)

    versions: Mapped[list[PolicyVersion]] = relationship(back_populates="policy", order_by="PolicyVersion.number")


class PolicyVersion(Base):
    """Immutable. `targets` maps metric to a duration as in the organisation file ("4h", "3bd", "24h wall")."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("policy_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    number: Mapped[int]
    targets: Mapped[dict[str, str]]
    # Percents of the target at which the team is warned.
    warn_at: Mapped[list[Any]]
    # Steps after the breach, in order: [{"after": "8h", "to": "leads"}]; rules.ESCALATE says what is usual.
    escalate: Mapped[list[Any]]
    # The hours it is counted by where they are not those of the department.
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendar.id"))
    # What both departments signed, where the promise is a line of an agreement.
    agreement_version_id: Mapped[int | None] = mapped_column(ForeignKey("agreement_version.id"), index=True)
    made_at: Mapped[datetime]

    policy: Mapped[Policy] = relationship(back_populates="versions")
    agreement_version: Mapped[AgreementVersion | None] = relationship()
