"""Agreements between departments: the list, one with its versions, what is in force, what a promise is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, selectinload

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.kernel.paging import Page, page_of
from servicedesk.people.models import Person
from servicedesk.sla import agreement_rules, rules
from servicedesk.sla.agreement_rules import Known, Line, Terms
from servicedesk.sla.models import Agreement, AgreementVersion, Calendar, Policy, PolicyVersion
from servicedesk.sla.queries.rulebook import policy_of


@dataclass(frozen=True)
class Claimed:
    """An accepted promise of another agreement between the same departments for some of the same days."""

    agreement_id: int
    version: int
    claims: frozenset[agreement_rules.Claim]


@dataclass(frozen=True)
class PromiseName:
    """What people call the policy of a clock: its name, or the wording of the agreement that it is a line of."""

    policy: str
    number: int
    agreement_id: int | None = None
    agreement_version: int | None = None
    supplier: Mapping[str, str] | None = None
    customer: Mapping[str, str] | None = None
    supplier_id: int | None = None
    customer_id: int | None = None


def agreements(
    reader: Person, on: date, *, department_id: int | None = None, state: str | None = None, cursor: str | None = None,
    limit: int = 50,
) -> Page[Agreement]:  # fmt: skip
    """The agreements that `reader` may know with their versions, those that wait for the reader's answer first, then the
    newest. `state` is one of `agreement_rules.STATES` on the day `on`."""
    query = select(Agreement).where(_known_to(reader))
    query = query.options(joinedload(Agreement.supplier), joinedload(Agreement.customer))
    query = query.options(selectinload(Agreement.versions))
    if department_id is not None:
        query = query.where(or_(Agreement.supplier_id == department_id, Agreement.customer_id == department_id))
    if state is not None:
        query = query.where(_in_state(state, on, reader))
    waits = case((_waits_for(reader), 1), else_=0)
    return page_of(query, [waits, Agreement.id], cursor=cursor, limit=limit, descending=True)


def waiting_for(reader: Person) -> int:
    """How many proposals wait for an answer of this lead."""
    if not reader.leads:
        return 0
    return db.session.scalar(select(func.count()).select_from(Agreement).where(_waits_for(reader))) or 0


def agreement(agreement_id: int) -> Agreement | None:
    return db.session.get(Agreement, agreement_id) if 0 < agreement_id < 2**31 else None


def versions(agreement_id: int) -> list[AgreementVersion]:
    """All versions of an agreement, oldest first, with the people who proposed and answered."""
    query = select(AgreementVersion).where(AgreementVersion.agreement_id == agreement_id)
    query = query.options(joinedload(AgreementVersion.proposed_by), joinedload(AgreementVersion.answered_by))
    return list(db.session.scalars(query.order_by(AgreementVersion.number)))


def version_in_force(agreement: Agreement, on: date) -> AgreementVersion | None:
    """The wording that holds on a day of the supplier's calendar."""
    return agreement_rules.in_force(versions(agreement.id), on)


def agreements_between(supplier_id: int, customer_id: int) -> list[Agreement]:
    """All agreements of a pair, oldest first, with their versions."""
    query = select(Agreement).where(Agreement.supplier_id == supplier_id, Agreement.customer_id == customer_id)
    return list(db.session.scalars(query.options(selectinload(Agreement.versions)).order_by(Agreement.id)))


def all_agreements() -> list[Agreement]:
    """Every agreement with its versions, oldest first: for the organisation file."""
    return list(db.session.scalars(select(Agreement).options(selectinload(Agreement.versions)).order_by(Agreement.id)))


def agreements_of(department_id: int, reader: Person) -> list[Agreement]:
    """What `reader` may know of the agreements in which the department is supplier or customer, with their versions."""
    query = select(Agreement).where(_known_to(reader)).options(selectinload(Agreement.versions))
    query = query.where(or_(Agreement.supplier_id == department_id, Agreement.customer_id == department_id))
    return list(db.session.scalars(query.order_by(Agreement.id)))


def terms_of(version: AgreementVersion) -> Terms:
    """What a version says in plain values: to fill a form, to compare, to write a file."""
    keys = {line["request_type_id"] for line in version.promises} - {None}
    types = {
        row.id: row.key
        for row in db.session.execute(select(RequestType.id, RequestType.key).where(RequestType.id.in_(keys)))
    }
    calendar = db.session.get(Calendar, version.calendar_id) if version.calendar_id is not None else None
    lines = tuple(
        Line(
            types.get(line["request_type_id"]), line["priority"], dict(line["targets"]),
            tuple(line.get("warn_at", rules.WARN_AT)), tuple(line.get("escalate", rules.ESCALATE)),
        )
        for line in version.promises
    )  # fmt: skip
    return Terms(
        promises=lines, valid_from=version.valid_from, valid_until=version.valid_until, review_on=version.review_on,
        services=version.services, mission=version.mission, customer_provides=version.customer_provides,
        calendar=calendar.key if calendar else None,
    )  # fmt: skip


def known_for(supplier_id: int, today: date | None) -> Known:
    """What terms of this supplier may name."""
    types = select(RequestType.key, RequestType.id).where(RequestType.department_id == supplier_id)
    return Known(
        request_types={row.key: row.id for row in db.session.execute(types)},
        calendars={row.key: row.id for row in db.session.execute(select(Calendar.key, Calendar.id))},
        today=today,
    )


