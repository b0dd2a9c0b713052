"""Gives broken promises, calendars and agreements to those who may read or change them."""

from __future__ import annotations

from collections.abc import Sequence

from servicedesk.kernel.errors import Conflict, DeskError, NotAllowed, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.people.rules import is_key
from servicedesk.sla import agreement_rules, queries, rules
from servicedesk.sla.models import Agreement, AgreementVersion, Calendar, Clock, Policy, Rollout, Term
from servicedesk.sla.queries import promising, rollouts
from servicedesk.sla.queries.rollouts import Version
from servicedesk.tickets import access as tickets
from servicedesk.tickets.models import Ticket

NOT_THEIRS = N_("Reasons are given by the lead of the department that made the promise.")


def term_of(ticket: Ticket, number: int) -> Term:
    """A proposed date of a ticket that somebody was given; `NotFound` where the ticket has none with this number."""
    found = queries.term(ticket.id, number) if 0 < number < 2**31 else None
    if found is None:
        raise NotFound(N_("There is no such proposal on this ticket."))
    return found


def breach_for(person: Person, clock_id: int) -> Clock:
    """The broken promise, if `person` may say why it broke; `NotFound` when its ticket is not theirs to see."""
    clock = queries.breach(clock_id) if 0 < clock_id < 2**31 else None
    if clock is None:
        raise NotFound()
    tickets.ticket_for(person, clock.ticket_id)
    if not rules.explains_breaches(person, clock.department_id):
        raise NotAllowed(NOT_THEIRS)
    return clock


def breaches_for(person: Person, clock_ids: Sequence[int]) -> dict[int, Clock | DeskError]:
    """Each number asked for with the broken promise, or with why `person` may not say why it broke; in their order."""
    seen = queries.promises_seen_by(person, [number for number in clock_ids if 0 < number < 2**31])
    return {number: _explainable(person, seen.get(number)) for number in clock_ids}


def agreement_for(person: Person, agreement_id: int, to: str = "read") -> Agreement:
    """The agreement, if `person` may know of it; to "propose" another wording also only for leads of the two."""
    found = queries.agreement(agreement_id)
    if found is None or not any(agreement_rules.reads_version(person, version) for version in found.versions):
        raise NotFound()
    if to == "propose" and not agreement_rules.proposes(person, found):
        raise NotAllowed(N_("Agreements are proposed by a lead of one of the two departments."))
    return found


def wording_for(person: Person, agreement_id: int, number: int) -> AgreementVersion:
    """One wording, if `person` may read it; whether they may answer it the action asks."""
    versions = agreement_for(person, agreement_id).versions
    found = next((version for version in versions if version.number == number), None)
    if found is None or not agreement_rules.reads_version(person, found):
        raise NotFound()
    return found


def _explainable(person: Person, clock: Clock | None) -> Clock | DeskError:
    if clock is None:
        return NotFound()
    if not rules.explains_breaches(person, clock.department_id):
        return NotAllowed(NOT_THEIRS)
    return clock if clock.breached_at is not None else Conflict(N_("This promise is not broken."))


def calendar_for(person: Person, key: str) -> Calendar:
    """The calendar, if `person` may change it; to others it does not exist."""
    found = queries.calendar_by_key(key) if is_key(key) else None
    if found is None or not rules.edits_calendar(person, queries.users_of(found)):
        raise NotFound()
    return found


def calendars_for(person: Person) -> list[Calendar]:
    """Those that `person` may change, by key."""
    rows = queries.calendars()
    users = queries.users_by_calendar(rows)
    return [row for row in rows if rules.edits_calendar(person, users[row.id])]


def applicable_version(person: Person, what: str, version_id: int) -> Version:
    """The version of a policy or calendar, if `person` may apply it to running clocks; else it does not exist."""
    found = rollouts.policy_version(version_id) if what == "policy" else rollouts.calendar_version(version_id)
    if found is None or not rules.applies_versions(person, found.department_ids):
        raise NotFound()
    return found


def rollout_for(person: Person, rollout_id: int) -> tuple[Rollout, Version]:
    """The rollout and what it applies, for who may apply that."""
    found = rollouts.rollout(rollout_id)
    if found is None:
        raise NotFound()
    version = rollouts.version_of(found)
    if not rules.applies_versions(person, version.department_ids):
        raise NotFound()
    return found, version


def policy_for(person: Person, policy_id: int) -> Policy:
    """The promise, if `person` may change it; to others it does not exist. Lines of agreements are for two to change."""
    found = promising.policy(policy_id)
    if found is None or not rules.edits_policies(person, promising.home_of(found)):
        raise NotFound()
    if found.customer_department_id is not None:
        raise NotAllowed(N_("This promise is a line of an agreement; it changes with that."))
    return found
