"""A due date negotiated for one ticket: proposed by one side, answered by the other; the last one agreed is in force."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from servicedesk.kernel.db import db, remember
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.sla import folding, queries, rules
from servicedesk.sla.events import TermAccepted, TermProposed, TermRefused
from servicedesk.sla.models import Clock, Term
from servicedesk.sla.queries.terms import facts_of
from servicedesk.sla_engine import Target
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import side_of

_ENDED = {
    "accepted": N_("This date is agreed on already."),
    "declined": N_("This proposal was declined."),
    "withdrawn": N_("This proposal was withdrawn."),
    "countered": N_("Another date was proposed in answer to this one. Look at that."),
    "lapsed": N_("This proposal has lapsed: the request was done, withdrawn or handed over before it was answered."),
}


def propose_term(stamp: Stamp, ticket: Ticket, by: Person, *, due_at: datetime, reason: str) -> Term:
    """Propose that the ticket is done by `due_at` (aware, cut to seconds); a proposal of the other side is countered
    by it, one of the own side replaced.

    Publishes `TermProposed`, before it `TermRefused` for one that is replaced. Raises `Invalid` at due_at or reason,
    `Conflict` when the promise is broken already.
    """
    stamp = tickets.touch(stamp, ticket, "agree")
    due_at = due_at.astimezone(UTC).replace(microsecond=0)
    faults = rules.term_faults(due_at, reason, stamp.at)
    if faults:
        raise Invalid(fields=faults)
    clock, side = _open_promise(stamp, ticket), side_of(by, ticket)
    remember(f"no date was proposed for {ticket.id}", False)
    before = queries.open_term(ticket.id)
    if clock is not None and clock.target == str(Target.at(due_at)):
        raise Invalid(fields={"due_at": N_("This date is agreed on already.")})
    if before is not None and before.side != side and before.due_at == due_at:
        raise Invalid(fields={"due_at": N_("The other side proposes this very date: accept it.")})
    if before is not None:
        _answer(stamp, before, by, "withdrawn" if before.side == side else "countered")
    if before is not None and before.side == side:
        publish(TermRefused(stamp=stamp, how="withdrawn", **facts_of(before)))
    number = db.session.scalar(select(func.max(Term.number)).where(Term.ticket_id == ticket.id)) or 0
    term = Term(
        ticket_id=ticket.id, number=number + 1, state="proposed", due_at=due_at, reason=reason.strip(), side=side,
        proposed_by=by, proposed_at=stamp.at,
    )  # fmt: skip
    db.session.add(term)
    db.session.flush()
    counters = before.number if before is not None and before.side != side else None
    publish(TermProposed(stamp=stamp, counters=counters, **facts_of(term)))
    return term


def accept_term(stamp: Stamp, ticket: Ticket, term: Term, by: Person) -> None:
    """The resolution is due exactly then; where none was promised, a clock starts from the beginning of the ticket.

    Publishes `TermAccepted`. Raises `NotAllowed` for the side that proposed it, `Conflict` when the proposal is
    answered already, its date has passed, the promise is broken, or the department has no working hours to count by.
    """
    stamp = tickets.touch(stamp, ticket, "agree")
    _refuse_answered(term)
    if side_of(by, ticket) == term.side:
        raise NotAllowed(N_("Your own side has proposed this date; the other side answers."))
    clock = _open_promise(stamp, ticket)
    if term.due_at <= stamp.at:
        raise Conflict(N_("This date has passed meanwhile. Propose another one."))
    due_before, renegotiated = clock.due_at if clock else None, bool(queries.standing_of(ticket.id).agreed)
    _answer(stamp, term, by, "accepted")
    _hold_to(stamp, ticket, clock, term.due_at)
    publish(TermAccepted(stamp=stamp, due_before=due_before, renegotiated=renegotiated, **facts_of(term)))


def decline_term(stamp: Stamp, ticket: Ticket, term: Term, by: Person) -> None:
    """Leave everything as it is. Publishes `TermRefused`. Raises `NotAllowed` for the side that proposed it."""
    stamp = tickets.touch(stamp, ticket, "agree")
    _refuse_answered(term)
    if side_of(by, ticket) == term.side:
        raise NotAllowed(N_("Your own side has proposed this date; the other side answers."))
    _answer(stamp, term, by, "declined")
    publish(TermRefused(stamp=stamp, how="declined", **facts_of(term)))


def withdraw_term(stamp: Stamp, ticket: Ticket, term: Term, by: Person) -> None:
    """Take a proposal of the own side back. Publishes `TermRefused`. Raises `NotAllowed` for the other side."""
    stamp = tickets.touch(stamp, ticket, "agree")
    _refuse_answered(term)
    if side_of(by, ticket) != term.side:
        raise NotAllowed(N_("The other side has proposed this date; decline it instead."))
    _answer(stamp, term, by, "withdrawn")
    publish(TermRefused(stamp=stamp, how="withdrawn", **facts_of(term)))


def _open_promise(stamp: Stamp, ticket: Ticket) -> Clock | None:
    """The resolution clock, if it can still be agreed on; None where nothing is promised."""
    clock = queries.last_clock(ticket.id, "resolution")
    if clock is None:
        _hours_of(ticket)
        return None
    if clock.due_at is not None and clock.due_at < stamp.at:
        folding.refold(stamp, clock, stamp.at)
    if clock.breached_at is not None or not clock.open:
        raise Conflict(N_("The promise is broken already; there is nothing left to agree on."))
    return clock


def _hold_to(stamp: Stamp, ticket: Ticket, clock: Clock | None, due_at: datetime) -> None:
    if clock is None:
        # Without a promise up to now: what was resolved before the agreement does not move it.
        clock = folding.start(
            stamp, ticket, "resolution", ticket.created_at, target="", policy_version_id=None,
            calendar_version_id=_hours_of(ticket), afterwards=True,
        )  # fmt: skip
    folding.retarget(
        stamp, clock, cause="term", target=str(Target.at(due_at)), policy_version_id=clock.policy_version_id
    )  # fmt: skip
    folding.warn_anew(clock, stamp.at)


def _hours_of(ticket: Ticket) -> int:
    """The calendar by which a promise of the ticket's department is counted."""
    version_id = queries.calendar_of(ticket.department_id)
    if version_id is None:
        raise Conflict(N_("This department has no working hours yet, so no date can be agreed on."))
    return version_id


def _refuse_answered(term: Term) -> None:
    if term.state != "proposed":
        raise Conflict(_ENDED[term.state])


def _answer(stamp: Stamp, term: Term, by: Person, state: str) -> None:
    term.state, term.answered_by, term.answered_at = state, by, stamp.at
