"""Public replies: answers of the department and words of the requester."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.tickets import queries
from tests.build import close, hand_over, hold, open_ticket, reopen, reply, resolve
from tests.cast import at


def test_the_first_answer_opens_a_new_ticket(ticket, igor):
    message = reply(ticket, igor, "2026-04-06 11:00", "  On my way. ")
    assert (message.side, message.visibility, message.text) == ("supplier", "public", "On my way.")
    assert ticket.status == "open"
    assert ticket.answered_at == at("2026-04-06 11:00")


def test_a_second_answer_leaves_the_first_moment(ticket, igor, olga):
    reply(ticket, igor, "2026-04-06 11:00")
    reply(ticket, olga, "2026-04-06 12:00")
    assert ticket.answered_at == at("2026-04-06 11:00")
    assert ticket.updated_at == at("2026-04-06 12:00")


def test_the_requester_does_not_answer_themselves(ticket, maria):
    assert reply(ticket, maria, "2026-04-06 11:00").side == "requester"
    assert ticket.status == "new"
    assert ticket.answered_at is None


def test_an_agent_who_asks_their_own_department_speaks_as_requester(igor):
    ticket = open_ticket(igor)
    assert reply(ticket, igor, "2026-04-06 11:00").side == "requester"
    assert ticket.answered_at is None


def test_the_one_who_filed_it_speaks_for_the_requester(maria, boris):
    ticket = open_ticket(maria, registrar=boris)
    assert reply(ticket, boris, "2026-04-06 11:00").side == "requester"


def test_it_reopens_a_resolved_ticket(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 11:00")
    reply(ticket, maria, "2026-04-06 12:00", "It is not.")
    assert (ticket.status, ticket.ball, ticket.resolved_at, ticket.reopen_count) == ("open", "supplier", None, 1)


def test_an_agents_word_after_the_solution_does_not_reopen(ticket, igor):
    resolve(ticket, igor, "2026-04-06 11:00")
    reply(ticket, igor, "2026-04-06 12:00", "Have a nice day.")
    assert ticket.status == "resolved"


@pytest.mark.parametrize("reason", ["waiting_for_requester", "third_party"])
def test_a_word_of_the_requester_ends_a_hold(ticket, igor, maria, reason):
    hold(ticket, igor, "2026-04-06 11:00", reason)
    reply(ticket, maria, "2026-04-06 12:00")
    (was,) = queries.holds(ticket.id)
    assert ticket.status == "new"
    assert ticket.ball == "supplier"
    assert was.ended_at == at("2026-04-06 12:00")


def test_an_answer_of_the_department_does_not_end_a_hold(ticket, igor):
    hold(ticket, igor, "2026-04-06 11:00")
    reply(ticket, igor, "2026-04-06 12:00")
    assert ticket.status == "waiting"
    assert queries.holds(ticket.id)[0].ended_at is None


def test_after_a_hand_over_the_new_department_answers(ticket, igor, anna, maria):
    hand_over(ticket, igor, "2026-04-06 11:00", "hr")
    assert reply(ticket, anna, "2026-04-06 12:00").side == "supplier"


def test_nothing_is_not_a_message(ticket, igor):
    with pytest.raises(Invalid) as refusal:
        reply(ticket, igor, "2026-04-06 11:00", " \n ")
    assert set(refusal.value.fields) == {"text"}


def test_a_closed_ticket_names_the_way_out(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 11:00")
    close(ticket, maria, "2026-04-06 12:00")
    with pytest.raises(Conflict, match=rf"mention #{ticket.id}"):
        reply(ticket, maria, "2026-04-06 13:00")


def test_a_clock_that_is_behind_does_not_turn_time_back(ticket, igor, maria):
    reply(ticket, igor, "2026-04-06 11:00")
    message = reply(ticket, maria, "2026-04-06 10:59")
    assert message.created_at == at("2026-04-06 11:00")
    assert ticket.updated_at == at("2026-04-06 11:00")


def test_reopening_by_hand_needs_a_word(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 11:00")
    with pytest.raises(Invalid):
        reopen(ticket, maria, "2026-04-06 12:00", "  ")
    assert ticket.status == "resolved"