def claimed_elsewhere(
    supplier_id: int, customer_id: int, first: date, last: date | None, *, but: int | None
) -> list[Claimed]:
    """What agreements of the two departments, one of them apart, promise on days from `first` to `last` (None: for ever)."""
    found = []
    for other in agreements_between(supplier_id, customer_id):
        if other.id == but:
            continue
        for version in agreement_rules.accepted(other.versions):
            ends = agreement_rules.last_day(version, other.versions)
            if version.valid_from <= min(ends, last or date.max) and first <= ends:
                found.append(Claimed(other.id, version.number, frozenset(agreement_rules.claims(version))))
    return found


def to_remind(on: date, latest: date) -> list[int]:
    """Ids of accepted versions that end or are to be reviewed between these days and of which nobody was reminded."""
    ends = and_(AgreementVersion.valid_until.between(on, latest), AgreementVersion.end_reminded_at.is_(None))
    reviews = and_(AgreementVersion.review_on.between(on, latest), AgreementVersion.review_reminded_at.is_(None))
    query = select(AgreementVersion.id).where(AgreementVersion.state == "accepted", or_(ends, reviews))
    return list(db.session.scalars(query.order_by(AgreementVersion.id)))


def promise_names(policy_version_ids: Iterable[int | None]) -> dict[int, PromiseName]:
    """How people call the policies with these version ids, in one query."""
    wanted = set(policy_version_ids) - {None}
    if not wanted:
        return {}
    query = (
        select(PolicyVersion.id, PolicyVersion.number, Policy.name, AgreementVersion)
        .join(Policy)
        .outerjoin(AgreementVersion, AgreementVersion.id == PolicyVersion.agreement_version_id)
        .where(PolicyVersion.id.in_(wanted))
        .options(joinedload(AgreementVersion.agreement).joinedload(Agreement.supplier))
        .options(joinedload(AgreementVersion.agreement).joinedload(Agreement.customer))
    )
    return {row[0]: _promise_name(row[2], row[1], row[3]) for row in db.session.execute(query)}


def is_same_promise(policy_version_id: int | None, other_id: int | None) -> bool:
    """Whether two versions are of one policy, or of the same line in two wordings of one agreement."""
    if policy_of(policy_version_id) == policy_of(other_id):
        return True
    query = (
        select(Policy.request_type_id, Policy.priority, AgreementVersion.agreement_id)
        .join(PolicyVersion, PolicyVersion.policy_id == Policy.id)
        .join(AgreementVersion, AgreementVersion.id == PolicyVersion.agreement_version_id)
        .where(PolicyVersion.id.in_({policy_version_id, other_id} - {None}))
    )
    found = db.session.execute(query).all()
    return len(found) == 2 and found[0] == found[1]


def _promise_name(policy: str, number: int, version: AgreementVersion | None) -> PromiseName:
    if version is None:
        return PromiseName(policy, number)
    agreement = version.agreement
    return PromiseName(
        policy, number, agreement.id, version.number, dict(agreement.supplier.name), dict(agreement.customer.name),
        agreement.supplier_id, agreement.customer_id,
    )  # fmt: skip


def _known_to(reader: Person) -> ColumnElement[bool]:
    """In SQL what `agreement_rules.reads_version` says of the agreement's versions."""
    for_us = and_(Agreement.customer_id == reader.department_id, _has_version(AgreementVersion.state == "accepted"))
    return or_(_known_wholly_to(reader), for_us)


def _known_wholly_to(reader: Person) -> ColumnElement[bool]:
    """In SQL what `agreement_rules.reads_all` says."""
    if reader.has("admin"):
        return true()
    return or_(Agreement.supplier_id.in_(reader.serves), Agreement.customer_id.in_(reader.serves))


def _waits_for(reader: Person) -> ColumnElement[bool]:
    """In SQL what `agreement_rules.answers` says of the open proposal."""
    other_side = case(
        (AgreementVersion.proposed_for_id == Agreement.supplier_id, Agreement.customer_id), else_=Agreement.supplier_id
    )
    return _has_version(AgreementVersion.state == "proposed", other_side.in_(reader.leads))


def _in_state(state: str, on: date, reader: Person) -> ColumnElement[bool]:
    """In SQL what `agreement_rules.state_of` says; proposed are all that have a proposal which the reader may know."""
    accepted = _has_version(AgreementVersion.state == "accepted")
    proposed = _has_version(AgreementVersion.state == "proposed")
    if state == "proposed":
        return and_(proposed, _known_wholly_to(reader))
    if state == "refused":
        return and_(~accepted, ~proposed)
    in_force, coming = _holds(AgreementVersion.valid_from <= on, on), _holds(AgreementVersion.valid_from > on, None)
    if state == "in_force":
        return in_force
    return and_(~in_force, coming) if state == "coming" else and_(accepted, ~in_force, ~coming)


def _holds(begins: ColumnElement[bool], on: date | None) -> ColumnElement[bool]:
    """An accepted version that `begins` so and that no later one has replaced (by the day `on`, else before it began)."""
    later = aliased(AgreementVersion)
    replaced = exists().where(
        later.agreement_id == AgreementVersion.agreement_id,
        later.state == "accepted",
        later.number > AgreementVersion.number,
        later.valid_from <= (on if on is not None else AgreementVersion.valid_from),
    )
    lasts = [or_(AgreementVersion.valid_until.is_(None), AgreementVersion.valid_until >= on)] if on is not None else []
    return _has_version(AgreementVersion.state == "accepted", begins, ~replaced, *lasts)


def _has_version(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(AgreementVersion.agreement_id == Agreement.id, *which).correlate(Agreement)
