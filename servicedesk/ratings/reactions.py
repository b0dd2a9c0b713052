"""What ratings do when a ticket is resolved or reopened: ask the requester, or take the question back."""

from __future__ import annotations

import secrets

from sqlalchemy import exists, select, update

from servicedesk.audit.models import Entry
from servicedesk.kernel.db import db, insert_new
from servicedesk.kernel.events import publish
from servicedesk.people import queries as people
from servicedesk.ratings import access, queries, rules
from servicedesk.ratings.events import RatingAsked, RatingWithdrawn
from servicedesk.ratings.models import Invitation, SkippedInvitation
from servicedesk.tickets.events import TicketReopened, TicketResolved
from servicedesk.tickets.models import Message


def ask_for_opinion(event: TicketResolved) -> None:
    """Invite the requester; who served is frozen now. Somebody who worked on the ticket is not asked,
    nobody is asked about imported history, and beyond the weekly quota only the department is counted."""
    if event.stamp.door == "import" or _worked_on_it(event):
        return
    person = people.person(event.requester_id)
    if person is None or not person.active:
        return
    timezone = access.company_timezone()
    today, month = rules.day_of(event.stamp.at, timezone), rules.month_of(event.stamp.at, timezone)
    if queries.issued_this_week(person.id, today) >= access.questions_a_week():
        _count_as_held_back(month, event.department_id)
        return
    invitation = Invitation(
        id=secrets.token_hex(16), ticket_id=event.ticket_id, person_id=person.id, month=month,
        department_id=event.department_id, request_type_id=event.request_type_id,
        customer_department_id=event.customer_department_id, served_by_id=event.assignee_id, issued_on=today,
        expires_on=today + rules.VALID_FOR,
    )  # fmt: skip
    db.session.add(invitation)
    publish(
        RatingAsked(
            stamp=event.stamp,
            ticket_id=event.ticket_id,
            person_id=person.id,
            invitation_id=invitation.id,
            reminder=False,
        )
    )


def withdraw_question(event: TicketReopened) -> None:
    """The ticket's questions are void, answered or not: they must not differ. An answer that was given stands."""
    void = update(Invitation).where(Invitation.ticket_id == event.ticket_id, ~Invitation.withdrawn)
    done = db.session.execute(void.values(withdrawn=True).execution_options(synchronize_session=False))
    if done.rowcount:  # type: ignore[attr-defined]
        publish(RatingWithdrawn(stamp=event.stamp, ticket_id=event.ticket_id))


def _worked_on_it(event: TicketResolved) -> bool:
    """Who resolved it, has or had it, or wrote as the supplier (also a note) would rate themselves."""
    person_id, ticket_id = event.requester_id, event.ticket_id
    if person_id in (event.assignee_id, event.stamp.actor_id):
        return True
    spoke = exists().where(Message.ticket_id == ticket_id, Message.author_id == person_id, Message.side == "supplier")
    had_it = exists().where(
        Entry.subject_kind == "ticket", Entry.subject_id == ticket_id, Entry.what == "TicketAssigned",
        Entry.data["assignee_id"].as_integer() == person_id,
    )  # fmt: skip
    return bool(db.session.scalar(select(spoke | had_it)))


def _count_as_held_back(month: str, department_id: int) -> None:
    # Several may hold back the month's first at this very moment.
    insert_new(SkippedInvitation, [{"month": month, "department_id": department_id, "held_back": 0}])
    here = SkippedInvitation.month == month, SkippedInvitation.department_id == department_id
    one_more = update(SkippedInvitation).where(*here).values(held_back=SkippedInvitation.held_back + 1)
    db.session.execute(one_more.execution_options(synchronize_session=False))
