"""Asking for approval, deciding, reworking what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed
from servicedesk.kernel.events import publish, settle
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_, in_language
from servicedesk.people import queries as people
from servicedesk.people import rules as person_rules
from servicedesk.people.models import Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.actions.states import begin
from servicedesk.tickets.events import (
    ApprovalAsked,
    ApprovalCovered,
    ApprovalGiven,
    ApprovalWaived,
    TicketApproved,
    TicketRefused,
)
from servicedesk.tickets.models import Approval, Ticket


def approve(stamp: Stamp, ticket: Ticket, approval: Approval, by: Person, reason: str = "") -> None:
    """Say yes for the one who was asked, or for whom `by` covers. Publishes `ApprovalGiven`; after the last word that
    was needed `TicketApproved`, else `ApprovalAsked` for the next step."""
    stamp = _begin(stamp, ticket, approval, by, reason)
    _decide(stamp, approval, "approved", by, reason)
    publish(
        ApprovalGiven(
            stamp=stamp, ticket_id=ticket.id, approval_id=approval.id, approver_id=approval.approver_id, by_id=by.id
        )
    )
    _go_on(stamp, ticket, rules.in_round(queries.approvals(ticket.id)), approval.step)
    ticket.updated_at = stamp.at


def refuse(stamp: Stamp, ticket: Ticket, approval: Approval, by: Person, reason: str) -> None:
    """Say no, and why. The others need not answer any more; the requester may rework it. Publishes `TicketRefused`."""
    if not reason.strip():
        raise Invalid(fields={"reason": N_("Say why, so that it can be reworked.")})
    stamp = _begin(stamp, ticket, approval, by, reason)
    _decide(stamp, approval, "refused", by, reason)
    drop_approvals(stamp, ticket)
    ticket.ball, ticket.updated_at = "requester", stamp.at
    publish(
        TicketRefused(
            stamp=stamp, ticket_id=ticket.id, approval_id=approval.id, approver_id=approval.approver_id, by_id=by.id
        )
    )


def ask_for_approval(
    stamp: Stamp, ticket: Ticket, request_type: RequestType, answers: Mapping[str, Any], round_: int
) -> None:
    """Begin a round: everybody who will be asked is written down, those of the first step are asked.

    Publishes `ApprovalAsked` for each of them, or `TicketApproved` where nobody need be asked. Raises `Invalid` at
    request_type where an approval is needed and nobody can give it.
    """
    rows: list[Approval] = []
    for number, step in enumerate(rules.steps_of(request_type.approvals, answers), 1):
        approvers = _approvers(step, ticket, request_type)
        if not approvers:
            publish(ApprovalWaived(stamp=stamp, ticket_id=ticket.id, round=round_, step=number))
        rows += _written(ticket, round_, number, step.need, approvers)
    _ask_next(stamp, ticket, rows)


def replace_approver(stamp: Stamp, approval: Approval) -> None:
    """The one who was to decide has left: those of the step who are there decide, and the leads of the department that
    has the request. Where nobody is there it waits on, until the requester takes it back."""
    ticket = approval.ticket
    rows = rules.in_round(queries.approvals(ticket.id))
    step = [row for row in rows if row.step == approval.step and row.id != approval.id]
    asked = {row.approver_id for row in step}
    leads = [lead for lead in _leads_of(ticket) if lead.id not in asked]
    if not leads and not step:
        return
    _void(stamp, [approval])
    added = _written(ticket, approval.round, approval.step, approval.need, leads)
    if approval.asked_at is not None:
        _ask(stamp, ticket, added)
        _go_on(stamp, ticket, [*(row for row in rows if row.id != approval.id), *added], approval.step)
    ticket.updated_at = stamp.at


def cover_approvals(stamp: Stamp, person_id: int) -> None:
    """Somebody went away, came back or left: find anew who stands in where this person, or somebody whose substitutes lead to
    this person, is to decide. Publishes `ApprovalCovered` where somebody else stands in now."""
    away = {key: row.substitute_id for key, row in people.absences_at(stamp.at).items()}
    led_here = {key for key in away if person_id in person_rules.chain_of(key, away)}
    for approval in queries.waiting_of({person_id} | led_here, covered_by=person_id):
        before, approval.cover_id = approval.cover_id, _cover_of(stamp, approval.approver_id, approval.ticket)
        if approval.cover_id not in (before, None):
            publish(
                ApprovalCovered(
                    stamp=stamp, ticket_id=approval.ticket_id, approval_id=approval.id,
                    approver_id=approval.approver_id, cover_id=approval.cover_id,
                )
            )  # fmt: skip
            settle()  # somebody may be asked about hundreds


def drop_approvals(stamp: Stamp, ticket: Ticket) -> None:
    """Nobody need answer any more."""
    _void(stamp, (row for row in queries.approvals(ticket.id) if row.decided_at is None))


def _begin(stamp: Stamp, ticket: Ticket, approval: Approval, by: Person, reason: str) -> Stamp:
    if approval.decided_at is not None:
        raise Conflict(N_("This has been decided meanwhile."))
    stamp = begin(stamp, ticket, "approve")
    if not rules.may_decide(by, approval):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    if len(reason) > rules.TEXT_LENGTH:
        raise Invalid(fields={"reason": DeskError(N_("At most %(most)d characters fit here."), most=rules.TEXT_LENGTH)})
    return stamp


def _written(ticket: Ticket, round_: int, step: int, need: str, approvers: Iterable[Person]) -> list[Approval]:
    rows = [
        Approval(ticket_id=ticket.id, ticket=ticket, round=round_, step=step, need=need, approver_id=person.id)
        for person in approvers
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _go_on(stamp: Stamp, ticket: Ticket, rows: Sequence[Approval], number: int) -> None:
    """Ask those of the next step, where this one is granted; whoever of it has not answered need not any more."""
    step = [row for row in rows if row.step == number]
    if rules.step_is_granted(step):
        _void(stamp, (row for row in step if row.decided_at is None))
        _ask_next(stamp, ticket, [row for row in rows if row.step > number])


def _ask_next(stamp: Stamp, ticket: Ticket, later: Sequence[Approval]) -> None:
    """Ask those of the nearest step, or let the department have the request where no step is left."""
    if later:
        nearest = min(row.step for row in later)
        ticket.status, ticket.ball = "awaiting_approval", "approver"
        _ask(stamp, ticket, [row for row in later if row.step == nearest])
        return
    ticket.status = "open" if ticket.answered_at or ticket.assignee_id else "new"
    ticket.ball, ticket.approved_at, ticket.updated_at = "supplier", stamp.at, stamp.at
    publish(TicketApproved(stamp=stamp, ticket_id=ticket.id, department_id=ticket.department_id))


def _ask(stamp: Stamp, ticket: Ticket, rows: Iterable[Approval]) -> None:
    for row in rows:
        row.asked_at, row.remind_at = stamp.at, stamp.at + rules.REMIND_AFTER
        row.cover_id = _cover_of(stamp, row.approver_id, ticket)
        publish(
            ApprovalAsked(
                stamp=stamp, ticket_id=ticket.id, approval_id=row.id, approver_id=row.approver_id,
                cover_id=row.cover_id, step=row.step,
            )
        )  # fmt: skip


def _cover_of(stamp: Stamp, approver_id: int, ticket: Ticket) -> int | None:
    """Who stands in for the approver now: never the one whose request it is."""
    covers = (person.id for person in people.stand_ins(approver_id, stamp.at))
    return next((number for number in covers if number != ticket.requester_id), None)


def _decide(stamp: Stamp, approval: Approval, decision: str, by: Person, reason: str) -> None:
    approval.decision, approval.decided_at, approval.reason = decision, stamp.at, reason.strip()
    approval.decided_by_id, approval.decided_by = by.id, by


def _void(stamp: Stamp, rows: Iterable[Approval]) -> None:
    for row in rows:
        row.decision, row.decided_at = "void", stamp.at


def _approvers(step: rules.Step, ticket: Ticket, request_type: RequestType) -> list[Person]:
    """Whom to ask in this step; nobody where only the requester could be asked."""
    requester = ticket.requester
    if step.who == "people":
        named = people.people_by_id(step.people, with_roles=False).values()
        able = [person for person in named if person.active]
        complete = len(able) == len(set(step.people))
    else:
        able = _line_of(requester)
        complete = bool(able)
    # Instead of those named who have left, and where nobody leads the requester.
    leads = [] if complete else _leads_of(ticket)
    if not able and not leads:
        raise Invalid(
            fields={
                "request_type": DeskError(
                    N_("This request needs an approval, and nobody is left who can give it. Tell %(department)s."),
                    department=in_language(request_type.department.name, requester.language),
                )
            }
        )
    chosen = {person.id: person for person in (*able, *leads) if person.id != requester.id}
    return sorted(chosen.values(), key=lambda person: (person.name, person.id))


def _line_of(requester: Person) -> list[Person]:
    """Who leads the requester, a lead being led by the department above; the requester where nobody is above."""
    if requester.department_id is None:
        return []
    leads = people.team(requester.department_id, "lead", with_roles=False)
    if leads and all(lead.id != requester.id for lead in leads):
        return leads
    return people.leads_above(requester.department_id) or leads


def _leads_of(ticket: Ticket) -> list[Person]:
    """The leads of the department that has the request, else those above it, but for the requester."""
    leads = people.team(ticket.department_id, "lead", with_roles=False)
    others = [lead for lead in leads if lead.id != ticket.requester_id]
    return others or [lead for lead in people.leads_above(ticket.department_id) if lead.id != ticket.requester_id]
