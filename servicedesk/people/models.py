"""Tables of people: the company, departments, persons, roles, sessions, tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from servicedesk.kernel.db import Base


class Company(Base):
    """The one row that says who we are."""

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    timezone: Mapped[str] = mapped_column(String(64))
    # Who finds out whose a request is, when the requester does not know.
    triage_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    # How many questions about resolved requests one person gets in seven days; the rest is only counted.
    questions_a_week: Mapped[int] = mapped_column(default=3)


class Department(Base):
    """Supplies services and is itself a customer."""

    __tablename__ = "department"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[dict[str, str]]
    mission: Mapped[dict[str, str]] = mapped_column(default=dict)
    # Whom it serves, in its own words.
    customers: Mapped[dict[str, str]] = mapped_column(default=dict)
    email: Mapped[str | None] = mapped_column(String(254))
    active: Mapped[bool] = mapped_column(default=True)
    # The department above it, whose leads are the leads of its leads.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    # What the department is called in a system whose history was imported ("Group 70").
    external_name: Mapped[str | None] = mapped_column(String(200), unique=True)


class Person(Base):
    """Anybody who asks, serves, leads, reads reports or administers."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    timezone: Mapped[str | None] = mapped_column(String(64))
    theme: Mapped[str] = mapped_column(String(6), default="system")
    # Whether the mail that tells of a closed month brings the report as a file.
    report_as_pdf: Mapped[bool] = mapped_column(default=False)
    # Whether single keys do something on pages; who speaks to the computer switches them off (WCAG 2.1.4).
    keys_on: Mapped[bool] = mapped_column(default=True)
    # What this person sees first after signing in: home, or the queue for who has one.
    start_page: Mapped[str] = mapped_column(String(8), default="home")
    password_hash: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    external_name: Mapped[str | None] = mapped_column(String(200), unique=True)
    # What this person answers, in a few words each: "visas", "пропуска".
    topics: Mapped[list[Any]] = mapped_column(default=list)
    # Who reads beside a note of thanks that it is for this person; see rules.THANKS_NAME.
    thanks_name: Mapped[str] = mapped_column(String(8), default="me")
    created_at: Mapped[datetime]

    department: Mapped[Department | None] = relationship()
    grants: Mapped[list[Grant]] = relationship(back_populates="person", lazy="selectin", cascade="all, delete-orphan")

    def departments_as(self, *roles: str) -> frozenset[int]:
        return frozenset(g.department_id for g in self.grants if g.role in roles and g.department_id is not None)

    @property
    def serves(self) -> frozenset[int]:
        """Ids of the departments whose queue this person works in (agents and leads)."""
        return self.departments_as("agent", "lead")

    @property
    def leads(self) -> frozenset[int]:
        return self.departments_as("lead")

    def has(self, role: str) -> bool:
        return any(grant.role == role for grant in self.grants)

    @property
    def roles(self) -> list[str]:
        return sorted({grant.role for grant in self.grants})


class Grant(Base):
    """A role a person has, in a department where the role is of one."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "department_id"),
        CheckConstraint("role IN ('agent', 'lead', 'admin', 'report_reader')", name="known_role"),
        CheckConstraint("(role IN ('agent', 'lead')) = (department_id IS NOT NULL)", name="of_a_department"),
        Index("ix_role_grant_department_id_role", "department_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))

    person: Mapped[Person] = relationship(back_populates="grants")


class SignInSession(Base):
    """A signed-in browser. The cookie holds the key, the row only its hash."""

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    browser: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship()


class ApiToken(Base):
    """A key for programs; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class SignInFailure(Base):
    """A refused sign-in, counted to slow down guessing whatever number of web processes runs."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_who_at", "who", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]


class Absence(Base):
    """A person is away from `begins_at` until `ends_at`; `substitute_id` stands in.

    `began_at` and `ended_at` say when the desk has acted on it, `cancelled_at` that it was called off.
    """

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("begins_at < ends_at", name="in_order"),
        CheckConstraint("substitute_id IS NULL OR substitute_id != person_id", name="by_another"),
        Index("ix_absence_person_id", "person_id", "begins_at"),
        Index("ix_absence_substitute_id", "substitute_id", "begins_at"),
        Index(
            "ix_absence_to_begin", "begins_at", sqlite_where=text("began_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("began_at IS NULL AND cancelled_at IS NULL"),
        ),
        Index(
            "ix_absence_to_end", "ends_at", sqlite_where=text("began_at IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=text("began_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # What colleagues may read: "vacation". Never shown to requesters.
    note: Mapped[str] = mapped_column(String(200), default="")
    # What identifies it in a calendar that was imported.
    external_id: Mapped[str | None] = mapped_column(String(200))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    substitute: Mapped[Person | None] = relationship(foreign_keys=substitute_id)
    by: Mapped[Person] = relationship(foreign_keys=by_id)
