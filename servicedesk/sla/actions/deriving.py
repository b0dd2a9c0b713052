"""What accepting an agreement does to the rules: one policy for each promise, and an end for what was promised before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.db import db, forget_remembered
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department
from servicedesk.sla import agreement_rules, queries
from servicedesk.sla.actions.setting import set_policy, withdraw_policy
from servicedesk.sla.agreement_rules import Known, Terms
from servicedesk.sla.models import Agreement, AgreementVersion
from servicedesk.sla.queries.agreements import Claimed, claimed_elsewhere
from servicedesk.sla.rules import PolicyRow

CHANGED = N_("Somebody answered or changed this agreement meanwhile. Look at it again.")


def lock_supplier(supplier_id: int) -> None:
    """Let nobody else propose or answer anything about this supplier's agreements until the transaction ends.

    On SQLite a writing transaction is alone anyway. References to the department are not held up.
    """
    db.session.flush()
    db.session.execute(select(Department.id).where(Department.id == supplier_id).with_for_update(key_share=True))
    db.session.expire_all()
    forget_remembered()


def add_version(
    stamp: Stamp, agreement: Agreement, terms: Terms, known: Known, *, state: str, proposed_for_id: int | None
) -> AgreementVersion:
    """The next version of an agreement with these terms, which have no faults."""
    before = agreement_rules.newest(queries.versions(agreement.id))
    named = agreement_rules.with_warnings_of(terms, queries.terms_of(before) if before else None)
    version = AgreementVersion(
        agreement=agreement, number=before.number + 1 if before else 1, state=state, services=named.services,
        mission=named.mission, customer_provides=named.customer_provides,
        promises=[
            {
                "request_type_id": known.request_types[line.request_type] if line.request_type else None,
                "priority": line.priority, "targets": dict(line.targets), "warn_at": list(line.warn_at or ()),
                "escalate": [dict(step) for step in line.escalate or ()],
            }
            for line in named.promises
        ],
        calendar_id=known.calendars[named.calendar] if named.calendar else None, valid_from=named.valid_from,
        valid_until=named.valid_until, review_on=named.review_on, proposed_for_id=proposed_for_id,
        proposed_by_id=stamp.actor_id, proposed_at=stamp.at,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def add_last_version(stamp: Stamp, before: AgreementVersion, valid_from: date, valid_until: date) -> AgreementVersion:
    """The same wording once more, in force and with an end."""
    newest = agreement_rules.newest(queries.versions(before.agreement_id)) or before
    version = AgreementVersion(
        agreement=before.agreement, number=newest.number + 1, state="accepted", services=before.services,
        mission=before.mission, customer_provides=before.customer_provides, promises=before.promises,
        calendar_id=before.calendar_id, valid_from=valid_from, valid_until=valid_until, proposed_by_id=stamp.actor_id,
        proposed_at=stamp.at, answered_by_id=stamp.actor_id, answered_at=stamp.at,
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    return version


def refuse_second_claim(
    terms: Terms, known: Known, *, supplier_id: int, customer_id: int, agreement_id: int | None
) -> None:
    """Raises `Invalid` at the promises that another agreement of the same departments makes on some of the same days."""
    others = claimed_elsewhere(supplier_id, customer_id, terms.valid_from, terms.valid_until, but=agreement_id)
    found = {}
    for number, line in enumerate(terms.promises):
        type_id = known.request_types[line.request_type] if line.request_type else None
        for metric in line.targets:
            other = _who_claims(others, {(type_id, line.priority, metric)})
            if other is not None:
                found[f"promises-{number}-{metric}"] = _said_already(other)
    if found:
        raise Invalid(fields=found)


def refuse_claimed(version: AgreementVersion) -> None:
    """The same when it is to be accepted: what was free when it was proposed may be taken. Raises `Conflict`."""
    agreement = version.agreement
    others = claimed_elsewhere(
        agreement.supplier_id, agreement.customer_id, version.valid_from, version.valid_until, but=agreement.id
    )
    other = _who_claims(others, agreement_rules.claims(version))
    if other is not None:
        raise Conflict(_CLAIMED, number=other.agreement_id, version=other.version)


def put_into_force(stamp: Stamp, version: AgreementVersion) -> None:
    """Derive the policies of an accepted version; those of earlier versions end the day before it begins.

    What would never apply is withdrawn. Clocks keep the policy that they started with.
    """
    agreement = version.agreement
    ends = version.valid_from - timedelta(days=1)
    for row in _policies_of(agreement.id, but=version.id):
        if row.valid_from is not None and row.valid_from > ends:
            withdraw_policy(stamp, row.name)
        elif row.valid_until is None or row.valid_until > ends:
            _set(stamp, row, ends)
    types = catalog.request_types_by_id()
    for line in version.promises:
        narrowed = [f"request_type={types[line['request_type_id']].key}"] if line["request_type_id"] is not None else []
        narrowed += [f"priority={line['priority']}"] if line["priority"] is not None else []
        whom = f"agreement {agreement.id} v{version.number} {agreement.supplier.key}→{agreement.customer.key}"
        set_policy(
            stamp, name=" ".join([whom, *narrowed]), targets=line["targets"], department_id=agreement.supplier_id,
            request_type_id=line["request_type_id"], priority=line["priority"],
            customer_department_id=agreement.customer_id, valid_from=version.valid_from, valid_until=version.valid_until,
            warn_at=line["warn_at"], escalate=line["escalate"], calendar_id=version.calendar_id,
            agreement_version_id=version.id,
        )  # fmt: skip


def take_out_of_force(stamp: Stamp, version: AgreementVersion) -> None:
    """Withdraw the policies of an accepted version that never began."""
    for row in queries.policies():
        if row.agreement_version_id == version.id:
            withdraw_policy(stamp, row.name)


def _policies_of(agreement_id: int, but: int) -> list[PolicyRow]:
    ours = {version.id for version in queries.versions(agreement_id)} - {but}
    return [row for row in queries.policies() if row.agreement_version_id in ours]


def _set(stamp: Stamp, row: PolicyRow, valid_until: date) -> None:
    set_policy(
        stamp, name=row.name, targets=row.targets, department_id=row.department_id, request_type_id=row.request_type_id,
        priority=row.priority, customer_department_id=row.customer_department_id, valid_from=row.valid_from,
        valid_until=valid_until, warn_at=row.warn_at, escalate=row.escalate, calendar_id=row.calendar_id,
        agreement_version_id=row.agreement_version_id,
    )  # fmt: skip


_CLAIMED = N_(
    "Agreement %(number)d between the same departments (version %(version)d) promises this on the same days already."
)


def _who_claims(others: Iterable[Claimed], wanted: set[agreement_rules.Claim]) -> Claimed | None:
    return next((other for other in others if other.claims & wanted), None)


def _said_already(other: Claimed) -> DeskError:
    return DeskError(_CLAIMED, number=other.agreement_id, version=other.version)
