"""The requester fills in what the department found missing in the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servicedesk.catalog.rules import checked_answers, shown
from servicedesk.kernel.errors import Conflict, DeskError, Invalid
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.tickets import queries, rules
from servicedesk.tickets.actions.lookups import Known
from servicedesk.tickets.actions.states import begin, hold_in_force, lift_hold
from servicedesk.tickets.actions.talking import add_message
from servicedesk.tickets.models import Message, Ticket


def answer_fields(stamp: Stamp, ticket: Ticket, by: Person, answers: Mapping[str, Any], text: str = "") -> Message:
    """Fill in the fields that the hold in force asks for, and those that these answers make needed.

    All that was asked for is needed now. The request goes on as after a reply of the requester; the public message has
    the rows that were filled in (`Message.filled`), and `text` where something else was to be said. Publishes
    `TicketResumed` and `MessageAdded`. Raises `Invalid` at fields.KEY, `Conflict` when nothing is asked for any more.
    """
    stamp = begin(stamp, ticket, "answer")
    hold = hold_in_force(ticket)
    form = queries.form_of(ticket)
    asked = rules.asked_again(form, hold.missing if hold is not None else ())
    if not asked:
        raise Conflict(N_("Nothing is missing in this request any more."))
    known = Known({stamp.actor_id, by.id, ticket.requester_id}, ticket.id)
    good = _checked(ticket, form, asked, set(hold.missing) if hold is not None else set(), answers, known)
    _check_text(text)
    _stays_within_approval(ticket, good)
    keys = {field["key"] for field in asked}
    filled = rules.as_filed(asked, good, known.named)
    known.attach(ticket, asked, good)
    kept = [row for row in ticket.answers if row["key"] not in keys]
    there = {row["key"]: row for row in (*kept, *filled)}
    order = [field["key"] for field in form if field["key"] in there]
    ticket.answers = [there[key] for key in (*order, *(key for key in there if key not in order))]
    lift_hold(stamp, ticket)
    return add_message(stamp, ticket, by, text.strip(), rules.side_of(by, ticket), filled=filled)


def _checked(
    ticket: Ticket, form: list[Any], asked: list[Any], missing: set[str], answers: Mapping[str, Any], known: Known
) -> dict[str, Any]:
    """The good answers of the whole form. Faults count for what was asked alone: the rest is not to be changed here,
    and a colleague named there may have left since."""
    keys = {field["key"] for field in asked}
    before = {key: value for key, value in rules.values_of(ticket.answers).items() if key not in keys}
    given = {key: value for key, value in answers.items() if key in keys}
    good, faults = checked_answers(form, before | given, lookups=known)
    said = {key: fault for key, fault in faults.items() if key in keys}
    for key in missing & shown(form, good):
        if key not in good and key not in said:
            said[key] = DeskError(N_("This field is needed."))
    said |= {str(key)[:60]: DeskError(N_("Nobody has asked for this field.")) for key in answers if key not in keys}
    if said:
        raise Invalid(fields={f"fields.{key}": fault for key, fault in said.items()})
    return good


def _stays_within_approval(ticket: Ticket, good: Mapping[str, Any]) -> None:
    """What was approved, or needed no approval, must not become what needs one."""
    steps = ticket.request_type.approvals if ticket.request_type is not None else []
    before = rules.steps_of(steps, rules.values_of(ticket.answers))
    for step in rules.steps_of(steps, good):
        if step not in before:
            sentence = N_("With this amount the request needs an approval: file it as a new request.")
            raise Invalid(fields={f"fields.{step.over_field}": sentence})


def _check_text(text: str) -> None:
    if len(text) > rules.TEXT_LENGTH:
        raise Invalid(fields={"text": DeskError(N_("At most %(most)d characters fit here."), most=rules.TEXT_LENGTH)})
