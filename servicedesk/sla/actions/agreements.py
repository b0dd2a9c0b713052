"""Agreements: a lead of one department proposes a wording, a lead of the other accepts, declines or counters it."""

from __future__ import annotations

from datetime import date

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department, Person
from servicedesk.sla import agreement_rules, queries
from servicedesk.sla.actions.deriving import (
    CHANGED,
    add_version,
    lock_supplier,
    put_into_force,
    refuse_claimed,
    refuse_second_claim,
)
from servicedesk.sla.agreement_rules import Known, Terms
from servicedesk.sla.events import AgreementAccepted, AgreementEnds, AgreementProposed, AgreementRefused
from servicedesk.sla.models import Agreement, AgreementVersion


def propose_agreement(
    stamp: Stamp, by: Person, supplier: Department, customer: Department, terms: Terms, agreement: Agreement | None = None,
    *, seen: int | None = None,
) -> AgreementVersion:  # fmt: skip
    """Propose a first wording, or the next one of `agreement`. Publishes `AgreementProposed`.

    An open proposal of the other side is countered by it, one of the own side is replaced. `seen` is the number of the
    newest version that the proposer knows; raises `Conflict` when there is a newer one, `Invalid` by field for terms
    that cannot be, `NotAllowed` for somebody who leads neither department.
    """
    if agreement is not None:
        supplier, customer = agreement.supplier, agreement.customer
    else:
        refuse_bad_pair(supplier, customer)
    lock_supplier(supplier.id)
    versions = queries.versions(agreement.id) if agreement is not None else []
    newest = agreement_rules.newest(versions)
    if seen is not None and newest is not None and newest.number != seen:
        raise Conflict(CHANGED)
    before = agreement_rules.open_proposal(versions)
    side = agreement_rules.side_of(by, supplier.id, customer.id, before)
    if side is None:
        raise NotAllowed(N_("Agreements are proposed by a lead of one of the two departments."))
    terms, known = checked(supplier, customer, terms, agreement, today=queries.day_of(stamp.at, supplier.id))
    agreement = agreement or start_agreement(stamp, supplier, customer)
    countered = before is not None and before.proposed_for_id != side
    if before is not None:
        _answer(stamp, before, "countered" if countered else "withdrawn", by)
    version = add_version(stamp, agreement, terms, known, state="proposed", proposed_for_id=side)
    publish(
        AgreementProposed(
            stamp=stamp, **about(version), by_department_id=side, counters=before.number if before and countered else None
        )
    )  # fmt: skip
    return version


def accept_agreement(stamp: Stamp, version: AgreementVersion, by: Person) -> None:
    """The other side agrees: the wording's promises become policies. Publishes `AgreementAccepted`.

    Raises `Conflict` when it was answered or replaced meanwhile, has ended, or another agreement promises the same.
    """
    _claim(version)
    if not agreement_rules.answers(by, version):
        raise NotAllowed(N_("A proposal is answered by a lead of the other department."))
    if version.valid_until is not None and version.valid_until < queries.day_of(
        stamp.at, version.agreement.supplier_id
    ):
        raise Conflict(N_("The last day of this proposal is over. Propose another one."))
    refuse_claimed(version)
    _answer(stamp, version, "accepted", by)
    db.session.flush()
    put_into_force(stamp, version)
    publish(AgreementAccepted(stamp=stamp, **about(version), decreed=False))


def decline_agreement(stamp: Stamp, version: AgreementVersion, by: Person, note: str) -> None:
    """The other side refuses with a note. Publishes `AgreementRefused`; raises `Invalid` without a note."""
    _claim(version)
    if not agreement_rules.answers(by, version):
        raise NotAllowed(N_("A proposal is answered by a lead of the other department."))
    if not note.strip():
        raise Invalid(fields={"note": N_("Say in a sentence why.")})
    if len(note) > agreement_rules.LONGEST_NOTE:
        most = agreement_rules.LONGEST_NOTE
        raise Invalid(fields={"note": DeskError(N_("At most %(most)d characters fit here."), most=most)})
    _answer(stamp, version, "declined", by, note.strip())
    publish(AgreementRefused(stamp=stamp, **about(version), how="declined"))


def withdraw_agreement(stamp: Stamp, version: AgreementVersion, by: Person) -> None:
    """The side that proposed it takes it back. Publishes `AgreementRefused`."""
    _claim(version)
    if not agreement_rules.withdraws(by, version):
        raise NotAllowed(N_("A proposal is taken back by a lead of the department that made it."))
    _answer(stamp, version, "withdrawn", by)
    publish(AgreementRefused(stamp=stamp, **about(version), how="withdrawn"))


def remind_of_agreement(stamp: Stamp, version_id: int) -> bool:
    """Remind both sides once that a wording in force ends, or is to be reviewed, soon. False where nothing is due.

    Publishes `AgreementEnds`.
    """
    version = db.session.get(AgreementVersion, version_id)
    if version is None:
        return False
    lock_supplier(version.agreement.supplier_id)
    today = queries.day_of(stamp.at, version.agreement.supplier_id)
    if queries.version_in_force(version.agreement, today) is not version:
        return False
    told = False
    for what, on, name in (
        ("end", version.valid_until, "end_reminded_at"), ("review", version.review_on, "review_reminded_at"),
    ):  # fmt: skip
        if on is not None and today <= on <= today + agreement_rules.REMIND_BEFORE and getattr(version, name) is None:
            setattr(version, name, stamp.at)
            publish(AgreementEnds(stamp=stamp, **about(version), what=what, on=on))
            told = True
    return told


def start_agreement(stamp: Stamp, supplier: Department, customer: Department) -> Agreement:
    row = Agreement(supplier=supplier, customer=customer, made_at=stamp.at)
    db.session.add(row)
    db.session.flush()
    return row


def refuse_bad_pair(supplier: Department, customer: Department, *, active_only: bool = True) -> None:
    if supplier.id == customer.id:
        raise Invalid(fields={"customer": N_("A department makes no agreement with itself.")})
    for name, department in (("supplier", supplier), ("customer", customer)):
        if active_only and not department.active:
            raise Invalid(fields={name: N_("This department is switched off.")})


def checked(
    supplier: Department, customer: Department, terms: Terms, agreement: Agreement | None, *, today: date | None
) -> tuple[Terms, Known]:
    """Terms as they are stored, with the ids they name. Raises `Invalid` by field for what cannot be promised."""
    known = queries.known_for(supplier.id, today)
    found = agreement_rules.faults(terms, known)
    if found:
        raise Invalid(fields=found)
    refuse_second_claim(
        terms, known, supplier_id=supplier.id, customer_id=customer.id, agreement_id=agreement.id if agreement else None
    )
    return agreement_rules.normal(terms), known


def about(version: AgreementVersion) -> dict[str, int]:
    agreement = version.agreement
    return {
        "agreement_id": agreement.id, "version": version.number, "supplier_id": agreement.supplier_id,
        "customer_id": agreement.customer_id,
    }  # fmt: skip


def _claim(version: AgreementVersion) -> None:
    """Hold the agreement and look again: whoever is second finds the first one's answer. Raises `Conflict`."""
    lock_supplier(version.agreement.supplier_id)
    if version.state != "proposed":
        raise Conflict(CHANGED)


def _answer(stamp: Stamp, version: AgreementVersion, state: str, by: Person, note: str = "") -> None:
    version.state, version.answered_by, version.answered_at, version.answer_note = state, by, stamp.at, note
