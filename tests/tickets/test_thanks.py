"""Thanks for what is done reopen nothing; who was misunderstood opens the request again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.notifications.models import Notice
from servicedesk.sla.queries import clocks_of
from servicedesk.tickets import actions
from servicedesk.tickets.access import message_of, ticket_for
from tests.build import note, open_ticket, reply, resolve, thank
from tests.cast import at, by

THANKED = "2026-04-06 12:00"


def contest(ticket, person, message, when="2026-04-06 13:00"):
    with transaction():
        row = ticket_for(person, ticket.id, "reopen")
        actions.reopen_after_thanks(by(person, when), row, person, message_of(row, message.id))


def replies(ticket):
    return [clock for clock in clocks_of([ticket.id]).get(ticket.id, []) if clock.metric == "reply"]


def lines(person, *kinds):
    rows = db.session.scalars(select(Notice).where(Notice.person_id == person.id, Notice.kind.in_(kinds)))
    return [row.kind for row in rows]


@pytest.fixture
def resolved(ticket, igor):
    actions_ = by(igor, "2026-04-06 10:30")
    with transaction():
        actions.take(actions_, ticket_for(igor, ticket.id, "assign"), igor)
    resolve(ticket, igor, "2026-04-06 11:00")
    return ticket


@pytest.mark.parametrize("state", ["resolved", "closed", "cancelled"])
def test_they_leave_the_request_as_it_is(ticket_in, maria, state):
    ticket = ticket_in(state)
    message = thank(ticket, maria, "2026-04-06 14:00")
    assert (ticket.status, message.thanks, message.side, message.visibility) == (state, True, "requester", "public")
    assert replies(ticket) == []


@pytest.mark.parametrize("state", ["new", "open", "waiting", "awaiting_approval"])
def test_a_request_that_runs_knows_none(ticket_in, maria, state):
    with pytest.raises(Conflict):
        thank(ticket_in(state), maria, "2026-04-06 14:00")


def test_the_agent_hears_of_them_under_the_bell(resolved, maria, igor):
    thank(resolved, maria, THANKED)
    assert lines(igor, "thanked", "requester_wrote") == ["thanked"]


def test_who_was_misunderstood_opens_it_again_and_waits_for_an_answer_from_then_on(resolved, maria, igor):
    message = thank(resolved, maria, THANKED)
    contest(resolved, maria, message)
    assert (resolved.status, resolved.reopen_count, message.thanks) == ("open", 1, False)
    assert [(clock.started_at, clock.message_id) for clock in replies(resolved)] == [
        (at("2026-04-06 13:00"), message.id)
    ]
    assert lines(igor, "requester_wrote") == ["requester_wrote"]


def test_the_agent_may_do_so_too_and_hears_nothing_of_it(resolved, maria, igor):
    contest(resolved, igor, thank(resolved, maria, THANKED))
    assert resolved.status == "open"
    assert lines(igor, "requester_wrote") == []


def test_once_is_enough(resolved, maria, igor):
    message = thank(resolved, maria, THANKED)
    contest(resolved, maria, message)
    resolve(resolved, igor, "2026-04-06 14:00")
    with pytest.raises(Conflict):
        contest(resolved, maria, message, "2026-04-06 15:00")


def test_another_message_cannot_be_contested(resolved, maria, igor):
    written = note(resolved, igor, THANKED)
    with pytest.raises(NotFound):
        contest(resolved, maria, written)
    other = open_ticket(maria)
    answer = reply(other, igor, THANKED)
    with pytest.raises(NotFound):
        contest(resolved, maria, answer)
    with pytest.raises(Conflict):
        contest(other, maria, answer)
