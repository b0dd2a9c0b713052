"""What each event of a ticket does to its clocks. Opened on Monday 2026-04-06 at 10:00 with IT (see cast.PROMISES)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.sla.actions import set_policy
from servicedesk.sla.models import ClosingTerm
from servicedesk.tickets import actions
from tests.build import (
    all_clocks,
    assign,
    cancel,
    change_priority,
    clocks,
    close,
    hand_over,
    hold,
    note,
    open_ticket,
    reopen,
    reply,
    resolve,
    resume,
    switch_request_type,
)
from tests.cast import at, by, department, request_type

HOUR = 3600


@pytest.fixture
def ticket(maria):
    return open_ticket(maria)


def letters(ticket):
    return [clock for clock in all_clocks(ticket) if clock.metric == "reply"]


def term(ticket):
    return db.session.scalar(select(ClosingTerm.close_at).where(ClosingTerm.ticket_id == ticket.id))


def test_opening_starts_three_clocks(ticket):
    found = clocks(ticket)
    assert {name: (clock.state, clock.due_at, clock.target_seconds) for name, clock in found.items()} == {
        "first_reply": ("running", at("2026-04-06 14:00"), 4 * HOUR),
        "resolution": ("running", at("2026-04-09 10:00"), 27 * HOUR),
        "stay": ("running", at("2026-04-08 10:00"), 18 * HOUR),
    }


def test_only_what_is_promised_runs(maria):
    assert set(clocks(open_ticket(maria, "sales.offer"))) == {"resolution"}


def test_they_run_from_the_first_word_of_the_requester(maria, igor):
    ticket = open_ticket(maria, when="2026-04-06 12:00", asked_at=at("2026-04-06 09:30"), registrar=igor)
    assert clocks(ticket)["first_reply"].due_at == at("2026-04-06 13:30")
    assert clocks(ticket)["first_reply"].elapsed_seconds == 2.5 * HOUR


def test_a_request_filed_too_late_is_broken_at_once_at_its_true_moment(maria):
    ticket = open_ticket(maria, when="2026-04-07 12:00", asked_at=at("2026-04-06 10:00"))
    clock = clocks(ticket)["first_reply"]
    assert (clock.state, clock.breached_at, clock.decided_at) == (
        "breached",
        at("2026-04-06 14:00"),
        at("2026-04-06 14:00"),
    )


@pytest.mark.parametrize(("when", "state"), [("2026-04-06 14:00:00", "met"), ("2026-04-06 14:00:01", "breached")])
def test_the_due_instant_itself_is_in_time(ticket, igor, when, state):
    reply(ticket, igor, when)
    assert clocks(ticket)["first_reply"].state == state


def test_a_note_an_assignment_and_the_requester_are_no_reply(ticket, igor, maria):
    note(ticket, igor, "2026-04-06 11:00")
    assign(ticket, igor, "2026-04-06 11:10", igor)
    reply(ticket, maria, "2026-04-06 11:20")
    assert clocks(ticket)["first_reply"].state == "running"
    assert letters(ticket) == []


def test_each_letter_after_an_answer_has_a_clock_of_its_own(ticket, igor, maria):
    reply(ticket, igor, "2026-04-06 11:00")
    reply(ticket, maria, "2026-04-06 12:00", "And the other printer?")
    reply(ticket, maria, "2026-04-06 13:00", "Hello?")
    reply(ticket, igor, "2026-04-06 14:00")
    reply(ticket, maria, "2026-04-06 15:00", "Thanks, and the third?")
    first, second = letters(ticket)
    assert (first.started_at, first.state, first.elapsed_seconds) == (at("2026-04-06 12:00"), "met", 2 * HOUR)
    assert (second.started_at, second.state, second.due_at) == (
        at("2026-04-06 15:00"),
        "running",
        at("2026-04-07 15:00"),
    )


def test_a_letter_clock_knows_its_letter(ticket, igor, maria):
    reply(ticket, igor, "2026-04-06 11:00")
    letter = reply(ticket, maria, "2026-04-06 12:00")
    assert letters(ticket)[0].message_id == letter.id


def test_a_solution_answers_the_letter_too(ticket, igor, maria):
    reply(ticket, igor, "2026-04-06 11:00")
    reply(ticket, maria, "2026-04-06 12:00")
    resolve(ticket, igor, "2026-04-06 13:00")
    assert letters(ticket)[0].state == "met"


def test_a_hold_pauses_the_solution_and_the_stay_but_no_reply(ticket, igor, maria):
    reply(ticket, igor, "2026-04-06 11:00")
    reply(ticket, maria, "2026-04-06 11:30")
    hold(ticket, igor, "2026-04-06 12:00")
    assert {clock.metric: (clock.state, clock.due_at) for clock in all_clocks(ticket) if clock.open} == {
        "reply": ("running", at("2026-04-07 11:30")),
        "resolution": ("paused", None),
        "stay": ("paused", None),
    }


def test_going_on_gives_the_paused_business_time_back(ticket, igor):
    hold(ticket, igor, "2026-04-06 12:00")
    resume(ticket, igor, "2026-04-07 10:00")
    clock = clocks(ticket)["resolution"]
    assert (clock.state, clock.paused_seconds) == ("running", 7 * HOUR)
    assert clock.due_at == at("2026-04-09 17:00")


def test_a_hold_that_ended_by_itself_counts_to_its_end_however_late_it_is_noticed(ticket, igor):
    hold(ticket, igor, "2026-04-06 12:00", until="2026-04-06 15:00")
    with transaction():
        actions.end_hold_of(by(None, "2026-04-08 12:00", "worker"), ticket.id)
    clock = clocks(ticket)["resolution"]
    assert (clock.paused_seconds, clock.due_at) == (3 * HOUR, at("2026-04-09 13:00"))


def test_pausing_after_the_due_moment_does_not_hide_the_breach(ticket, igor):
    hold(ticket, igor, "2026-04-10 12:00")
    clock = clocks(ticket)["resolution"]
    assert (clock.state, clock.breached_at, clock.paused) == ("breached", at("2026-04-09 10:00"), True)


def test_a_solution_stops_the_clocks_and_sets_the_term_of_silence(ticket, igor):
    reply(ticket, igor, "2026-04-06 11:00")
    resolve(ticket, igor, "2026-04-06 16:00")
    found = clocks(ticket)
    assert {clock.state for clock in found.values()} == {"met"}
    assert found["resolution"].elapsed_seconds == 6 * HOUR
    assert found["resolution"].decided_at == at("2026-04-06 16:00")
    assert term(ticket) == at("2026-04-09 18:00")


def test_reopening_goes_on_without_a_new_term(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 16:00")
    reply(ticket, maria, "2026-04-07 12:00", "No.")
    clock = clocks(ticket)["resolution"]
    assert (clock.state, clock.elapsed_seconds) == ("running", 6 * HOUR)
    assert clock.due_at == at("2026-04-09 15:00")
    assert clock.decided_at is None
    assert clocks(ticket)["stay"].open
    assert term(ticket) is None


def test_the_word_that_reopens_wants_an_answer(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 16:00")
    reply(ticket, maria, "2026-04-07 12:00", "No.")
    (letter,) = letters(ticket)
    assert (letter.state, letter.due_at) == ("running", at("2026-04-08 12:00"))


def test_what_was_broken_stays_broken_after_a_reopening(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-10 12:00")
    reopen(ticket, maria, "2026-04-10 13:00")
    clock = clocks(ticket)["resolution"]
    assert (clock.state, clock.breached_at) == ("breached", at("2026-04-09 10:00"))


def test_closing_forgets_the_term(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 16:00")
    close(ticket, maria, "2026-04-06 17:00")
    assert term(ticket) is None
    assert clocks(ticket)["resolution"].state == "met"


def test_withdrawing_cancels_what_runs_and_leaves_what_was_decided(ticket, igor, maria):
    reply(ticket, igor, "2026-04-06 11:00")
    cancel(ticket, maria, "2026-04-06 12:00")
    assert {clock.metric: clock.state for clock in all_clocks(ticket)} == {
        "first_reply": "met",
        "resolution": "cancelled",
        "stay": "cancelled",
    }


def test_a_hand_over_ends_one_stay_and_the_promise_to_the_requester_runs_on(maria, anna):
    ticket = open_ticket(maria, "hr.certificate")
    hand_over(ticket, anna, "2026-04-06 13:00", "it")
    resolution = clocks(ticket)["resolution"]
    assert (resolution.target, resolution.department_id) == ("5bd", ticket.department_id)
    (stay,) = [clock for clock in all_clocks(ticket) if clock.metric == "stay"]
    assert (stay.started_at, stay.target, stay.due_at) == (at("2026-04-06 13:00"), "18h", at("2026-04-08 13:00"))


def test_between_two_departments_each_stay_has_its_clock(ticket, igor, anna):
    hand_over(ticket, igor, "2026-04-06 13:00", "hr")
    hand_over(ticket, anna, "2026-04-07 11:00", "it")
    stays = [clock for clock in all_clocks(ticket) if clock.metric == "stay"]
    assert [(clock.state, clock.elapsed_seconds) for clock in stays] == [("met", 3 * HOUR), ("running", 0)]


def test_a_ticket_on_hold_stays_paused_where_it_arrives(ticket, igor):
    hold(ticket, igor, "2026-04-06 12:00", "third_party")
    hand_over(ticket, igor, "2026-04-06 13:00", "hr")
    assert clocks(ticket)["resolution"].state == "paused"
    assert [clock.state for clock in all_clocks(ticket) if clock.metric == "stay"] == ["met"]


def test_a_new_stay_begins_paused_while_on_hold(maria, anna):
    ticket = open_ticket(maria, "hr.certificate")
    hold(ticket, anna, "2026-04-06 12:00", "third_party")
    hand_over(ticket, anna, "2026-04-06 13:00", "it")
    stay = clocks(ticket)["stay"]
    assert (stay.state, stay.due_at) == ("paused", None)


def test_what_broke_before_the_hand_over_is_the_former_departments(ticket, igor, anna):
    it = ticket.department_id
    hand_over(ticket, igor, "2026-04-10 12:00", "hr")
    found = clocks(ticket)
    assert (found["resolution"].department_id, found["resolution"].breached_at) == (it, at("2026-04-09 10:00"))
    assert found["first_reply"].department_id == it
    assert found["stay"].department_id == it


def test_a_priority_moves_the_due_instant_and_keeps_the_time_used(ticket, igor):
    hold(ticket, igor, "2026-04-06 11:00")
    resume(ticket, igor, "2026-04-06 12:00")
    change_priority(ticket, igor, "2026-04-06 13:00", "urgent")
    found = clocks(ticket)
    assert (found["resolution"].target, found["resolution"].due_at) == ("4h", at("2026-04-06 15:00"))
    assert (found["resolution"].elapsed_seconds, found["resolution"].paused_seconds) == (2 * HOUR, HOUR)
    assert (found["first_reply"].state, found["first_reply"].breached_at) == ("breached", at("2026-04-06 11:00"))


def test_a_priority_given_while_resolved_counts_after_the_reopening(ticket, igor, maria):
    resolve(ticket, igor, "2026-04-06 11:00")
    change_priority(ticket, igor, "2026-04-06 11:30", "urgent")
    assert clocks(ticket)["resolution"].target == "27h"
    reopen(ticket, maria, "2026-04-06 12:00")
    clock = clocks(ticket)["resolution"]
    assert (clock.target, clock.due_at, clock.elapsed_seconds) == ("4h", at("2026-04-06 15:00"), HOUR)


def test_a_policy_edited_while_resolved_does_not(ticket, igor, maria, adam):
    resolve(ticket, igor, "2026-04-06 11:00")
    with transaction():
        set_policy(
            by(adam, "2026-04-06 11:30"),
            name="department=it",
            department_id=ticket.department_id,
            targets={"resolution": "2h"},
        )
    reopen(ticket, maria, "2026-04-06 12:00")
    assert clocks(ticket)["resolution"].target == "27h"


def test_the_mark_keeps_both_targets(ticket, igor):
    change_priority(ticket, igor, "2026-04-06 10:30", "urgent")
    mark = clocks(ticket)["resolution"].marks[-1]
    assert (mark.kind, mark.data["before"], mark.data["after"]) == ("retargeted", "27h", "4h")


def test_a_kept_or_broken_promise_is_not_judged_again(ticket, igor):
    reply(ticket, igor, "2026-04-06 13:00")
    change_priority(ticket, igor, "2026-04-10 12:00", "urgent")
    found = clocks(ticket)
    assert (found["first_reply"].state, found["first_reply"].target) == ("met", "4h")
    assert (found["resolution"].breached_at, found["resolution"].target) == (at("2026-04-09 10:00"), "27h")


def test_a_priority_without_a_rule_of_its_own_changes_nothing(ticket, igor):
    change_priority(ticket, igor, "2026-04-06 11:00", "low")
    assert all(mark.kind == "started" for clock in all_clocks(ticket) for mark in clock.marks)


def test_a_type_may_bring_a_promise_that_runs_from_the_beginning(maria, anna, adam):
    with transaction():
        set_policy(
            by(adam, "2026-04-01 09:00"), name="first word of legal", department_id=department("hr").id,
            request_type_id=request_type("hr.trouble").id, targets={"first_reply": "2h", "resolution": "12h"},
        )  # fmt: skip
    ticket = open_ticket(maria, "hr.certificate")
    hold(ticket, anna, "2026-04-06 12:00")
    resume(ticket, anna, "2026-04-06 13:00")
    switch_request_type(ticket, anna, "2026-04-06 15:00", "hr.trouble")
    found = clocks(ticket)
    assert found["first_reply"].breached_at == at("2026-04-06 12:00")
    assert (found["resolution"].due_at, found["resolution"].paused_seconds) == (at("2026-04-08 11:00"), HOUR)


def test_history_that_is_told_again_has_its_own_times(maria):
    ticket = open_ticket(maria, when="2026-04-06 10:00", door="import")
    assert clocks(ticket)["first_reply"].due_at == at("2026-04-06 14:00")
