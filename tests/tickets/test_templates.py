"""Asking several departments at once by a template: in steps, each when the one before has ended."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from servicedesk.catalog import actions as catalog
from servicedesk.catalog import queries as catalog_rows
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Busy, Conflict, Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.tickets import access, actions, queries
from servicedesk.tickets.models import Ticket
from tests.build import adopt, ask, ask_by_template, cancel, hand_over, open_ticket, reopen, resolve, template
from tests.cast import by, department, load_cast, request_type

NINE, TEN, ELEVEN, NOON = (f"2026-04-06 {hour:02}:00" for hour in (9, 10, 11, 12))


@pytest.fixture
def parent(maria):
    return open_ticket(maria, when=NINE)


@pytest.fixture
def newcomer(app):
    return template("it.newcomer", ("hr.certificate", 1), ("sales.offer", 1), ("hr.certificate", 2), ("sales.offer", 3))


def standing(parent):
    """planned, dropped or the state of each child, in order."""
    return [
        "dropped" if row.dropped_at else row.ticket.status if row.ticket else "planned"
        for row in queries.children(parent.id)
    ]


def end(parent, number, person, when=NOON):
    resolve(queries.children(parent.id)[number].ticket, person, when)


def test_those_of_the_first_step_are_asked_together(parent, newcomer, igor):
    ask_by_template(parent, igor, TEN, newcomer)
    assert standing(parent) == ["new", "new", "planned", "planned"]
    assert [row.opened_at for row in queries.children(parent.id)][:2] == [by(igor, TEN).at] * 2


def test_the_next_step_opens_when_the_last_of_the_one_before_has_ended(parent, newcomer, igor, anna, boris):
    ask_by_template(parent, igor, TEN, newcomer)
    end(parent, 0, anna)
    assert standing(parent) == ["resolved", "new", "planned", "planned"]
    cancel(queries.children(parent.id)[1].ticket, igor, NOON)
    assert standing(parent) == ["resolved", "cancelled", "new", "planned"]
    end(parent, 2, anna)
    assert standing(parent) == ["resolved", "cancelled", "resolved", "new"]


def test_only_the_chosen_ones_are_asked(parent, newcomer, igor):
    ask_by_template(parent, igor, TEN, newcomer, [0, 3])
    assert standing(parent) == ["new", "planned"]


@pytest.mark.parametrize("chosen", [[], [4], [0, 99], [-1]])
def test_what_the_template_does_not_have_is_not_asked(parent, newcomer, igor, chosen):
    with pytest.raises(Invalid) as refusal:
        ask_by_template(parent, igor, TEN, newcomer, chosen)
    assert "template" in refusal.value.fields
    assert standing(parent) == []


def test_a_child_asked_singly_holds_no_template_up_nor_does_another_template(parent, newcomer, igor, anna):
    ask(parent, igor, TEN)
    ask_by_template(parent, igor, TEN, newcomer, [0, 2])
    ask_by_template(parent, igor, ELEVEN, newcomer, [0, 2])
    assert standing(parent) == ["new", "new", "planned", "new", "planned"]
    end(parent, 1, anna)
    assert standing(parent) == ["new", "resolved", "new", "new", "planned"]


def test_one_that_is_reopened_closes_nothing_that_has_opened_and_opens_nothing(parent, newcomer, igor, anna, boris):
    ask_by_template(parent, igor, TEN, newcomer, [0, 2, 3])
    end(parent, 0, anna, ELEVEN)
    reopen(queries.children(parent.id)[0].ticket, igor, "2026-04-06 11:30")
    end(parent, 1, anna)
    assert standing(parent) == ["open", "resolved", "planned"]
    end(parent, 0, anna, "2026-04-06 13:00")
    assert standing(parent) == ["resolved", "resolved", "new"]


def test_planned_ones_stand_in_the_way_of_the_end_and_are_dropped_with_it(parent, newcomer, igor, anna):
    ask_by_template(parent, igor, TEN, newcomer, [0, 2])
    with pytest.raises(Conflict) as refusal:
        resolve(parent, igor, ELEVEN)
    number = queries.children(parent.id)[0].ticket_id
    assert refusal.value.params == {"numbers": f"#{number}, “hr.certificate 2”"}
    resolve(parent, igor, ELEVEN, despite_children=True)
    assert standing(parent) == ["new", "dropped"]
    end(parent, 0, anna)
    assert standing(parent) == ["resolved", "dropped"]


def test_a_request_taken_back_asks_nobody_else(parent, newcomer, maria, igor):
    ask_by_template(parent, igor, TEN, newcomer)
    cancel(parent, maria, ELEVEN)
    assert standing(parent) == ["new", "new", "dropped", "dropped"]


def test_what_nobody_offers_any_more_is_dropped_and_the_next_step_opens(parent, newcomer, igor, anna, boris):
    ask_by_template(parent, igor, TEN, newcomer, [1, 2, 3])
    with transaction():
        catalog.change_request_type(by(None, ELEVEN), request_type("hr.certificate"), {"active": False})
    end(parent, 0, boris)
    assert standing(parent) == ["resolved", "dropped", "new"]


def test_what_nobody_can_approve_does_not_stop_who_ends_the_one_before(parent, newcomer, igor, olga, boris):
    with transaction():
        steps = [{"who": "people", "people": [boris.id]}]
        catalog.change_request_type(by(None, NINE), request_type("hr.certificate"), {"approvals": steps})
    ask_by_template(parent, igor, TEN, newcomer, [1, 2, 3])
    with transaction():
        people.add_person(by(None, TEN), email="deputy@example.com", name="Deputy", department=department("sales"))
        deputy = people_rows.person_by_email("deputy@example.com")
        people.grant(by(None, TEN), deputy, "agent", department("sales"))
    with transaction():
        people.change_person(by(None, TEN), boris, {"active": False})
    end(parent, 0, deputy)
    assert standing(parent) == ["resolved", "dropped", "new"]
    assert not db.session.scalars(select(Ticket.id).where(Ticket.subject == "hr.certificate 1")).all()


def test_a_template_of_which_nothing_is_offered_is_refused(parent, newcomer, igor):
    with transaction():
        catalog.change_request_type(by(None, NINE), request_type("hr.certificate"), {"active": False})
    with pytest.raises(Invalid):
        ask_by_template(parent, igor, TEN, newcomer, [0, 2])
    assert standing(parent) == []


def test_when_who_planned_it_has_left_the_next_one_is_asked_by_whoever_has_the_parent(
    parent, newcomer, igor, olga, boris
):
    ask_by_template(parent, igor, TEN, newcomer, [1, 2])
    with transaction():
        people.change_person(by(None, ELEVEN), igor, {"active": False})
    end(parent, 0, boris)
    assert queries.children(parent.id)[1].ticket.requester_id == olga.id


def test_after_a_hand_over_the_next_one_is_asked_by_the_new_department(parent, newcomer, igor, anna, boris):
    ask_by_template(parent, igor, TEN, newcomer, [0, 3])
    hand_over(parent, igor, ELEVEN, "sales")
    end(parent, 0, anna)
    row = queries.children(parent.id)[1]
    assert row.ticket.requester_id == boris.id
    assert row.asking_department_id == row.ticket.customer_department_id == department("sales").id


def test_fifty_with_their_approvals_open_in_one_go(parent, igor, boris, olga):
    with transaction():
        steps = [{"who": "people", "people": [boris.id, olga.id], "need": "all"}]
        catalog.change_request_type(by(None, NINE), request_type("hr.certificate"), {"approvals": steps})
    ask_by_template(parent, igor, TEN, template("it.all", *[("hr.certificate", 1)] * 50))
    assert standing(parent) == ["awaiting_approval"] * 50


def test_a_result_costs_no_more_with_fifty_siblings_than_with_one(app, count_queries):
    counted = []
    for more in (1, 50):
        cast = load_cast()
        row = open_ticket(cast.maria, when=NINE)
        ask_by_template(row, cast.igor, TEN, template(f"it.n{more}", *[("hr.certificate", 1)] * more))
        child_id = queries.children(row.id)[0].ticket_id
        db.session.expunge_all()
        person = people_rows.person(cast.anna.id)
        count_queries()
        with transaction():
            child = access.ticket_for(person, child_id, to="resolve")
            actions.resolve(by(person, NOON), child, person, "Done.")
        counted.append(count_queries())
    # Of the last one it is told that everything is back, of the others the result: the same number of statements.
    assert abs(counted[0] - counted[1]) <= 2, counted


def at_once(desk, *works):
    """Each in a thread of its own; what it returned or was refused with."""
    ready = threading.Barrier(len(works))

    def run(work):
        with desk.app_context():
            cast = load_cast()
            ready.wait()
            try:
                with transaction():
                    return work(cast)
            except (Conflict, Busy, Invalid) as refusal:
                return refusal

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def solve(number, who):
    def work(cast):
        person = getattr(cast, who)
        ticket = access.ticket_for(person, number, to="resolve")
        actions.resolve(by(person, NOON), ticket, person, "Done.")

    return work


def put_below(parent_id, child_id):
    def work(cast):
        child = access.ticket_for(cast.olga, child_id, to="reply")
        parent = access.ticket_for(cast.olga, parent_id, to="ask_others")
        actions.adopt(by(cast.olga, NOON), parent, child, cast.olga)

    return work


def test_two_who_end_the_last_of_a_step_at_once_open_the_next_one_once(own_desk):
    for _ in range(5):
        with own_desk.app_context():
            cast = load_cast()
            parent = open_ticket(cast.maria, when=NINE)
            made = template(
                "it.newcomer", ("hr.certificate", 1), ("sales.offer", 1), ("hr.certificate", 2), ("sales.offer", 2)
            )
            ask_by_template(parent, cast.igor, TEN, made)
            first, second = (row.ticket_id for row in queries.children(parent.id)[:2])
        assert at_once(own_desk, solve(first, "anna"), solve(second, "boris")) == [None, None]
        with own_desk.app_context():
            assert standing(parent) == ["resolved", "resolved", "new", "new"]
            results = [row.child_id for row in queries.messages(parent.id, with_notes=True).items if row.child_id]
            assert sorted(results) == [first, second]


def test_two_who_put_each_others_requests_below_make_no_circle(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        one, other, low, deep = (open_ticket(cast.maria, when=NINE) for _ in range(4))
        adopt(one, low, cast.olga, TEN)
        adopt(other, deep, cast.olga, TEN)
        ids = {row: row.id for row in (one, other, low, deep)}
    outcomes = at_once(own_desk, put_below(ids[low], ids[other]), put_below(ids[deep], ids[one]))
    assert any(outcome is not None for outcome in outcomes)
    with own_desk.app_context():
        parents = queries.parents_above(list(ids.values()))
        assert len(parents) <= 3


def test_a_template_made_and_changed_is_one_template(app):
    first = template("hr.leaver", ("it.access", 1))
    template("hr.leaver", ("it.access", 1), ("it.incident", 2))
    assert [len(row.lines) for row in catalog_rows.templates()] == [2] and first.version == 2
