"""Request types with the versions of their forms, and templates that ask for several requests at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base
from servicedesk.people.models import Department


class RequestType(Base):
    """`fields` is the form, checked by `rules.form_faults`; `version` counts all changes, `form_number` those of the form.

    `approvals` are the steps of approval, in order, checked by `rules.approval_faults`: none for an empty list. `mail`:
    what a letter to the department asks for; one of its types at most.
    """

    __tablename__ = "request_type"
    __table_args__ = (
        Index(
            "uq_request_type_mail", "department_id", unique=True, sqlite_where=text("mail"), postgresql_where=text("mail")
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(130), unique=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    name: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]] = mapped_column(default=dict)
    confidential: Mapped[bool] = mapped_column(default=False)
    mail: Mapped[bool] = mapped_column(default=False)
    # Steps: {"who": "lead"|"people", "people": [ids], "need": "any"|"all", "over": {"field": key, "amount": "100000"}}.
    approvals: Mapped[list[Any]] = mapped_column(default=list)
    # Other words for it, by which it is found: "бейдж", "badge".
    keywords: Mapped[list[Any]] = mapped_column(default=list)
    # What the customer must provide, in the department's words.
    provides: Mapped[dict[str, str]] = mapped_column(default=dict)
    fields: Mapped[list[Any]] = mapped_column(default=list)
    form_number: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]

    department: Mapped[Department] = relationship()


class FindingRevision(Base):
    """The one row that says which state of people and catalog this is: another token, another index to find in."""

    __tablename__ = "finding_revision"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    # By chance and not counted: a change that was rolled back leaves no number for another one to get.
    token: Mapped[str] = mapped_column(String(32))


class FormVersion(Base):
    """A form as it was: requests keep the number of the one they were filed with."""

    __tablename__ = "form_version"

    request_type_id: Mapped[int] = mapped_column(ForeignKey("request_type.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    fields: Mapped[list[Any]] = mapped_column(default=list)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Template(Base):
    """Several child requests in one go ("a newcomer"), owned by a department.

    `lines`: {"request_type_id": id, "step": 1, "subject": text, "description": text, "waits": true}; those of one step
    are asked together, the next step when they have ended. Checked by `rules.template_faults`.
    """

    __tablename__ = "template"
    __table_args__ = (Index("ix_template_department_id", "department_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(130), unique=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    name: Mapped[dict[str, str]]
    description: Mapped[dict[str, str]] = mapped_column(default=dict)
    lines: Mapped[list[Any]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]

    department: Mapped[Department] = relationship()
