"""One change of many requests: each has its turn in a transaction of its own, which the door opens.

What a change causes is done by the actions of the slices below, as if somebody had pressed the button of each request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.events import settle
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets.models import Ticket
from servicedesk.workbench import rules
from servicedesk.workbench.actions.bulk_doing import carry_out, take_back
from servicedesk.workbench.models import BulkChange, BulkLine
from servicedesk.workbench.rules import OPERATIONS, Picked

CHANGED = N_("Somebody changed it after you had chosen it.")


def begin_change(
    stamp: Stamp, person: Person, what: str, fields: Mapping[str, str], chosen: Sequence[Picked], back: str = ""
) -> BulkChange:
    """Write down what is asked, before any request is touched. Raises `Invalid` for what can be done to none of them."""
    if what not in OPERATIONS:
        raise Invalid(fields={"what": N_("Choose what is to be done.")})
    if not chosen:
        raise Invalid(fields={"ticket": N_("Choose at least one request.")})
    if len(chosen) > rules.MOST_AT_ONCE:
        too_many = N_("At most %(most)d requests can be changed at once.")
        raise Invalid(fields={"ticket": DeskError(too_many, most=rules.MOST_AT_ONCE)})
    lacks = rules.lacking(what, fields)
    if lacks:
        raise Invalid(fields=lacks)
    change = BulkChange(person_id=person.id, what=what, fields=dict(fields), back=back, made_at=stamp.at)
    change.lines = [BulkLine(ticket_id=one.ticket_id, seen=one.seen) for one in chosen]
    db.session.add(change)
    db.session.flush()
    return change


def change_one(stamp: Stamp, change: BulkChange, line: BulkLine, ticket: Ticket, by: Person) -> None:
    """Do it to one request, which the door got for what `OPERATIONS` says, and write down what it was before.

    Raises `Conflict` where it is not what somebody saw when they chose it, and whatever the action refuses.
    """
    if OPERATIONS[change.what].by_version and line.seen not in (None, ticket.version):
        raise Conflict(CHANGED)
    changed = carry_out(stamp, change.what, change.fields, ticket, by)
    # What follows from it may change the request too: its version is read when all of that has happened.
    settle()
    db.session.flush()
    line.outcome, line.reason, line.left = "same" if changed is None else "done", {}, ticket.version
    line.before = changed or {}


def keep_refusal(line: BulkLine, refusal: DeskError) -> None:
    """Write down why it was not done, for the person to read and to try again."""
    line.outcome = "conflict" if isinstance(refusal, Conflict) and refusal.sentence == CHANGED else "refused"
    line.reason = _told(refusal)


def finish_change(stamp: Stamp, change: BulkChange) -> None:
    """Every request had its turn. What was typed is kept only where it is needed again."""
    change.finished_at = stamp.at
    if all(line.outcome in ("done", "same") for line in change.lines):
        change.fields = {name: text for name, text in change.fields.items() if name != "text"}


def begin_undo(stamp: Stamp, change: BulkChange) -> None:
    """From now on it counts as undone; each request has its turn after this. Raises `Conflict` when it is too late."""
    if not rules.can_be_undone(change, change.lines, stamp.at):
        raise Conflict(N_("This cannot be undone any more."))
    change.undone_at = stamp.at


def undo_one(stamp: Stamp, change: BulkChange, line: BulkLine, ticket: Ticket, by: Person) -> None:
    """Make one request what it was. Raises `Conflict` where somebody changed it after this."""
    if OPERATIONS[change.what].by_version and ticket.version != line.left:
        raise Conflict(N_("Somebody changed it after this, so it stays as it is."))
    take_back(stamp, change.what, line.before, ticket, by)
    line.undone = "undone"


def keep_undo_refusal(line: BulkLine, refusal: DeskError) -> None:
    line.undone, line.reason = "kept", _told(refusal)


def forget_old_changes(at: datetime) -> None:
    """What came of changes is looked at for `rules.CHANGES_KEPT_DAYS` days; what they changed is in the audit for good."""
    old = BulkChange.made_at < at - timedelta(days=rules.CHANGES_KEPT_DAYS)
    db.session.execute(delete(BulkChange).where(old))


def _told(refusal: DeskError) -> dict[str, Any]:
    """The refusal's sentence, of the field at fault where it has one: there is one thing that was asked."""
    fault = next(iter(refusal.fields.values()), refusal) if isinstance(refusal, Invalid) else refusal
    return {"sentence": fault.sentence, "params": {name: _plain(value) for name, value in fault.params.items()}}


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else str(value)
