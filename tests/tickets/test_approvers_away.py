"""Approvers who are away, who left, and who press the button at the same moment."""

from __future__ import annotations

import threading

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, DeskError, NotAllowed, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.tickets import access, actions, queries, rules
from servicedesk.tickets.models import Ticket
from tests import build
from tests.build import approve, open_ticket, refuse
from tests.cast import at, by, department, load_cast, request_type
from tests.tickets.approving import BOSS, asked, away, history, leaves, named, newcomer, offer, words

MORNING, TEN, ELEVEN, NOON, ONE = (f"2026-04-06 {hour}:00" for hour in ("09", 10, 11, 12, 13))
FRIDAY = "2026-04-10 18:00"


def ask(person, when=TEN):
    return open_ticket(person, "it.purchase", when)


def cover_of(ticket):
    return [row.cover.name if row.cover else None for row in queries.approvals(ticket.id)]


def cover(person, when):
    with transaction():
        actions.cover_approvals(by(None, when), person.id)


# Away


def test_who_stands_in_may_decide_and_both_names_are_kept(maria, boris, stranger):
    offer(BOSS)
    away(boris, stranger, MORNING, FRIDAY)
    ticket = ask(maria)
    assert cover_of(ticket) == ["Stranger"]
    approve(ticket, stranger, NOON)
    [row] = queries.approvals(ticket.id)
    assert (row.approver.name, row.decided_by.name, ticket.status) == ("Boris", "Stranger", "new")


def test_the_one_who_is_away_may_still_decide(maria, boris, stranger):
    offer(BOSS)
    away(boris, stranger, MORNING, FRIDAY)
    ticket = ask(maria)
    approve(ticket, boris, NOON)
    assert ticket.status == "new"


def test_the_requester_never_stands_in_for_their_own_approver(maria, boris):
    offer(BOSS)
    away(boris, maria, MORNING, FRIDAY)
    ticket = ask(maria)
    assert cover_of(ticket) == [None]
    with pytest.raises(NotAllowed):
        approve(ticket, maria, NOON)


def test_an_absence_that_begins_brings_a_cover_and_its_end_takes_it_away(maria, boris, stranger):
    offer(BOSS)
    ticket = ask(maria)
    absence = away(boris, stranger, ELEVEN, FRIDAY)
    cover(boris, ELEVEN)
    assert cover_of(ticket) == ["Stranger"]
    assert history(ticket) == ["ApprovalAsked", "ApprovalCovered"]
    cover(boris, NOON)
    assert history(ticket) == ["ApprovalAsked", "ApprovalCovered"]
    with transaction():
        absence.cancelled_at = at(NOON)
        actions.cover_approvals(by(None, NOON), boris.id)
    assert cover_of(ticket) == [None]
    with pytest.raises(NotFound):
        access.ticket_for(stranger, ticket.id)


def test_a_chain_of_substitutes_is_followed_wherever_it_changes(maria, boris, stranger, rita):
    offer(BOSS)
    ticket = ask(maria)
    away(boris, stranger, ELEVEN, FRIDAY)
    cover(boris, ELEVEN)
    away(stranger, rita, NOON, FRIDAY)
    cover(stranger, NOON)
    assert cover_of(ticket) == ["Rita"]
    leaves(rita, ONE)
    assert cover_of(ticket) == [None]


def test_whoever_stands_in_and_leaves_is_replaced(maria, boris, stranger):
    offer(BOSS)
    away(boris, stranger, MORNING, FRIDAY)
    ticket = ask(maria)
    leaves(stranger, NOON)
    assert (cover_of(ticket), asked(ticket)) == ([None], ["Boris"])


def test_what_is_decided_or_not_asked_yet_is_not_covered(maria, boris, olga, stranger):
    offer(BOSS, named(olga))
    ticket = ask(maria)
    approve(ticket, boris, ELEVEN)
    away(boris, stranger, ELEVEN, FRIDAY)
    cover(boris, ELEVEN)
    assert cover_of(ticket) == [None, None]


