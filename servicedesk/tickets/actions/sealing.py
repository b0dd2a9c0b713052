"""Opening a confidential request for a reason (break-glass), and closing it again. Nothing of the request changes."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid, NotAllowed
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.events import SealBroken, SealClosed
from servicedesk.tickets.models import BrokenSeal, Ticket


def break_seal(stamp: Stamp, ticket: Ticket, person: Person, reason: str) -> BrokenSeal:
    """Let an administrator read the confidential request for `rules.SEAL_LASTS`; opening it twice is opening it once.

    Publishes `SealBroken`. Raises `Invalid` at reason, `NotAllowed` for who may not open it.
    """
    reason = checked_reason(reason)
    if not rules.may_open(person, ticket):
        raise NotAllowed(N_("You see this ticket, but this is for others to do."))
    found = queries.open_seal(person.id, ticket.id)
    if found is not None and found.until > stamp.at:
        return found
    if found is not None:
        _end(stamp, found)
    seal = BrokenSeal(
        ticket_id=ticket.id, person_id=person.id, reason=reason, began_at=stamp.at, until=stamp.at + rules.SEAL_LASTS
    )
    db.session.add(seal)
    db.session.flush()
    publish(SealBroken(stamp=stamp, ticket_id=ticket.id, seal_id=seal.id, person_id=person.id))
    return seal


def close_seal(stamp: Stamp, seal: BrokenSeal) -> None:
    """It is read no more. Publishes `SealClosed`."""
    if seal.ended_at is not None:
        raise Conflict(N_("This request is closed to you again already."))
    _end(stamp, seal)


def end_seal_of(stamp: Stamp, seal_id: int) -> bool:
    """End one whose time has passed; False where that happened meanwhile."""
    seal = db.session.get(BrokenSeal, seal_id, with_for_update=True, populate_existing=True)
    if seal is None or seal.ended_at is not None or seal.until > stamp.at:
        return False
    _end(stamp, seal)
    return True


def checked_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) < rules.LEAST_REASON:
        raise Invalid(
            fields={
                "reason": DeskError(
                    N_("Say why in at least %(least)d characters: the department reads it."), least=rules.LEAST_REASON
                )
            }
        )
    if len(reason) > rules.MOST_REASON:
        raise Invalid(fields={"reason": DeskError(N_("At most %(most)d characters fit here."), most=rules.MOST_REASON)})
    return reason


def _end(stamp: Stamp, seal: BrokenSeal) -> None:
    seal.ended_at = stamp.at
    publish(SealClosed(stamp=stamp, ticket_id=seal.ticket_id, seal_id=seal.id, person_id=seal.person_id))
