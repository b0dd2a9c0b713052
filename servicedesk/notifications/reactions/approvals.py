"""Who is told of approvals: those whose word is wanted, whoever stands in for them, and the requester of what they said."""

from __future__ import annotations

from dataclasses import replace

from servicedesk.kernel.db import db
from servicedesk.notifications import rules
from servicedesk.notifications.actions import News, tell
from servicedesk.notifications.reactions.telling import in_the_present, news_of, ticket_of
from servicedesk.people import queries as people
from servicedesk.tickets import events
from servicedesk.tickets import queries as tickets
from servicedesk.tickets.models import Approval, Ticket
from servicedesk.tickets.rules import in_round


@in_the_present
def ask_approver(event: events.ApprovalAsked) -> None:
    """The approver, and whoever stands in."""
    _ask(event, "approval_asked", f"approval:{event.approval_id}")


@in_the_present
def ask_who_stands_in(event: events.ApprovalCovered) -> None:
    about = f"approval:{event.approval_id}:covered:{event.stamp.at.timestamp()}"
    _ask(event, "approval_asked", about, to_approver=False)


@in_the_present
def remind_approver(event: events.ApprovalReminded) -> None:
    _ask(event, "approval_reminder", f"approval:{event.approval_id}:reminder:{event.number}")


@in_the_present
def tell_of_approval(event: events.TicketApproved) -> None:
    """The requester hears that the department has it now; nothing where nobody had to be asked."""
    ticket = ticket_of(event.ticket_id)
    given = [row for row in in_round(tickets.approvals(ticket.id)) if row.decision == "approved" and row.decided_by]
    if given:
        names = ", ".join(dict.fromkeys(row.decided_by.name for row in given if row.decided_by))
        about = f"approved:{ticket.id}:{given[-1].id}"
        _tell_requester(event, ticket, news_of(ticket, "approval_granted", about, author=names))


@in_the_present
def tell_of_refused_approval(event: events.TicketRefused) -> None:
    """The requester reads who refused, for whom, and why."""
    ticket, approval = ticket_of(event.ticket_id), db.session.get_one(Approval, event.approval_id)
    author = approval.decided_by.name if approval.decided_by else ""
    stood_in = approval.approver.name if event.by_id != event.approver_id and not ticket.confidential else ""
    news = news_of(
        ticket,
        "approval_refused",
        f"refused:{ticket.id}:{approval.id}",
        author=author,
        text=approval.reason,
        whom=stood_in,
    )
    _tell_requester(event, ticket, news)


def _tell_requester(event: events.TicketEvent, ticket: Ticket, news: News) -> None:
    told = rules.those_told([ticket.requester, ticket.registrar], but=[event.stamp.actor_id])
    tell(event.stamp, news, [(person, "requester") for person in told])


def _ask(
    event: events.ApprovalAsked | events.ApprovalCovered | events.ApprovalReminded, kind: str, about: str, *,
    to_approver: bool = True,
) -> None:  # fmt: skip
    ticket = ticket_of(event.ticket_id)
    by_id = people.people_by_id([event.approver_id, event.cover_id], with_roles=False)
    approver, quiet = by_id[event.approver_id], ticket.confidential
    author, text = ticket.requester.name, ticket.description
    if to_approver:
        news = news_of(ticket, kind, about, author=author, text=text, whom="")
        tell(event.stamp, news, [(person, "approver") for person in rules.those_told([approver])])
    news = news_of(
        ticket, kind, about, line=f"{kind}.cover", author=author, text=text, whom="" if quiet else approver.name
    )
    bell = news.bell if quiet else {**news.bell, "whom": approver.name}
    told = rules.those_told([by_id.get(event.cover_id or 0)])
    tell(event.stamp, replace(news, bell=bell), [(person, "cover") for person in told])
