"""What promises and the ledger say of a request that had to be approved."""

from __future__ import annotations

import pytest

from servicedesk.sla import actions as sla
from servicedesk.sla import ledger, queries
from servicedesk.tickets import queries as tickets
from tests import build
from tests.build import all_clocks, approve, clocks, open_ticket, refuse, resubmit
from tests.cast import at
from tests.tickets.approving import BOSS, named, offer, over

TEN, ELEVEN, NOON, ONE, TWO = (f"2026-04-06 {hour}:00" for hour in (10, 11, 12, 13, 14))


def ask(person, when=TEN, **more):
    return open_ticket(person, "it.purchase", when, **more)


def held(ticket, until):
    return {part.holder: part.time.total_seconds() / 3600 for part in ledger.sums(queries.ledger_of(ticket, at(until)))}


def states(ticket):
    return [(clock.metric, clock.state) for clock in all_clocks(ticket)]


def test_the_first_reply_runs_from_filing_and_the_rest_from_the_approval(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    assert {metric: clock.started_at for metric, clock in clocks(ticket).items()} == {"first_reply": at(TEN)}
    approve(ticket, boris, NOON)
    assert {metric: clock.started_at for metric, clock in clocks(ticket).items()} == {
        "first_reply": at(TEN),
        "resolution": at(NOON),
        "stay": at(NOON),
    }


def test_between_two_steps_nothing_starts(maria, boris, olga):
    offer(BOSS, named(olga))
    ticket = ask(maria)
    approve(ticket, boris, ELEVEN)
    assert set(clocks(ticket)) == {"first_reply"}
    approve(ticket, olga, NOON)
    assert clocks(ticket)["resolution"].started_at == at(NOON)


def test_a_refusal_cancels_what_runs_and_a_reworked_request_is_promised_a_reply_anew(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    refuse(ticket, boris, ELEVEN)
    assert states(ticket) == [("first_reply", "cancelled")]
    resubmit(ticket, maria, NOON)
    assert states(ticket) == [("first_reply", "cancelled"), ("first_reply", "running")]
    assert clocks(ticket)["first_reply"].started_at == at(NOON)
    approve(ticket, boris, ONE)
    assert states(ticket)[2:] == [("resolution", "running"), ("stay", "running")]
    assert sla.differing_tickets([ticket.id], at(TWO)) == []


def test_a_first_reply_that_was_late_before_the_refusal_stays_late_and_is_the_only_one(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    refuse(ticket, boris, "2026-04-07 10:00")
    assert states(ticket) == [("first_reply", "breached")]
    assert clocks(ticket)["first_reply"].ball_at_breach == "approver"
    resubmit(ticket, maria, "2026-04-07 11:00")
    assert states(ticket) == [("first_reply", "breached")]


def test_an_answered_request_is_promised_no_first_reply_again(maria, boris, igor):
    offer(BOSS)
    ticket = ask(maria)
    build.reply(ticket, igor, ELEVEN)
    refuse(ticket, boris, NOON)
    resubmit(ticket, maria, ONE)
    assert states(ticket) == [("first_reply", "met")]


def test_a_priority_that_changes_while_it_waits_brings_what_runs_then_and_no_more(maria, boris, igor):
    offer(BOSS)
    ticket = ask(maria)
    build.change_priority(ticket, igor, ELEVEN, "urgent")
    assert {metric: clock.target for metric, clock in clocks(ticket).items()} == {"first_reply": "1h"}
    approve(ticket, boris, NOON)
    assert clocks(ticket)["resolution"].target == "4h"


def test_the_approver_holds_the_ball_until_the_word(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    approve(ticket, boris, NOON)
    assert held(ticket, ONE) == {"approver": 2.0, "supplier": 1.0}


def test_a_refused_request_is_with_its_requester(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    refuse(ticket, boris, ELEVEN)
    assert held(ticket, ONE) == {"approver": 1.0, "requester": 2.0}
    resubmit(ticket, maria, ONE)
    approve(ticket, boris, "2026-04-06 13:30")
    assert held(ticket, TWO) == {"approver": 1.5, "requester": 2.0, "supplier": 0.5}


def test_reworked_below_the_threshold_the_department_holds_it_at_once(maria, boris):
    offer(over("500", BOSS))
    ticket = ask(maria, answers={"amount": "900"})
    refuse(ticket, boris, ELEVEN)
    resubmit(ticket, maria, NOON, answers={"amount": "5"})
    assert held(ticket, TWO) == {"approver": 1.0, "requester": 1.0, "supplier": 2.0}


@pytest.mark.parametrize("refused", [False, True])
def test_taken_back_the_ledger_ends(maria, boris, refused):
    offer(BOSS)
    ticket = ask(maria)
    if refused:
        refuse(ticket, boris, ELEVEN)
    build.cancel(ticket, maria, NOON)
    assert held(ticket, TWO) == ({"approver": 1.0, "requester": 1.0} if refused else {"approver": 2.0})


def test_the_explanation_begins_at_the_approval_and_adds_up(maria, boris, igor):
    offer(BOSS)
    ticket = ask(maria)
    approve(ticket, boris, NOON)
    build.resolve(ticket, igor, TWO)
    found = queries.explain(clocks(ticket)["resolution"], at("2026-04-07 10:00"))
    assert (found[0].begin, sum((row.end - row.begin).total_seconds() for row in found if row.counted)) == (
        at(NOON),
        7200,
    )
    assert tickets.approval_waits(ticket) == [("approver", at(TEN), at(NOON))]
