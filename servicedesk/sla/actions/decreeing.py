"""Agreements that the organisation file says: in force at once, without a proposal and an answer."""

from __future__ import annotations

from datetime import date

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.people.models import Department
from servicedesk.sla import agreement_rules, queries
from servicedesk.sla.actions.agreements import about, checked, refuse_bad_pair, start_agreement
from servicedesk.sla.actions.deriving import (
    add_last_version,
    add_version,
    lock_supplier,
    put_into_force,
    take_out_of_force,
)
from servicedesk.sla.agreement_rules import Terms
from servicedesk.sla.events import AgreementAccepted, AgreementRefused
from servicedesk.sla.models import Agreement, AgreementVersion


def decree_agreement(
    stamp: Stamp, supplier: Department, customer: Department, terms: Terms, agreement: Agreement | None = None
) -> AgreementVersion:
    """Put a wording into force because the organisation file says so; the newest accepted one if it says the same.

    Without `agreement` a new one is made. An open proposal is withdrawn by it. Publishes `AgreementAccepted`; raises
    `Invalid` by field for terms that cannot be.
    """
    if agreement is not None:
        supplier, customer = agreement.supplier, agreement.customer
    else:
        refuse_bad_pair(supplier, customer, active_only=False)
    lock_supplier(supplier.id)
    terms, known = checked(supplier, customer, terms, agreement, today=None)
    agreement = agreement or start_agreement(stamp, supplier, customer)
    newest = agreement_rules.newest(agreement_rules.accepted(queries.versions(agreement.id)))
    if newest is not None and agreement_rules.says_same(queries.terms_of(newest), terms):
        return newest
    _drop_proposal(stamp, agreement)
    version = add_version(stamp, agreement, terms, known, state="accepted", proposed_for_id=None)
    _enforce(stamp, version)
    return version


def end_agreement_by_decree(stamp: Stamp, agreement: Agreement, on: date) -> bool:
    """Let `on` be the last day of an agreement that the organisation file does not name any more.

    True if that is a change. What would begin after that day is withdrawn; what is in force gets a last version.
    """
    lock_supplier(agreement.supplier_id)
    versions = queries.versions(agreement.id)
    rows = agreement_rules.accepted(versions)
    if all(agreement_rules.last_day(row, rows) <= on for row in rows):
        return _drop_proposal(stamp, agreement)
    _drop_proposal(stamp, agreement)
    current = agreement_rules.in_force(versions, on)
    if current is not None:
        begins = max(current.valid_from, min(on, queries.day_of(stamp.at, agreement.supplier_id)))
        _enforce(stamp, add_last_version(stamp, current, begins, on))
        return True
    for row in rows:
        if row.valid_from > on:
            take_out_of_force(stamp, row)
            row.state, row.answered_at, row.answered_by_id = "withdrawn", stamp.at, stamp.actor_id
            publish(AgreementRefused(stamp=stamp, **about(row), how="withdrawn"))
    return True


def _enforce(stamp: Stamp, version: AgreementVersion) -> None:
    version.answered_by_id, version.answered_at = stamp.actor_id, stamp.at
    db.session.flush()
    put_into_force(stamp, version)
    publish(AgreementAccepted(stamp=stamp, **about(version), decreed=True))


def _drop_proposal(stamp: Stamp, agreement: Agreement) -> bool:
    version = agreement_rules.open_proposal(queries.versions(agreement.id))
    if version is None:
        return False
    version.state, version.answered_at, version.answered_by_id = "withdrawn", stamp.at, stamp.actor_id
    publish(AgreementRefused(stamp=stamp, **about(version), how="withdrawn"))
    return True
