"""Assigning and handing over."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.tickets import access, actions, queries
from tests.build import assign, hand_over, hold, note, open_ticket, reply, resolve, switch_request_type
from tests.cast import at, by, department, request_type


def test_taking_a_new_ticket_opens_it(ticket, igor):
    assign(ticket, igor, "2026-04-06 11:00", igor)
    assert (ticket.assignee_id, ticket.status) == (igor.id, "open")


def test_giving_it_back_leaves_it_open(ticket, igor):
    assign(ticket, igor, "2026-04-06 11:00", igor)
    assign(ticket, igor, "2026-04-06 12:00", None)
    assert (ticket.assignee_id, ticket.status) == (None, "open")


def test_taking_it_twice_changes_nothing(ticket, igor):
    assign(ticket, igor, "2026-04-06 11:00", igor)
    version = ticket.version
    assign(ticket, igor, "2026-04-06 12:00", igor)
    assert (ticket.version, ticket.updated_at) == (version, at("2026-04-06 11:00"))


def test_only_the_holding_department_can_have_it(ticket, igor, anna):
    with pytest.raises(Invalid):
        assign(ticket, igor, "2026-04-06 11:00", anna)


def test_nobody_works_on_their_own_request(igor, olga):
    ticket = open_ticket(igor)
    with pytest.raises(Invalid):
        assign(ticket, olga, "2026-04-06 11:00", igor)


def test_somebody_switched_off_gets_nothing(ticket, igor, olga, adam):
    with transaction():
        people.change_person(by(adam, "2026-04-06 10:30"), igor, {"active": False})
    with pytest.raises(Invalid):
        assign(ticket, olga, "2026-04-06 11:00", igor)


def test_handing_over_moves_the_stay_and_drops_the_assignee(ticket, igor):
    assign(ticket, igor, "2026-04-06 11:00", igor)
    hand_over(ticket, igor, "2026-04-06 12:00", "hr")
    first, second = queries.stays(ticket.id)
    assert (first.ended_at, second.began_at, second.ended_at) == (at("2026-04-06 12:00"), at("2026-04-06 12:00"), None)
    assert (ticket.department.key, ticket.assignee_id) == ("hr", None)


def test_the_note_goes_to_the_team_only(ticket, igor, maria):
    hand_over(ticket, igor, "2026-04-06 12:00", "hr", "Her pass, not her printer.")
    (message,) = queries.messages(ticket.id, with_notes=True).items
    assert (message.visibility, message.text) == ("internal", "Her pass, not her printer.")
    assert queries.messages(ticket.id, with_notes=False).items == []


def test_a_hold_stays_in_force(ticket, igor):
    hold(ticket, igor, "2026-04-06 11:00", "third_party")
    hand_over(ticket, igor, "2026-04-06 12:00", "hr")
    assert ticket.status == "on_hold"
    assert queries.hold_in_force(ticket.id) is not None


def test_not_to_itself_nor_to_a_department_that_is_gone(ticket, igor, adam):
    with pytest.raises(Invalid):
        hand_over(ticket, igor, "2026-04-06 12:00", "it")
    with transaction():
        people.change_department(by(adam, "2026-04-06 10:30"), department("legal"), {"active": False})
    with pytest.raises(Invalid):
        hand_over(ticket, igor, "2026-04-06 12:00", "legal")
    assert len(queries.stays(ticket.id)) == 1


def test_the_former_department_sees_it_and_does_no_more(ticket, igor, anna):
    hand_over(ticket, igor, "2026-04-06 12:00", "hr")
    assert access.ticket_for(igor, ticket.id)
    with pytest.raises(NotAllowed):
        resolve(ticket, igor, "2026-04-06 13:00")
    resolve(ticket, anna, "2026-04-06 13:00")


def test_a_confidential_one_vanishes_for_the_former_department(maria, anna, igor):
    ticket = open_ticket(maria, "hr.trouble")
    hand_over(ticket, anna, "2026-04-06 12:00", "it")
    with pytest.raises(NotFound):
        access.ticket_for(anna, ticket.id)
    assert access.ticket_for(igor, ticket.id)


def test_another_type_of_the_same_department(ticket, igor):
    switch_request_type(ticket, igor, "2026-04-06 11:00", "it.access")
    assert ticket.request_type.key == "it.access"
    with pytest.raises(Invalid):
        switch_request_type(ticket, igor, "2026-04-06 11:00", "hr.certificate")


def test_nothing_makes_a_confidential_ticket_open_to_others(maria, anna):
    ticket = open_ticket(maria, "hr.certificate")
    switch_request_type(ticket, anna, "2026-04-06 11:00", "hr.trouble")
    assert ticket.confidential
    switch_request_type(ticket, anna, "2026-04-06 12:00", "hr.certificate")
    assert ticket.confidential


def test_notes_are_read_by_departments_that_held_it(ticket, igor, anna, maria, boris, adam):
    note(ticket, igor, "2026-04-06 11:00")
    reply(ticket, igor, "2026-04-06 11:10")
    hand_over(ticket, igor, "2026-04-06 12:00", "hr")
    assert all(access.reads_notes(person, ticket) for person in (igor, anna, adam))
    assert not access.reads_notes(maria, ticket)
    assert not access.reads_notes(boris, ticket)


def test_what_the_door_shows_next_is_the_new_state(ticket, igor, olga):
    """A door presents the row that it has just changed: relations follow their ids at once."""
    assert (ticket.department.key, ticket.assignee, ticket.request_type.key) == ("it", None, "it.incident")
    with transaction():
        row = access.ticket_for(igor, ticket.id, to="assign")
        actions.assign(by(igor, "2026-04-06 11:00"), row, olga)
        actions.switch_request_type(by(igor, "2026-04-06 11:00"), row, request_type("it.access"))
        assert (row.department.key, row.assignee, row.request_type.key) == ("it", olga, "it.access")
        actions.hand_over(by(igor, "2026-04-06 11:00"), row, igor, department("hr"))
        assert (row.department.key, row.assignee) == ("hr", None)
