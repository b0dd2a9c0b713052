"""Short ways to make things happen, each through the real action in a transaction of its own. Times are Moscow literals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from servicedesk.catalog import actions as catalog
from servicedesk.catalog.models import Template
from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Person
from servicedesk.sla import actions as sla
from servicedesk.sla.access import term_of
from servicedesk.sla.models import Clock, Term
from servicedesk.sla.queries import clocks_of
from servicedesk.tickets import actions, queries
from servicedesk.tickets.access import approval_for, ticket_for, ticket_with_other
from servicedesk.tickets.models import ChildRequest, Merge, Message, Ticket, TicketLink
from tests.cast import at, by, department, request_type

MONDAY = "2026-04-06 10:00"


def open_ticket(
    requester: Person, kind: str = "it.incident", when: str | datetime = MONDAY, *, subject: str = "The printer is silent",
    description: str = "It does not even blink.", **more: Any,
) -> Ticket:  # fmt: skip
    """A new request of a type like "it.incident", or to a department where `kind` has no dot."""
    with transaction():
        where = {"request_type": request_type(kind)} if "." in kind else {"department": department(kind)}
        door = more.pop("door", "web")
        stamp = by(more.get("registrar") or requester, when, door)
        return actions.open_ticket(stamp, requester, subject=subject, description=description, **where, **more)


def reply(ticket: Ticket, author: Person, when: str | datetime, text: str = "We are looking at it.") -> Message:
    with transaction():
        return actions.reply(by(author, when), _locked(ticket, author, "reply"), author, text)


def thank(ticket: Ticket, author: Person, when: str | datetime, text: str = "Thank you!") -> Message:
    with transaction():
        return actions.thank(by(author, when), _locked(ticket, author, "thank"), author, text)


def note(ticket: Ticket, author: Person, when: str | datetime, text: str = "Toner is in the cupboard.") -> Message:
    with transaction():
        return actions.note(by(author, when), _locked(ticket, author, "note"), author, text)


def assign(ticket: Ticket, author: Person, when: str | datetime, assignee: Person | None) -> None:
    with transaction():
        actions.assign(by(author, when), _locked(ticket, author, "assign"), assignee)


def hold(
    ticket: Ticket, author: Person, when: str | datetime, reason: str = "waiting_for_requester",
    until: str | datetime | None = None, note: str = "",
) -> None:  # fmt: skip
    until = at(until) if isinstance(until, str) else until
    with transaction():
        row = _locked(ticket, author, "hold")
        actions.put_on_hold(by(author, when), row, author, reason=reason, until=until, note=note)


def resume(ticket: Ticket, author: Person, when: str | datetime) -> None:
    with transaction():
        actions.resume(by(author, when), _locked(ticket, author, "resume"))


def hand_over(
    ticket: Ticket, author: Person, when: str | datetime, to: str, note: str = "", because: str | None = None
) -> None:
    with transaction():
        actions.hand_over(by(author, when), _locked(ticket, author, "hand_over"), author, department(to), note, because)


def resolve(
    ticket: Ticket, author: Person, when: str | datetime, text: str = "It prints again.", *, despite_children: bool = False
) -> None:  # fmt: skip
    with transaction():
        row = _locked(ticket, author, "resolve")
        actions.resolve(by(author, when), row, author, text, despite_children=despite_children)


def reopen(ticket: Ticket, author: Person, when: str | datetime, text: str = "It is silent again.") -> None:
    with transaction():
        actions.reopen(by(author, when), _locked(ticket, author, "reopen"), author, text)


def close(ticket: Ticket, author: Person, when: str | datetime) -> None:
    with transaction():
        actions.close(by(author, when), _locked(ticket, author, "close"), confirmed=True)


def cancel(ticket: Ticket, author: Person, when: str | datetime) -> None:
    with transaction():
        actions.cancel(by(author, when), _locked(ticket, author, "cancel"))


def change_priority(ticket: Ticket, author: Person, when: str | datetime, priority: str) -> None:
    with transaction():
        actions.change_priority(by(author, when), _locked(ticket, author, "edit"), priority)


def switch_request_type(ticket: Ticket, author: Person, when: str | datetime, kind: str) -> None:
    with transaction():
        actions.switch_request_type(by(author, when), _locked(ticket, author, "edit"), request_type(kind))


def approve(ticket: Ticket, author: Person, when: str | datetime, reason: str = "") -> None:
    """The first approval that waits for this person's word, theirs or one they cover."""
    numbers = ticket.id, _waiting(ticket, author)
    with transaction():
        row, approval = approval_for(author, *numbers)
        actions.approve(by(author, when), row, approval, author, reason)


def refuse(ticket: Ticket, author: Person, when: str | datetime, reason: str = "Too dear this year.") -> None:
    numbers = ticket.id, _waiting(ticket, author)
    with transaction():
        row, approval = approval_for(author, *numbers)
        actions.refuse(by(author, when), row, approval, author, reason)