def test_two_steps_find_who_stands_in_when_they_are_asked(maria, boris, olga, stranger):
    offer(BOSS, named(olga))
    ticket = ask(maria)
    away(olga, stranger, ELEVEN, FRIDAY)
    cover(olga, ELEVEN)
    assert cover_of(ticket) == [None, None]
    approve(ticket, boris, NOON)
    assert cover_of(ticket) == [None, "Stranger"]


# Left


def test_who_has_left_before_is_replaced_by_the_leads_of_the_department(maria, anna, rita):
    offer(named(anna, rita, need="all"))
    leaves(rita, MORNING)
    assert asked(ask(maria)) == ["Anna", "Olga"]


def test_where_all_named_have_left_the_leads_decide(maria, anna):
    offer(named(anna))
    leaves(anna, MORNING)
    assert asked(ask(maria)) == ["Olga"]


def test_the_lead_of_the_department_never_approves_their_own(olga, anna):
    chief = newcomer("chief", "management", "lead management")
    with transaction():
        people.change_department(by(None, MORNING), department("it"), {"parent_id": department("management").id})
    offer(named(anna))
    leaves(anna, MORNING)
    ticket = ask(olga)
    assert asked(ticket) == [chief.name]


def test_nobody_left_but_the_requester_is_nobody(olga, anna):
    offer(named(anna))
    leaves(anna, MORNING)
    with pytest.raises(DeskError):
        ask(olga)


def test_an_approver_who_leaves_while_asked_is_replaced(maria, boris):
    offer(BOSS)
    ticket = ask(maria)
    leaves(boris, ELEVEN)
    assert words(ticket) == [(1, 1, "Boris", "void"), (1, 1, "Olga", "asked")]
    assert history(ticket) == ["ApprovalAsked", "ApprovalAsked"]


def test_an_approver_who_leaves_before_their_step_is_replaced_and_asked_in_turn(maria, boris, rita):
    offer(BOSS, named(rita))
    ticket = ask(maria)
    leaves(rita, ELEVEN)
    assert words(ticket) == [(1, 1, "Boris", "asked"), (1, 2, "Rita", "void"), (1, 2, "Olga", "waits")]
    approve(ticket, boris, NOON)
    assert asked(ticket) == ["Olga"]


def test_the_last_whose_word_was_missing_leaves_and_nobody_waits_for_ever(maria, olga, anna, boris):
    offer(named(olga, anna, need="all"), BOSS)
    ticket = ask(maria)
    approve(ticket, olga, ELEVEN)
    leaves(anna, NOON)
    assert asked(ticket) == ["Boris"]
    approve(ticket, boris, ONE)
    assert ticket.status == "new"


def test_where_nobody_can_replace_them_the_request_can_still_be_taken_back(maria, stranger, rita):
    offer(named(rita), key="legal.contract", fields=())
    ticket = open_ticket(maria, "legal.contract")
    leaves(rita, ELEVEN)
    assert asked(ticket) == ["Rita"]
    build.cancel(ticket, maria, NOON)
    assert ticket.status == "cancelled"


def test_somebody_with_hundreds_to_approve_can_leave(maria, boris):
    newcomer("deputy", "it", "lead it")
    offer(BOSS)
    tickets = [ask(maria) for _ in range(120)]
    leaves(boris, NOON)
    assert all(asked(ticket) == ["Deputy", "Olga"] for ticket in tickets)


