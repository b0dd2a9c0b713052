"""Sending a refused request again, reworked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servicedesk.catalog.rules import checked_answers
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.tickets import queries, rules
from servicedesk.tickets.actions.approving import ask_for_approval
from servicedesk.tickets.actions.lookups import Known
from servicedesk.tickets.actions.opening import faults_of, one_line
from servicedesk.tickets.actions.states import begin
from servicedesk.tickets.events import TicketResubmitted
from servicedesk.tickets.models import Ticket


def resubmit(stamp: Stamp, ticket: Ticket, *, subject: str, description: str, answers: Mapping[str, Any]) -> None:
    """Ask the approvers again, in a new round, about the request as it is now written, by the present form of its type.

    Publishes `TicketResubmitted` and what asking publishes. Raises `Invalid` with every field at fault.
    """
    stamp = begin(stamp, ticket, "resubmit")
    kind = ticket.request_type
    form = kind.fields if kind else []
    known = Known({stamp.actor_id, ticket.requester_id, ticket.registrar_id}, ticket.id)
    good, faults = checked_answers(form, answers, lookups=known)
    faults = {f"fields.{key}": fault for key, fault in faults.items()} | faults_of(
        subject, description, ticket.priority
    )
    if kind is None or not kind.active or not kind.department.active:
        faults["request_type"] = DeskError(N_("Nobody offers this request any more."))
    if faults or kind is None:
        raise Invalid(fields=faults)
    ticket.subject, ticket.description = one_line(subject), description.strip()
    ticket.answers, ticket.form_number = rules.as_filed(form, good, known.named), kind.form_number
    known.attach(ticket, form, good)
    ticket.updated_at = stamp.at
    round_ = max((row.round for row in queries.approvals(ticket.id)), default=0) + 1
    publish(TicketResubmitted(stamp=stamp, ticket_id=ticket.id, round=round_))
    ask_for_approval(stamp, ticket, kind, good, round_)