def resubmit(
    ticket: Ticket, author: Person, when: str | datetime, *, subject: str = "A smaller printer",
    description: str = "This one will do.", answers: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    with transaction():
        row = _locked(ticket, author, "resubmit")
        actions.resubmit(by(author, when), row, subject=subject, description=description, answers=answers or {})


def ask(
    parent: Ticket, author: Person, when: str | datetime, kind: str = "hr.certificate", *, subject: str = "A badge for her",
    description: str = "She begins on Monday.", **more: Any,
) -> Ticket:  # fmt: skip
    """A child request of a type like "hr.certificate"."""
    with transaction():
        row = _locked(parent, author, "ask_others")
        return actions.ask_department(
            by(author, when), row, author, subject=subject, description=description, request_type=request_type(kind), **more
        )  # fmt: skip


def adopt(parent: Ticket, child: Ticket, author: Person, when: str | datetime, *, waits: bool = True) -> None:
    with transaction():
        row = _locked(child, author, "reply")
        actions.adopt(by(author, when), _locked(parent, author, "ask_others"), row, author, waits=waits)


def merge(ticket: Ticket, target: Ticket, author: Person, when: str | datetime) -> Merge:
    with transaction():
        row, into = ticket_with_other(author, ticket.id, target.id, "merge")
        return actions.merge_into(by(author, when), row, into, author)


def unmerge(ticket: Ticket, author: Person, when: str | datetime) -> None:
    with transaction():
        actions.unmerge(by(author, when), _locked(ticket, author, "unmerge"))


def contest_merge(
    ticket: Ticket, author: Person, when: str | datetime, text: str = "Mine is another printer."
) -> Message:
    with transaction():
        row = _locked(ticket, author, "contest_merge")
        return actions.contest_merge(by(author, when), row, author, text)


def split(
    ticket: Ticket, author: Person, when: str | datetime, message: Message | None = None, kind: str = "it.incident", *,
    subject: str = "And the lamp", description: str = "> The lamp is out, too.", **more: Any,
) -> Ticket:  # fmt: skip
    with transaction():
        row = _locked(ticket, author, "split")
        where = {"request_type": request_type(kind)} if "." in kind else {"department": department(kind)}
        return actions.split(
            by(author, when), row, author, message, subject=subject, description=description, **where, **more
        )


def link(
    ticket: Ticket, other: Ticket, author: Person, when: str | datetime = MONDAY, kind: str = "related"
) -> TicketLink:
    with transaction():
        row, there = ticket_with_other(author, ticket.id, other.id, "link", "to")
        return actions.link(by(author, when), row, there, author, kind)


def template(key: str, *lines: tuple[str, int], **more: Any) -> Template:
    """A template of the department before the dot; a line is a request type and its step."""
    with transaction():
        about = [
            {"request_type_id": request_type(kind).id, "step": step, "subject": f"{kind} {number}"} | more
            for number, (kind, step) in enumerate(lines)
        ]
        return catalog.set_template(
            by(None, "2026-01-12 10:00"), department(key.partition(".")[0]), key=key,
            name={"en": key.partition(".")[2].capitalize()}, lines=about,
        )  # fmt: skip


def ask_by_template(
    parent: Ticket, author: Person, when: str | datetime, of: Template, chosen: list[int] | None = None
) -> list[ChildRequest]:
    with transaction():
        row = _locked(parent, author, "ask_others")
        return actions.ask_by_template(by(author, when), row, author, of, chosen)


def propose(
    ticket: Ticket, author: Person, when: str | datetime, due: str | datetime, reason: str = "The part comes then."
) -> Term:
    with transaction():
        row, due_at = _locked(ticket, author, "agree"), at(due) if isinstance(due, str) else due
        return sla.propose_term(by(author, when), row, author, due_at=due_at, reason=reason)


def accept(ticket: Ticket, author: Person, when: str | datetime, number: int = 1) -> None:
    with transaction():
        row = _locked(ticket, author, "agree")
        sla.accept_term(by(author, when), row, term_of(row, number), author)


def decline(ticket: Ticket, author: Person, when: str | datetime, number: int = 1) -> None:
    with transaction():
        row = _locked(ticket, author, "agree")
        sla.decline_term(by(author, when), row, term_of(row, number), author)


def withdraw(ticket: Ticket, author: Person, when: str | datetime, number: int = 1) -> None:
    with transaction():
        row = _locked(ticket, author, "agree")
        sla.withdraw_term(by(author, when), row, term_of(row, number), author)


def agree(ticket: Ticket, supplier: Person, requester: Person, when: str | datetime, due: str | datetime) -> None:
    """The supplier proposes and the requester accepts at once."""
    accept(ticket, requester, when, propose(ticket, supplier, when, due).number)


def clocks(ticket: Ticket) -> Mapping[str, Clock]:
    """The newest clock of each metric."""
    return {clock.metric: clock for clock in clocks_of([ticket.id])[ticket.id]}


def all_clocks(ticket: Ticket) -> list[Clock]:
    return clocks_of([ticket.id])[ticket.id]


def _waiting(ticket: Ticket, person: Person) -> int:
    rows = queries.approvals(ticket.id)
    mine = [row for row in rows if person.id in (row.approver_id, row.cover_id)]
    return next((row.id for row in mine if row.decided_at is None), rows[0].id if rows else 0)


def _locked(ticket: Ticket, person: Person, to: str) -> Ticket:
    """As a door does it: the row is asked for anew, inside the transaction, by the person who acts."""
    return ticket_for(person, ticket.id, to=to)