def test_whoever_speaks_for_a_request_from_now_on_does_not_approve_it(maria, olga, anna, igor):
    """An agent of IT asked for something for another request, and leaves: the lead, who was to approve it, speaks for it."""
    with transaction():
        people.grant(by(None, MORNING), anna, "lead", department("hr"))
    offer(named(olga), key="hr.training", fields=())
    parent = open_ticket(maria)
    build.assign(parent, olga, TEN, olga)
    with transaction():
        child = actions.ask_department(
            by(igor, ELEVEN), access.ticket_for(igor, parent.id, to="ask_others"), igor, subject="A course",
            description="", request_type=request_type("hr.training"),
        )  # fmt: skip
    assert asked(child) == ["Olga"]
    leaves(igor, NOON)
    assert (child.requester.name, asked(child)) == ("Olga", ["Anna"])


# What is seen


def test_an_approver_sees_it_from_being_asked_on(maria, boris, anna, rita):
    offer(BOSS, named(anna, rita))
    ticket = ask(maria)
    with pytest.raises(NotFound):
        access.ticket_for(anna, ticket.id)
    approve(ticket, boris, ELEVEN)
    assert access.ticket_for(anna, ticket.id)
    approve(ticket, anna, NOON)
    # Whoever was asked and was too late: the link in the mail leads somewhere.
    assert access.ticket_for(rita, ticket.id) and access.ticket_for(anna, ticket.id)


def test_confidential_requests_are_seen_by_those_whose_word_is_wanted_alone(maria, boris, anna, rita, adam):
    offer(named(boris, rita), key="hr.leave", fields=(), confidential=True)
    ticket = open_ticket(maria, "hr.leave")
    seen = [
        person.name
        for person in (maria, boris, anna, rita, adam)
        if ticket.id in access.visible_ids(person, [ticket.id])
    ]
    assert seen == ["Maria", "Boris", "Anna", "Rita"]
    approve(ticket, rita, NOON)
    assert access.visible_ids(rita, [ticket.id]) and not access.visible_ids(boris, [ticket.id])
    assert not access.reads_notes(rita, ticket)
    with pytest.raises(Conflict):
        approve(ticket, boris, ONE)


# At the same moment


@pytest.mark.parametrize("need", ["any", "all"])
def test_two_approvers_at_the_same_moment(own_desk, need):
    with own_desk.app_context():
        cast = load_cast()
        offer(named(cast.olga, cast.anna, need=need))
        number = ask(cast.maria).id
        db.session.remove()
    start, outcomes = threading.Barrier(2), []

    def decide(name, act):
        with own_desk.app_context():
            person = getattr(load_cast(), name)
            mine = next(row.id for row in queries.approvals(number) if row.approver_id == person.id)
            start.wait()
            try:
                with transaction():
                    ticket, approval = access.approval_for(person, number, mine)
                    act(by(person, NOON), ticket, approval, person, "At once.")
                outcomes.append(name)
            except Conflict:
                outcomes.append("conflict")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=(name, actions.approve)) for name in ("olga", "anna")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_desk.app_context():
        ticket = db.session.get_one(Ticket, number)
        said = sorted(row.decision for row in queries.approvals(number))
        assert (ticket.status, rules.is_refused(ticket)) == ("new", False)
        if need == "all":
            assert (sorted(outcomes), said) == (["anna", "olga"], ["approved", "approved"])
        else:
            assert outcomes.count("conflict") == 1
            assert said == ["approved", "void"]
        db.session.remove()


def test_somebody_refuses_while_another_leaves(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        offer(named(cast.boris, cast.anna, need="all"))
        number = ask(cast.maria).id
        db.session.remove()
    start = threading.Barrier(2)

    def run(work):
        with own_desk.app_context():
            cast = load_cast()
            start.wait()
            try:
                work(cast)
            finally:
                db.session.remove()

    works = (
        lambda cast: refuse(db.session.get_one(Ticket, number), cast.anna, NOON),
        lambda cast: leaves(cast.boris, NOON),
    )
    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_desk.app_context():
        ticket = db.session.get_one(Ticket, number)
        assert rules.is_refused(ticket)
        assert {row.decision for row in queries.approvals(number)} == {"refused", "void"}
        db.session.remove()
