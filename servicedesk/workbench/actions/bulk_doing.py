"""What each operation of a bulk change does to one request, and how it is taken back. Only bulk.py beside it calls this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries as rows
from servicedesk.tickets.models import Ticket, Watcher

Fields = Mapping[str, str]
# What it was before, or None where nothing was to be changed.
Before = dict[str, Any] | None


def carry_out(stamp: Stamp, what: str, fields: Fields, ticket: Ticket, by: Person) -> Before:
    return _DOING[what](stamp, fields, ticket, by)


def take_back(stamp: Stamp, what: str, before: Mapping[str, Any], ticket: Ticket, by: Person) -> None:
    _UNDOING[what](stamp, before, ticket, by)


def _assign(stamp: Stamp, fields: Fields, ticket: Ticket, by: Person) -> Before:
    """To a person by number, "me", or nobody."""
    wanted = fields.get("assignee", "")
    assignee = by if wanted == "me" else people.person(int(wanted)) if wanted.isdecimal() else None
    if wanted and assignee is None:
        raise Invalid(fields={"assignee": N_("Only people of the department that holds the ticket can have it.")})
    before = ticket.assignee_id
    tickets.assign(stamp, ticket, assignee)
    return None if ticket.assignee_id == before else {"assignee": before}


def _give_back(stamp: Stamp, before: Mapping[str, Any], ticket: Ticket, _by: Person) -> None:
    tickets.assign(stamp, ticket, people.person(before["assignee"]) if before["assignee"] else None)


def _priority(stamp: Stamp, fields: Fields, ticket: Ticket, _by: Person) -> Before:
    before = ticket.priority
    tickets.change_priority(stamp, ticket, fields["priority"])
    return None if ticket.priority == before else {"priority": before}


def _earlier_priority(stamp: Stamp, before: Mapping[str, Any], ticket: Ticket, _by: Person) -> None:
    tickets.change_priority(stamp, ticket, before["priority"])


def _kind(stamp: Stamp, fields: Fields, ticket: Ticket, _by: Person) -> Before:
    wanted = catalog.request_type(int(fields["request_type"])) if fields["request_type"].isdecimal() else None
    if wanted is None:
        raise Invalid(fields={"request_type": N_("Choose one of the list.")})
    before = ticket.request_type_id
    tickets.switch_request_type(stamp, ticket, wanted)
    return None if ticket.request_type_id == before else {"request_type": before}


def _earlier_kind(stamp: Stamp, before: Mapping[str, Any], ticket: Ticket, _by: Person) -> None:
    earlier = catalog.request_type(before["request_type"]) if before["request_type"] else None
    if earlier is None:
        raise Conflict(N_("It had no kind before, and no request can lose the one it has."))
    tickets.switch_request_type(stamp, ticket, earlier)


def _hold(stamp: Stamp, fields: Fields, ticket: Ticket, by: Person) -> Before:
    earlier = rows.hold_in_force(ticket.id)
    held = earlier and {
        "reason": earlier.reason, "note": earlier.note, "missing": list(earlier.missing),
        "until": earlier.until.isoformat() if earlier.until else None,
    }  # fmt: skip
    until = datetime.fromisoformat(fields["until"]) if fields.get("until") else None
    tickets.put_on_hold(stamp, ticket, by, reason=fields["reason"], note=fields.get("text", ""), until=until)
    return {"hold": held}


def _go_on(stamp: Stamp, before: Mapping[str, Any], ticket: Ticket, by: Person) -> None:
    """Back to the hold there was, if it would still last; else the work goes on."""
    held = before["hold"]
    until = datetime.fromisoformat(held["until"]) if held and held["until"] else None
    if held is None or (until is not None and until <= stamp.at):
        tickets.resume(stamp, ticket)
        return
    tickets.put_on_hold(
        stamp, ticket, by, reason=held["reason"], note=held["note"], until=until, missing=held["missing"]
    )


def _hand_over(stamp: Stamp, fields: Fields, ticket: Ticket, by: Person) -> Before:
    number = fields["department"]
    department = people.department(int(number)) if number.isdecimal() else None
    if department is None:
        raise Invalid(fields={"department": N_("Choose one of the list.")})
    tickets.hand_over(stamp, ticket, by, department, fields.get("text", ""), fields.get("because") or None)
    return {}


def _resolve(stamp: Stamp, fields: Fields, ticket: Ticket, by: Person) -> Before:
    tickets.resolve(stamp, ticket, by, fields["text"])
    return {}


def _reopen(stamp: Stamp, fields: Fields, ticket: Ticket, by: Person) -> Before:
    tickets.reopen(stamp, ticket, by, fields["text"])
    return {}


def _reply(stamp: Stamp, fields: Fields, ticket: Ticket, by: Person) -> Before:
    tickets.reply(stamp, ticket, by, fields["text"])
    return {}


def _note(stamp: Stamp, fields: Fields, ticket: Ticket, by: Person) -> Before:
    tickets.note(stamp, ticket, by, fields["text"])
    return {}


def _follow(_stamp: Stamp, _fields: Fields, ticket: Ticket, by: Person) -> Before:
    if _follows(ticket, by):
        return None
    tickets.watch(ticket, by)
    return {"followed": False}


def _unfollow(_stamp: Stamp, _fields: Fields, ticket: Ticket, by: Person) -> Before:
    if not _follows(ticket, by):
        return None
    tickets.unwatch(ticket, by)
    return {"followed": True}


def _follow_as_before(_stamp: Stamp, before: Mapping[str, Any], ticket: Ticket, by: Person) -> None:
    (tickets.watch if before["followed"] else tickets.unwatch)(ticket, by)


def _follows(ticket: Ticket, person: Person) -> bool:
    return db.session.get(Watcher, (ticket.id, person.id)) is not None


_DOING: Mapping[str, Callable[[Stamp, Fields, Ticket, Person], Before]] = {
    "assign": _assign, "priority": _priority, "kind": _kind, "hold": _hold, "hand_over": _hand_over, "resolve": _resolve,
    "reopen": _reopen, "reply": _reply, "note": _note, "follow": _follow, "unfollow": _unfollow,
}  # fmt: skip
_UNDOING: Mapping[str, Callable[[Stamp, Mapping[str, Any], Ticket, Person], None]] = {
    "assign": _give_back, "priority": _earlier_priority, "kind": _earlier_kind, "hold": _go_on,
    "follow": _follow_as_before, "unfollow": _follow_as_before,
}  # fmt: skip
