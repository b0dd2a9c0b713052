"""Hold with a reason, and going on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.actions.attaching import attach_sent
from servicedesk.tickets.actions.states import begin, expire_hold, lift_hold
from servicedesk.tickets.events import TicketHeld
from servicedesk.tickets.models import Hold, Ticket


def put_on_hold(
    stamp: Stamp, ticket: Ticket, by: Person, *, reason: str, note: str = "", until: datetime | None = None,
    missing: Sequence[str] = (), files: Sequence[str] = (),
) -> Hold:  # fmt: skip
    """Stop the clocks for a reason the requester sees; `until` ends the hold by itself.

    `missing` are keys of the form's fields that the requester is asked to fill, `files` those of files that `by` sent before. A ticket on hold already gets the new reason. Publishes `TicketHeld`.
    """
    stamp = begin(stamp, ticket, "hold")
    _check(stamp, ticket, reason, note, until, missing)
    if ticket.status in rules.HELD:
        lift_hold(stamp, ticket)
    hold = Hold(
        reason=reason,
        note=note.strip(),
        by_id=by.id,
        began_at=stamp.at,
        until=until,
        missing=list(dict.fromkeys(missing)),
    )
    ticket.holds.append(hold)
    attach_sent(ticket, by, files, hold)
    ticket.status, ticket.ball = rules.STATUS_OF_HOLD[reason], rules.BALL_OF_HOLD[reason]
    ticket.updated_at = stamp.at
    publish(TicketHeld(stamp=stamp, ticket_id=ticket.id, reason=reason, until=until))
    return hold


def resume(stamp: Stamp, ticket: Ticket) -> None:
    """Go on before the hold ends by itself. Publishes `TicketResumed`."""
    lift_hold(begin(stamp, ticket, "resume"), ticket)


def end_hold_of(stamp: Stamp, ticket_id: int) -> bool:
    """The worker's part: end the hold of this ticket at its set end; False if somebody was faster."""
    ticket = db.session.get(Ticket, ticket_id, with_for_update=True)
    return ticket is not None and expire_hold(stamp, ticket)


def _check(
    stamp: Stamp, ticket: Ticket, reason: str, note: str, until: datetime | None, missing: Sequence[str]
) -> None:
    faults: dict[str, DeskError | str] = {}
    if reason not in rules.HOLD_REASONS:
        faults["reason"] = N_("The reasons are waiting_for_requester, third_party and scheduled.")
    if len(note) > rules.TEXT_LENGTH:
        faults["note"] = DeskError(N_("At most %(most)d characters fit here."), most=rules.TEXT_LENGTH)
    if until is not None and until <= stamp.at:
        faults["until"] = N_("The end of a hold lies in the future.")
    if missing and reason != "waiting_for_requester":
        faults["missing"] = N_("Only the requester can fill in what is missing.")
    elif missing and not set(missing) <= {field["key"] for field in queries.form_of(ticket)}:
        faults["missing"] = N_("This form has no such field.")
    if faults:
        raise Invalid(fields=faults)
