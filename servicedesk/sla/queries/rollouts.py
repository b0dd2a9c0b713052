"""Versions of policies and calendars that may be applied to clocks that run, the clocks they concern, and rollouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.people.models import Person
from servicedesk.sla.models import Calendar, CalendarVersion, Clock, Policy, PolicyVersion, Rollout
from servicedesk.sla.queries.calendars import users_of
from servicedesk.sla.queries.rulebook import calendar_of
from servicedesk.tickets.models import Ticket

LARGEST_ID = 2**31


@dataclass(frozen=True)
class Version:
    """A version of a policy or calendar, and what its older versions were.

    `what` is policy or calendar and `subject_id` the id of that; `former` maps the ids of the versions with a lower
    number to the calendar that each of them named (a policy's own hours). `department_ids` are those whom it concerns,
    None for the whole company. `name` identifies it in the organisation file.
    """

    what: str
    id: int
    subject_id: int
    number: int
    name: str
    targets: Mapping[str, str]
    calendar_id: int | None
    former: Mapping[int, int | None]
    newest: bool
    active: bool
    department_ids: frozenset[int | None]
    of_agreement: bool = False


@dataclass(frozen=True)
class Terms:
    """What a clock runs under: target as written ("" for none), version of its policy, version of its calendar."""

    target: str
    policy_version_id: int | None
    calendar_version_id: int


def policy_version(version_id: int) -> Version | None:
    """Lines of agreements are among them: they are changed by a new agreement, and applied all the same."""
    query = (
        select(PolicyVersion, Policy, RequestType.department_id)
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .outerjoin(RequestType, RequestType.id == Policy.request_type_id)
        .where(PolicyVersion.id == version_id)
    )
    found = db.session.execute(query).one_or_none() if 0 < version_id < LARGEST_ID else None
    if found is None:
        return None
    row, policy, of_type = found
    rows = select(PolicyVersion.id, PolicyVersion.number, PolicyVersion.calendar_id)
    others = db.session.execute(rows.where(PolicyVersion.policy_id == policy.id)).all()
    department_id = policy.department_id or of_type
    return Version(
        "policy", row.id, policy.id, row.number, policy.name, dict(row.targets), row.calendar_id,
        former={other.id: other.calendar_id for other in others if other.number < row.number},
        newest=row.number == max(other.number for other in others), active=policy.active,
        department_ids=frozenset({department_id}),
        of_agreement=policy.customer_department_id is not None,
    )  # fmt: skip


def calendar_version(version_id: int) -> Version | None:
    query = select(CalendarVersion, Calendar).join(Calendar).where(CalendarVersion.id == version_id)
    found = db.session.execute(query).one_or_none() if 0 < version_id < LARGEST_ID else None
    if found is None:
        return None
    row, calendar = found
    rows = select(CalendarVersion.id, CalendarVersion.number).where(CalendarVersion.calendar_id == calendar.id)
    others = db.session.execute(rows).all()
    return Version(
        "calendar", row.id, calendar.id, row.number, calendar.key, {}, None,
        former={other.id: None for other in others if other.number < row.number},
        newest=row.number == max(other.number for other in others), active=True, department_ids=users_of(calendar),
    )  # fmt: skip


def version_of(rollout: Rollout) -> Version:
    """What is being applied."""
    if rollout.policy_version_id is not None:
        found = policy_version(rollout.policy_version_id)
    else:
        found = calendar_version(rollout.calendar_version_id or 0)
    if found is None:
        raise LookupError(f"the version of rollout {rollout.id} is gone")
    return found


def concerned(version: Version) -> ColumnElement[bool]:
    """Clocks that run under an older version. What is broken or agreed on for one ticket is not touched."""
    runs_under = Clock.policy_version_id if version.what == "policy" else Clock.calendar_version_id
    running = Clock.open & Clock.breached_at.is_(None) & ~Clock.target.startswith("at ")
    return running & runs_under.in_(sorted(version.former))


def countable_by(person: Person) -> ColumnElement[bool]:
    """Confidential tickets are counted by the team that holds them and by nobody else."""
    return or_(~Ticket.confidential, Ticket.department_id.in_(person.serves))


def running_under_older(version: Version, only: ColumnElement[bool]) -> int:
    """How many clocks are `concerned`, of those whose ticket fits `only`."""
    query = select(func.count()).select_from(Clock).join(Ticket, Ticket.id == Clock.ticket_id)
    return db.session.scalar(query.where(concerned(version), only)) or 0


def openly_running(version: Version) -> int:
    """The same, without confidential tickets: what everybody who reads of the rollout may know."""
    return running_under_older(version, ~Ticket.confidential)


def next_clock_ids(version: Version, after: int, limit: int) -> list[int]:
    query = select(Clock.id).where(concerned(version), Clock.id > after).order_by(Clock.id)
    return list(db.session.scalars(query.limit(limit)))


def clocks_to_move(version: Version, clock_ids: Sequence[int]) -> list[Clock]:
    """These clocks with marks and ticket, locked; without those that ended or broke a moment ago."""
    query: Select[Any] = (
        select(Clock)
        .join(Clock.ticket)
        .where(Clock.id.in_(clock_ids), concerned(version))
        .order_by(Clock.id)
        .options(contains_eager(Clock.ticket), selectinload(Clock.marks))
        .with_for_update(of=(Clock, Ticket))
    )
    return list(db.session.scalars(query))


def becomes(version: Version, terms: Terms, metric: str, department_id: int) -> Terms:
    """What a clock of the department runs under once `version` is applied to it.

    A policy that names other hours than before brings them along; the same hours stay in the version they have.
    """
    if version.what == "calendar":
        return Terms(terms.target, terms.policy_version_id, version.id)
    hours, target = terms.calendar_version_id, version.targets.get(metric, "")
    if target and version.former.get(terms.policy_version_id or 0) != version.calendar_id:
        hours = calendar_of(department_id, version.calendar_id) or hours
    return Terms(target, version.id, hours)


def rollout(rollout_id: int) -> Rollout | None:
    query = select(Rollout).where(Rollout.id == rollout_id).options(joinedload(Rollout.asked_by))
    return db.session.scalars(query).one_or_none() if 0 < rollout_id < LARGEST_ID else None


def rollout_to_carry_on(rollout_id: int) -> Rollout | None:
    """The rollout, locked; None when it is finished, or in the hands of another worker right now."""
    query = select(Rollout).where(Rollout.id == rollout_id, Rollout.finished_at.is_(None))
    return db.session.scalars(query.with_for_update(skip_locked=True)).one_or_none()


def unfinished_rollouts() -> list[int]:
    return list(db.session.scalars(select(Rollout.id).where(Rollout.finished_at.is_(None)).order_by(Rollout.id)))


def unfinished_rollout_of(version: Version) -> Rollout | None:
    query = select(Rollout).where(_column(version) == version.id, Rollout.finished_at.is_(None)).order_by(Rollout.id)
    return db.session.scalars(query.limit(1)).one_or_none()


def latest_rollouts(version: Version, limit: int = 5) -> list[tuple[Rollout, int]]:
    """The newest rollouts of any version of the same policy or calendar, each with the number of its version."""
    table = PolicyVersion if version.what == "policy" else CalendarVersion
    query = (
        select(Rollout, table.number)
        .join(table, table.id == _column(version))
        .where(_column(version).in_([version.id, *version.former]))
        .order_by(Rollout.id.desc())
        .options(joinedload(Rollout.asked_by))
    )
    return [(row, number) for row, number in db.session.execute(query.limit(limit))]


def _column(version: Version) -> Any:
    return Rollout.policy_version_id if version.what == "policy" else Rollout.calendar_version_id
