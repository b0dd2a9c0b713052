"""A date agreed for one ticket: who proposes, who answers, and what it does to the resolution clock."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from servicedesk.jobs import promises
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.sla import actions, queries
from servicedesk.sla.access import term_of
from servicedesk.sla.models import Calendar, Clock, Policy, Term
from servicedesk.tickets.access import ticket_for
from tests import build
from tests.cast import at, by, load_cast

NOON, ONE, TWO = "2026-04-06 12:00", "2026-04-06 13:00", "2026-04-06 14:00"
WEDNESDAY, FRIDAY, MONDAY = "2026-04-08 15:00", "2026-04-10 15:00", "2026-04-13 11:30"


@pytest.fixture
def ticket(maria):
    """Monday 10:00 with IT; resolution is promised in 27 working hours: Thursday 10:00."""
    return build.open_ticket(maria)


@pytest.fixture
def without_promises(cast):
    with transaction():
        for name in db.session.scalars(select(Policy.name)).all():
            actions.withdraw_policy(by(None, "2026-04-01 09:00"), name)


def resolution(ticket) -> Clock:
    return build.clocks(ticket)["resolution"]


def states(ticket) -> list[tuple[str, str]]:
    return [(term.side, term.state) for term in queries.terms(ticket.id).items]


def heard(ticket) -> list[str]:
    from servicedesk.audit.queries import history

    names = ("TermProposed", "TermAccepted", "TermRefused")
    return [
        f"{entry.what} {entry.data['number']} {entry.data.get('how') or entry.data.get('counters') or ''}".strip()
        for entry in history("ticket", ticket.id, only=names).items
    ]


# who proposes and who answers


@pytest.mark.parametrize(("one", "other"), [("igor", "maria"), ("maria", "igor")])
def test_either_side_proposes_and_the_other_accepts(cast, ticket, one, other):
    one, other = getattr(cast, one), getattr(cast, other)
    term = build.propose(ticket, one, NOON, FRIDAY, "  The part comes on Friday.  ")
    assert (term.number, term.state, term.reason) == (1, "proposed", "The part comes on Friday.")
    assert resolution(ticket).due_at == at("2026-04-09 10:00")
    build.accept(ticket, other, ONE)
    assert (term.state, term.answered_by_id, term.answered_at) == ("accepted", other.id, at(ONE))
    clock = resolution(ticket)
    assert (clock.due_at, clock.target, clock.state) == (at(FRIDAY), "at 2026-04-10T12:00:00Z", "running")
    assert heard(ticket) == ["TermProposed 1", "TermAccepted 1"]


def test_who_filed_it_for_somebody_speaks_for_them(cast):
    ticket = build.open_ticket(cast.stranger, registrar=cast.boris)
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    build.accept(ticket, cast.boris, ONE)
    assert resolution(ticket).due_at == at(FRIDAY)


def test_nobody_answers_for_the_other_side(cast, ticket):
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    for answer in (build.accept, build.decline):
        with pytest.raises(NotAllowed):
            answer(ticket, cast.olga, ONE)
    with pytest.raises(NotAllowed):
        build.withdraw(ticket, cast.maria, ONE)
    assert states(ticket) == [("supplier", "proposed")]


def test_who_only_sees_the_ticket_agrees_on_nothing(cast, ticket):
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    for person, refusal in ((cast.boris, NotAllowed), (cast.adam, NotAllowed), (cast.stranger, NotFound)):
        for act in (build.accept, build.decline, build.withdraw):
            with pytest.raises(refusal):
                act(ticket, person, ONE)
        with pytest.raises(refusal):
            build.propose(ticket, person, ONE, FRIDAY)


def test_an_agent_agrees_on_their_own_request_as_the_one_who_asked(cast):
    ticket = build.open_ticket(cast.igor)
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    with pytest.raises(NotAllowed):
        build.accept(ticket, cast.igor, ONE)
    build.accept(ticket, cast.olga, ONE)
    assert states(ticket) == [("requester", "accepted")]


# the course of a negotiation


def test_a_counter_proposal_takes_the_place_of_the_first(cast, ticket):
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    build.propose(ticket, cast.maria, ONE, WEDNESDAY)
    assert states(ticket) == [("supplier", "countered"), ("requester", "proposed")]
    with pytest.raises(Conflict):
        build.accept(ticket, cast.maria, TWO, 1)
    build.accept(ticket, cast.igor, TWO, 2)
    assert resolution(ticket).due_at == at(WEDNESDAY)
    assert heard(ticket) == ["TermProposed 1", "TermProposed 2 1", "TermAccepted 2"]


def test_ones_own_proposal_is_replaced_or_withdrawn(cast, ticket):
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    build.propose(ticket, cast.olga, ONE, MONDAY)
    build.withdraw(ticket, cast.igor, TWO, 2)
    assert states(ticket) == [("supplier", "withdrawn"), ("supplier", "withdrawn")]
    assert queries.open_term(ticket.id) is None
    assert heard(ticket) == [
        "TermProposed 1", "TermRefused 1 withdrawn", "TermProposed 2", "TermRefused 2 withdrawn",
    ]  # fmt: skip


def test_declined_means_that_everything_stays(cast, ticket):
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    build.decline(ticket, cast.maria, ONE)
    assert states(ticket) == [("supplier", "declined")]
    assert resolution(ticket).due_at == at("2026-04-09 10:00")
    for act in (build.accept, build.decline):
        with pytest.raises(Conflict):
            act(ticket, cast.maria, TWO)
    with pytest.raises(NotFound):
        build.accept(ticket, cast.maria, TWO, 7)


def test_the_very_date_of_the_other_side_is_to_be_accepted(cast, ticket):
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    with pytest.raises(Invalid) as refused:
        build.propose(ticket, cast.maria, ONE, FRIDAY)
    assert set(refused.value.fields) == {"due_at"}
    build.accept(ticket, cast.maria, ONE)
    with pytest.raises(Invalid):
        build.propose(ticket, cast.igor, TWO, FRIDAY)


@pytest.mark.parametrize("end", ["resolve", "cancel"])
def test_what_is_open_lapses_with_the_ticket(cast, ticket, end):
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    if end == "resolve":
        build.resolve(ticket, cast.igor, ONE)
    else:
        build.cancel(ticket, cast.maria, ONE)
    assert states(ticket) == [("supplier", "lapsed")]
    assert heard(ticket) == ["TermProposed 1", "TermRefused 1 lapsed"]
    with pytest.raises(Conflict):
        build.accept(ticket, cast.maria, TWO)


def test_what_a_department_proposed_goes_when_the_ticket_moves_on_and_what_it_agreed_to_stays(cast, ticket):
    build.agree(ticket, cast.igor, cast.maria, NOON, FRIDAY)
    build.propose(ticket, cast.igor, ONE, MONDAY)
    build.hand_over(ticket, cast.igor, TWO, "hr")
    assert states(ticket) == [("supplier", "accepted"), ("supplier", "lapsed")]
    assert resolution(ticket).due_at == at(FRIDAY)
    build.propose(ticket, cast.maria, "2026-04-06 15:00", WEDNESDAY)
    build.hand_over(ticket, cast.anna, "2026-04-06 15:30", "it")
    build.accept(ticket, cast.igor, "2026-04-06 16:00", 3)
    assert resolution(ticket).due_at == at(WEDNESDAY)


def test_every_change_of_a_negotiation_is_a_new_version_of_the_ticket(cast, ticket):
    seen = [ticket.version]
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    seen.append(ticket.version)
    build.accept(ticket, cast.maria, ONE)
    seen.append(ticket.version)
    assert seen == sorted(set(seen)) and ticket.updated_at == at(ONE)


# what may be proposed


@pytest.mark.parametrize(
    ("due", "reason", "field"),
    [
        (NOON, "It is now.", "due_at"),
        ("2026-04-06 11:59", "It is past.", "due_at"),
        ("2031-04-06 12:01", "It is far.", "due_at"),
        (FRIDAY, "  ", "reason"),
        (FRIDAY, "x" * 2001, "reason"),
    ],
)
def test_a_term_lies_ahead_and_has_a_reason(cast, ticket, due, reason, field):
    with pytest.raises(Invalid) as refused:
        build.propose(ticket, cast.igor, NOON, due, reason)
    assert set(refused.value.fields) == {field}
    assert states(ticket) == []


def test_five_years_and_a_leap_day_are_counted(cast, maria):
    ticket = build.open_ticket(maria, when="2028-02-29 10:00")
    build.propose(ticket, cast.igor, "2028-02-29 12:00", "2033-02-28 12:00")
    with pytest.raises(Invalid):
        build.propose(ticket, cast.igor, "2028-02-29 12:00", "2033-02-28 12:01")


def test_a_term_is_agreed_to_the_second(cast, ticket):
    term = build.propose(ticket, cast.igor, NOON, datetime(2026, 4, 10, 12, 0, 0, 999_999, tzinfo=UTC))
    build.accept(ticket, cast.maria, ONE)
    assert term.due_at == resolution(ticket).due_at == at(FRIDAY)


def test_a_date_that_passed_while_it_waited_is_not_accepted(cast, ticket):
    build.propose(ticket, cast.igor, NOON, TWO)
    with pytest.raises(Conflict):
        build.accept(ticket, cast.maria, TWO)


# what it does to the promise


def test_no_pause_moves_it_and_it_breaks_while_the_ticket_waits(cast, ticket):
    build.agree(ticket, cast.igor, cast.maria, NOON, WEDNESDAY)
    build.hold(ticket, cast.igor, ONE)
    assert (resolution(ticket).state, resolution(ticket).due_at) == ("paused", at(WEDNESDAY))
    promises.look_at_clocks(at("2026-04-08 15:01"))
    assert resolution(ticket).breached_at == at(WEDNESDAY)


def test_priority_and_type_do_not_touch_it(cast, ticket):
    build.agree(ticket, cast.igor, cast.maria, NOON, WEDNESDAY)
    build.change_priority(ticket, cast.igor, ONE, "urgent")
    build.switch_request_type(ticket, cast.igor, TWO, "it.access")
    assert resolution(ticket).due_at == at(WEDNESDAY)
    assert build.clocks(ticket)["first_reply"].target == "1h"
    build.resolve(ticket, cast.igor, "2026-04-07 10:00")
    build.change_priority(ticket, cast.igor, "2026-04-07 11:00", "low")
    build.reopen(ticket, cast.maria, "2026-04-07 12:00")
    # Two hours of working time were spent resolved.
    assert resolution(ticket).due_at == at("2026-04-08 17:00")


def test_it_may_be_agreed_on_again_before_it_breaks(cast, ticket):
    build.agree(ticket, cast.igor, cast.maria, NOON, WEDNESDAY)
    build.propose(ticket, cast.maria, ONE, FRIDAY)
    build.accept(ticket, cast.igor, TWO, 2)
    assert resolution(ticket).due_at == at(FRIDAY)
    standing = queries.standing_of(ticket.id)
    assert [term.due_at for term in standing.agreed] == [at(WEDNESDAY), at(FRIDAY)]
    assert standing.in_force is standing.agreed[-1]
    assert [mark.data["cause"] for mark in resolution(ticket).marks if mark.kind == "retargeted"] == ["term", "term"]


def test_after_the_breach_there_is_nothing_to_agree_on(cast, ticket):
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    # Due on Thursday 10:00; no worker has looked.
    for late in (lambda: build.propose(ticket, cast.igor, "2026-04-09 10:01", MONDAY),
                 lambda: build.accept(ticket, cast.maria, "2026-04-09 10:01")):  # fmt: skip
        with pytest.raises(Conflict):
            late()
    promises.look_at_clocks(at("2026-04-09 10:02"))
    with pytest.raises(Conflict):
        build.accept(ticket, cast.maria, "2026-04-09 10:03")
    build.decline(ticket, cast.maria, "2026-04-09 10:03")
    assert resolution(ticket).breached_at == at("2026-04-09 10:00")


def test_at_the_very_due_instant_it_is_still_kept(cast, ticket):
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    build.accept(ticket, cast.maria, "2026-04-09 10:00")
    assert resolution(ticket).due_at == at(FRIDAY)


def test_a_hold_that_ended_unnoticed_is_ended_first(cast, ticket):
    """Held from 12 to 13: due on Thursday 11:00. Nobody looked when it ended, and at 11:01 it is broken."""
    build.propose(ticket, cast.igor, NOON, FRIDAY)
    build.hold(ticket, cast.igor, NOON, "third_party", until=ONE)
    with pytest.raises(Conflict):
        build.accept(ticket, cast.maria, "2026-04-09 11:01")
    build.accept(ticket, cast.maria, "2026-04-09 10:59")
    clock = resolution(ticket)
    assert (clock.state, clock.due_at, clock.paused_seconds) == ("running", at(FRIDAY), 3600)


def test_warnings_begin_anew_and_tell_nothing_that_is_past(cast, ticket):
    promises.look_at_clocks(at("2026-04-08 18:00"))
    assert resolution(ticket).warned_percent == 90
    build.agree(ticket, cast.igor, cast.maria, "2026-04-08 18:00", MONDAY)
    clock = resolution(ticket)
    assert clock.warned_percent == 0 and clock.next_look_at < clock.due_at
    build.propose(ticket, cast.maria, "2026-04-08 18:01", "2026-04-09 09:01")
    build.accept(ticket, cast.igor, "2026-04-08 18:01", 2)
    clock = resolution(ticket)
    assert clock.warned_percent == 90 and clock.next_look_at == clock.due_at


# where nothing was promised


def test_an_agreed_date_makes_a_promise_where_there_was_none(cast, without_promises):
    ticket = build.open_ticket(cast.maria)
    build.hold(ticket, cast.igor, NOON)
    build.resume(ticket, cast.igor, ONE)
    build.agree(ticket, cast.igor, cast.maria, TWO, WEDNESDAY)
    clock = resolution(ticket)
    assert (clock.policy_version_id, clock.started_at, clock.due_at) == (None, ticket.created_at, at(WEDNESDAY))
    assert (clock.elapsed_seconds, clock.paused_seconds) == (3 * 3600, 3600)
    assert set(build.clocks(ticket)) == {"resolution"}
    build.resolve(ticket, cast.igor, WEDNESDAY)
    assert resolution(ticket).state == "met"


def test_it_is_paused_at_once_where_the_ticket_waits(cast, without_promises):
    ticket = build.open_ticket(cast.maria)
    build.hold(ticket, cast.igor, NOON)
    build.agree(ticket, cast.igor, cast.maria, TWO, WEDNESDAY)
    assert (resolution(ticket).state, resolution(ticket).due_at) == ("paused", at(WEDNESDAY))


def test_it_warns_breaks_and_goes_up_as_usual(cast, without_promises):
    ticket = build.open_ticket(cast.maria)
    build.agree(ticket, cast.igor, cast.maria, NOON, WEDNESDAY)
    promises.look_at_clocks(at("2026-04-08 14:59"))
    assert resolution(ticket).warned_percent == 90
    promises.look_at_clocks(at("2026-04-09 10:00"))
    clock = resolution(ticket)
    assert (clock.breached_at, clock.escalated) == (at(WEDNESDAY), 2)


def test_without_working_hours_no_date_can_be_agreed_on(cast, without_promises):
    ticket = build.open_ticket(cast.maria)
    with transaction():
        for calendar in db.session.scalars(select(Calendar)):
            calendar.of_company = False
    with pytest.raises(Conflict):
        build.propose(ticket, cast.igor, NOON, FRIDAY)


# history and races


def test_history_is_told_with_its_own_time_and_to_nobody(cast):
    ticket = build.open_ticket(cast.maria, door="import")
    with transaction():
        row = ticket_for(cast.igor, ticket.id, to="agree")
        term = actions.propose_term(by(cast.igor, NOON, "import"), row, cast.igor, due_at=at(FRIDAY), reason="Parts.")
        actions.accept_term(by(cast.maria, ONE, "import"), row, term, cast.maria)
    assert resolution(ticket).due_at == at(FRIDAY)
    assert (term.proposed_at, term.answered_at) == (at(NOON), at(ONE))


def test_reading_takes_pages(cast, ticket):
    for minute in range(5):
        build.propose(ticket, cast.igor, f"2026-04-06 12:0{minute}", at(FRIDAY) + timedelta(minutes=minute))
    first = queries.terms(ticket.id, limit=3)
    rest = queries.terms(ticket.id, limit=3, cursor=first.next)
    assert [term.number for term in first.items + rest.items] == [1, 2, 3, 4, 5] and rest.next is None


@pytest.mark.parametrize("others", ["accept", "counter"])
def test_of_two_answers_at_once_one_counts(own_desk, others):
    with own_desk.app_context():
        cast = load_cast()
        ticket = build.open_ticket(cast.maria, registrar=cast.boris)
        number, who = ticket.id, [cast.maria.id, cast.boris.id]
        build.propose(ticket, cast.igor, NOON, FRIDAY)
    ready = threading.Barrier(2)

    def answer(person_id, how):
        with own_desk.app_context():
            person = people.person(person_id)
            ready.wait()
            try:
                with transaction():
                    row = ticket_for(person, number, to="agree")
                    if how == "accept":
                        actions.accept_term(by(person, ONE), row, term_of(row, 1), person)
                    else:
                        actions.propose_term(by(person, ONE), row, person, due_at=at(MONDAY), reason="Later.")
            except Conflict:
                return "conflict"
        return how

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(answer, who, ["accept", others]))
    with own_desk.app_context():
        state = db.session.scalars(select(Term.state).where(Term.number == 1)).one()
        due = build.clocks(db.session.get_one(type(ticket), number))["resolution"].due_at
    if others == "accept":
        assert sorted(outcomes) == ["accept", "conflict"]
        assert (state, due) == ("accepted", at(FRIDAY))
    elif state == "countered":
        assert outcomes == ["conflict", "counter"] and due == at("2026-04-09 10:00")
    else:
        # The counter proposal came second: to a date that is agreed on, another one is proposed.
        assert outcomes == ["accept", "counter"] and due == at(FRIDAY)


def test_it_is_due_then_whatever_hours_the_department_works(cast):
    ticket = build.open_ticket(cast.maria, "hr.certificate")
    build.agree(ticket, cast.anna, cast.maria, NOON, WEDNESDAY)
    # HR works from Monday to Thursday, 10 to 16.
    assert resolution(ticket).due_at == at(WEDNESDAY)
