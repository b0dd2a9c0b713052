"""Who is told when a request is filed, moves, waits, closes or is taken back."""

from __future__ import annotations

from dataclasses import replace

from servicedesk.letters import queries as letters
from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions import tell
from servicedesk.notifications.reactions.telling import (
    in_both,
    in_the_present,
    labels_of,
    moment,
    news_of,
    those_who_have,
    ticket_of,
)
from servicedesk.people import queries as people
from servicedesk.tickets import events
from servicedesk.tickets import queries as ticket_queries
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.rules import REOPEN_WITHIN


@in_the_present
def confirm_request(event: events.TicketOpened) -> None:
    """The requester gets the number and the promises by mail, also of a request they filed themselves; one that came by
    letter only where an automatic answer is right, and then as an answer to that letter.

    Comes after the clocks have started.
    """
    if event.split_from_id is not None:
        return  # the split is told as that
    ticket = ticket_of(event.ticket_id)
    letter = letters.opening_letter(ticket.id) if event.stamp.door == "mail" else None
    if letter is not None and not letter.answered:
        return
    due = queries.promises_running(ticket.id)
    by_another = ticket.registrar_id != ticket.requester_id and not ticket.confidential
    news = news_of(
        ticket, "request_received", f"opened:{ticket.id}", registrar=ticket.registrar.name if by_another else "",
        answer_by=moment(due.get("first_reply")), resolve_by=moment(due.get("resolution")),
        awaits=ticket.status == "awaiting_approval", approvers=_first_asked(ticket) if event.awaits_approval else "",
    )  # fmt: skip
    if letter is not None:
        # What somebody wrote who may be anybody is not sent on: the desk is no relay.
        heard = {} if letter.verified == "pass" else {"subject": ""}
        news = replace(news, mail={**news.mail, **heard, "answers_message_id": letter.message_key})
    tell(event.stamp, news, [(person, "requester") for person in rules.those_told([ticket.requester])])


@in_the_present
def tell_team(event: events.TicketOpened | events.TicketApproved) -> None:
    """The team hears of a request when it is theirs to work on."""
    if isinstance(event, events.TicketApproved) or not event.awaits_approval:
        _tell_team_of(event, "new_request", event.department_id)


@in_the_present
def tell_new_team(event: events.TicketHandedOver) -> None:
    _tell_team_of(event, "handed_over", event.to_department_id)


@in_the_present
def tell_assignee(event: events.TicketAssigned) -> None:
    ticket = ticket_of(event.ticket_id)
    by_id = people.people_by_id([event.assignee_id, event.stamp.actor_id])
    told = rules.those_told([by_id.get(event.assignee_id or 0)], but=[event.stamp.actor_id])
    if told:
        actor = by_id.get(event.stamp.actor_id or 0)
        due = queries.promises_running(ticket.id).values()
        news = news_of(
            ticket, "assigned", f"assigned:{ticket.id}:{event.stamp.at.timestamp()}", author=actor.name if actor else "",
            due_at=moment(min(due, default=None)),
        )  # fmt: skip
        tell(event.stamp, news, [(person, "assignee") for person in told])


@in_the_present
def tell_requester_of_hold(event: events.TicketHeld) -> None:
    """The requester reads why nothing happens now, and until when."""
    ticket = ticket_of(event.ticket_id)
    hold = ticket_queries.hold_in_force(ticket.id)
    note = hold.note if hold is not None and not ticket.confidential else ""
    missing = labels_of(ticket, hold.missing) if hold is not None and not ticket.confidential else []
    line = "on_hold.missing" if missing else f"on_hold.{event.reason}"
    news = news_of(
        ticket, "on_hold", f"hold:{ticket.id}:{event.stamp.at.timestamp()}", line=line,
        reason=event.reason, note=note, until=moment(event.until), missing=missing,
    )  # fmt: skip
    if missing:
        news = replace(news, bell={**news.bell, "fields": in_both(missing)})
    told = rules.those_told([ticket.requester], but=[event.stamp.actor_id])
    tell(event.stamp, news, [(person, "requester") for person in told])


@in_the_present
def tell_requester_of_closing(event: events.TicketClosed) -> None:
    """Only of an end that came by itself: who confirmed knows."""
    if event.confirmed:
        return
    ticket = ticket_of(event.ticket_id)
    about = f"closed:{ticket.id}:{ticket.reopen_count}"
    news = news_of(ticket, "closed", about, reopen_days=REOPEN_WITHIN.days)
    told = rules.those_told([ticket.requester], but=[event.stamp.actor_id])
    tell(event.stamp, news, [(person, "requester") for person in told])


@in_the_present
def tell_of_withdrawal(event: events.TicketCancelled) -> None:
    ticket = ticket_of(event.ticket_id)
    audience = {person: why for person, why in those_who_have(ticket, event.stamp.at) if person is not None}
    told = rules.those_told(audience, but=[event.stamp.actor_id])
    news = news_of(ticket, "cancelled", f"cancelled:{ticket.id}")
    tell(event.stamp, news, [(person, audience[person]) for person in told])


def _first_asked(ticket: Ticket) -> str:
    """Whose approval is waited for now; nobody's name of a confidential request."""
    asked = ticket_queries.approvals(ticket.id) if not ticket.confidential else []
    return ", ".join(row.approver.name for row in asked if row.asked_at is not None)


def _tell_team_of(
    event: events.TicketOpened | events.TicketApproved | events.TicketHandedOver, kind: str, department_id: int
) -> None:
    ticket = ticket_of(event.ticket_id)
    team = rules.team_told(people.team(department_id), department_id, confidential=ticket.confidential)
    told = rules.those_told(team, but=[event.stamp.actor_id, ticket.requester_id])
    news = news_of(ticket, kind, f"{kind}:{ticket.id}:{department_id}", author=ticket.requester.name)
    tell(event.stamp, news, [(person, "team") for person in told])
