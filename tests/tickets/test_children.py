"""Asking other departments from within a request: one at a time, what comes back, what stands in the way of the end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import select

from servicedesk.audit.models import Entry
from servicedesk.catalog import actions as catalog
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, Invalid, NotAllowed
from servicedesk.kernel.transaction import transaction
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.people import queries as people_rows
from servicedesk.sla import actions as sla
from servicedesk.sla.agreement_rules import Line, Terms
from servicedesk.tickets import access, actions, queries, rules
from servicedesk.tickets.models import ChildRequest, Ticket
from tests.build import (
    adopt,
    ask,
    assign,
    cancel,
    clocks,
    hand_over,
    hold,
    note,
    open_ticket,
    reopen,
    reply,
    resolve,
    switch_request_type,
)
from tests.cast import at, by, department, request_type


@pytest.fixture
def parent(maria, igor):
    """Maria's with IT, Igor has it."""
    row = open_ticket(maria)
    assign(row, igor, "2026-04-06 10:30", igor)
    return row


@pytest.fixture
def child(parent, igor):
    return ask(parent, igor, "2026-04-06 11:00")


def notes_of(ticket):
    return [row for row in queries.messages(ticket.id, with_notes=True).items if row.visibility == "internal"]


def told(ticket, person):
    """What this person's bell says of the ticket's children, oldest first."""
    query = select(Notice.kind).where(Notice.ticket_id == ticket.id, Notice.person_id == person.id)
    query = query.where(Notice.kind.startswith("child"))
    return list(db.session.scalars(query.order_by(Notice.id)))


def test_the_agent_is_its_requester_and_the_holding_department_its_customer(child, parent, igor):
    assert (child.requester_id, child.customer_department_id) == (igor.id, department("it").id)
    assert child.department_id == department("hr").id
    row = queries.parent_of(child.id)
    assert (row.parent_id, row.waits, row.asking_department_id) == (parent.id, True, department("it").id)


def test_it_has_clocks_of_its_own_and_the_parents_run_on(child, parent):
    assert clocks(child)["first_reply"].department_id == department("hr").id
    assert clocks(parent)["resolution"].state == "running"


def test_the_agreement_between_the_two_departments_holds(cast, parent):
    terms = Terms(promises=(Line(None, None, {"resolution": "2h"}),), valid_from=at("2026-04-01 00:00").date())
    with transaction():
        people.grant(by(None, "2026-03-01 10:00"), cast.anna, "lead", department("hr"))
    with transaction():
        stamp = by(cast.anna, "2026-04-01 10:00")
        version = sla.propose_agreement(stamp, cast.anna, department("hr"), department("it"), terms)
    with transaction():
        sla.accept_agreement(by(cast.olga, "2026-04-01 11:00"), version, cast.olga)
    assert clocks(ask(parent, cast.igor, "2026-04-06 11:00"))["resolution"].target == "2h"


def test_only_who_serves_the_request_asks_others(cast, parent):
    for person in (cast.maria, cast.boris, cast.adam):
        with pytest.raises(NotAllowed):
            ask(parent, person, "2026-04-06 11:00")


def test_a_request_that_has_ended_asks_nobody(parent, igor):
    resolve(parent, igor, "2026-04-06 11:00")
    with pytest.raises(Conflict):
        ask(parent, igor, "2026-04-06 12:00")


def test_its_solution_comes_back_as_a_note_of_the_parent(child, parent, anna, igor):
    resolve(child, anna, "2026-04-06 12:00", "The badge is at the desk.")
    (message,) = notes_of(parent)
    assert (message.text, message.child_id, message.author_id) == ("The badge is at the desk.", child.id, anna.id)
    assert parent.status == "open"


def test_the_assignee_is_told_once_that_everything_is_back(child, parent, anna, igor):
    resolve(child, anna, "2026-04-06 12:00")
    assert told(parent, igor) == ["children_done"]


def test_of_two_that_it_waits_for_the_first_is_told_as_one_and_the_last_as_all(parent, cast):
    first, second = (ask(parent, cast.igor, "2026-04-06 11:00") for _ in range(2))
    loose = ask(parent, cast.igor, "2026-04-06 11:00", waits=False)
    for row in (first, second, loose):
        resolve(row, cast.anna, "2026-04-06 12:00")
    assert told(parent, cast.igor) == ["child_resolved", "children_done", "child_resolved"]


def test_the_team_is_told_where_nobody_has_the_parent(maria, igor, olga, anna):
    parent = open_ticket(maria)
    child = ask(parent, igor, "2026-04-06 11:00")
    resolve(child, anna, "2026-04-06 12:00")
    assert "children_done" in told(parent, igor)


def test_a_child_taken_back_is_no_result(child, parent, igor, anna):
    cancel(child, igor, "2026-04-06 12:00")
    assert not notes_of(parent)
    resolve(parent, igor, "2026-04-06 13:00")


def test_the_parent_is_not_resolved_silently_over_an_open_child(child, parent, igor):
    with pytest.raises(Conflict) as refusal:
        resolve(parent, igor, "2026-04-06 12:00")
    assert refusal.value.params == {"numbers": f"#{child.id}"}
    resolve(parent, igor, "2026-04-06 12:00", despite_children=True)
    assert (parent.status, child.status) == ("resolved", "new")


def test_one_that_waits_for_an_approver_is_not_done(parent, igor, boris, olga):
    with transaction():
        steps = [{"who": "lead", "need": "any"}]
        catalog.change_request_type(by(None, "2026-02-02 10:00"), request_type("hr.certificate"), {"approvals": steps})
    child = ask(parent, igor, "2026-04-06 11:00")
    assert child.status == "awaiting_approval"
    assert [row.approver_id for row in queries.approvals(child.id)] == [olga.id]
    with pytest.raises(Conflict):
        resolve(parent, igor, "2026-04-06 12:00")


def test_a_result_after_the_parent_has_ended_is_kept_and_nobody_is_told(child, parent, igor, anna):
    resolve(parent, igor, "2026-04-06 12:00", despite_children=True)
    resolve(child, anna, "2026-04-06 13:00", "Here it is.")
    assert [row.text for row in notes_of(parent)] == ["Here it is."]
    assert parent.status == "resolved" and told(parent, igor) == []


def test_one_that_is_reopened_stands_in_the_way_again_and_is_told(child, parent, igor, anna):
    resolve(child, anna, "2026-04-06 12:00", "Done.")
    reopen(child, igor, "2026-04-06 13:00")
    assert told(parent, igor) == ["children_done"]  # Igor himself reopened it
    with pytest.raises(Conflict):
        resolve(parent, igor, "2026-04-06 14:00")
    resolve(child, anna, "2026-04-06 15:00", "Done, truly.")
    assert [row.text for row in notes_of(parent)] == ["Done.", "Done, truly."]
    assert told(parent, igor) == ["children_done", "children_done"]


def test_a_department_that_reopens_it_itself_tells_the_parent(child, parent, igor, anna):
    resolve(child, anna, "2026-04-06 12:00")
    reopen(child, anna, "2026-04-06 13:00")
    assert told(parent, igor) == ["children_done", "child_reopened"]


def test_the_history_is_in_order_where_the_parent_changed_last(child, parent, igor, anna):
    note(parent, igor, "2026-04-06 13:00")
    resolve(child, anna, "2026-04-06 12:00")
    entries = list(
        db.session.scalars(select(Entry).where(Entry.subject_kind == "ticket", Entry.subject_id == parent.id))
    )
    moments = [entry.at for entry in sorted(entries, key=lambda entry: entry.id)]
    assert moments == sorted(moments)
    assert notes_of(parent)[-1].created_at == at("2026-04-06 13:00")


def test_a_hold_of_the_parent_that_was_over_ends_when_it_was_to_end(child, parent, igor, anna):
    hold(parent, igor, "2026-04-06 11:30", "scheduled", until="2026-04-06 12:00")
    resolve(child, anna, "2026-04-06 13:00")
    assert [row.ended_at for row in queries.holds(parent.id)] == [at("2026-04-06 12:00")]
    assert parent.status == "open"


def test_after_a_hand_over_the_new_holder_sees_it_and_is_told(child, parent, cast):
    hand_over(parent, cast.igor, "2026-04-06 12:00", "sales")
    assert child.id in access.visible_ids(cast.boris, [child.id])
    assign(parent, cast.boris, "2026-04-06 12:30", cast.boris)
    resolve(child, cast.anna, "2026-04-06 13:00")
    assert told(parent, cast.boris) == ["children_done"]


def test_when_who_asked_has_left_whoever_has_the_parent_speaks_for_it(child, parent, igor, olga, anna):
    assign(parent, igor, "2026-04-06 11:30", olga)
    with transaction():
        people.change_person(by(None, "2026-04-06 12:00"), igor, {"active": False})
    assert (child.requester_id, child.registrar_id) == (olga.id, olga.id)
    reply(child, olga, "2026-04-06 13:00", "I know.")
    assert child.customer_department_id == department("it").id


# what may stand below what


def test_an_existing_request_is_put_below_and_its_result_comes_back(parent, igor, anna):
    row = open_ticket(igor, "hr.certificate")
    adopt(parent, row, igor, "2026-04-06 11:00")
    resolve(row, anna, "2026-04-06 12:00", "Signed.")
    assert [message.child_id for message in notes_of(parent)] == [row.id]


def test_nobody_puts_below_what_is_not_theirs(parent, cast):
    row = open_ticket(cast.maria, "hr.certificate")
    with transaction():
        actions.watch(row, cast.igor)
    with pytest.raises(NotAllowed):
        adopt(parent, row, cast.igor, "2026-04-06 11:00")


def test_a_request_has_one_parent(child, parent, igor, maria):
    other = open_ticket(maria)
    with pytest.raises(Invalid) as refusal:
        adopt(other, child, igor, "2026-04-06 12:00")
    assert "ticket" in refusal.value.fields


def test_what_has_ended_is_not_waited_for(parent, igor, anna):
    row = open_ticket(igor, "hr.certificate")
    resolve(row, anna, "2026-04-06 10:30")
    with pytest.raises(Invalid):
        adopt(parent, row, igor, "2026-04-06 11:00")


def test_circles_are_refused(maria, igor, olga):
    top, middle, low = (open_ticket(maria) for _ in range(3))
    adopt(top, middle, igor, "2026-04-06 11:00")
    adopt(middle, low, igor, "2026-04-06 11:00")
    for above, below in ((low, top), (middle, top), (top, top)):
        with pytest.raises(Invalid):
            adopt(above, below, igor, "2026-04-06 12:00")


def test_five_levels_are_the_most_however_they_come_about(maria, igor):
    rows = [open_ticket(maria) for _ in range(7)]
    for above, below in pairwise(rows[:5]):
        adopt(above, below, igor, "2026-04-06 11:00")
    for refused in (lambda: ask(rows[4], igor, "2026-04-06 12:00"), lambda: adopt(rows[4], rows[5], igor, "2026-04-06 12:00"),
                    lambda: adopt(rows[5], rows[0], igor, "2026-04-06 12:00")):  # fmt: skip
        with pytest.raises(Conflict):
            refused()


def test_fifty_are_the_most(parent, igor):
    with transaction():
        db.session.add_all(
            ChildRequest(
                parent_id=parent.id, subject="Later", by_id=igor.id, asked_at=at("2026-04-06 11:00"), batch=1, step=9,
                asking_department_id=parent.department_id,
            )
            for _ in range(rules.MOST_CHILDREN)
        )  # fmt: skip
    with pytest.raises(Conflict):
        ask(parent, igor, "2026-04-06 12:00")


# secrecy


def test_what_a_confidential_request_asks_is_confidential(cast, igor, anna):
    secret = open_ticket(cast.maria, "hr.trouble")
    child = ask(secret, anna, "2026-04-06 11:00", "it.incident")
    assert child.confidential
    seen = {name for name, who in cast.everybody().items() if access.visible_ids(who, [child.id])}
    assert seen == {"anna", "igor", "olga"}
    resolve(child, igor, "2026-04-06 12:00", "Locked.")
    assert [row.text for row in notes_of(secret)] == ["Locked."]
    assert told(secret, anna)[-1:] == ["children_done"]


def test_a_request_put_below_a_confidential_one_becomes_confidential_with_all_below_it(cast):
    secret = open_ticket(cast.maria, "hr.trouble")
    row = open_ticket(cast.anna)
    below = ask(row, cast.igor, "2026-04-06 11:00", "sales.offer")
    adopt(secret, row, cast.anna, "2026-04-06 12:00")
    assert row.confidential and below.confidential


def test_a_parent_that_becomes_confidential_takes_its_children_along(cast):
    parent = open_ticket(cast.maria, "hr.certificate")
    child = ask(parent, cast.anna, "2026-04-06 11:00", "it.incident")
    switch_request_type(parent, cast.anna, "2026-04-06 12:00", "hr.trouble")
    assert child.confidential


def test_a_child_more_secret_than_its_parent_is_nobodys_business(parent, cast):
    """Igor asks HR about trouble: his colleague Olga, who resolves the parent, learns nothing of it."""
    child = ask(parent, cast.igor, "2026-04-06 11:00", "hr.trouble")
    know = {
        name for name, who in cast.everybody().items()
        if access.visible_ids(who, [parent.id]) and access.known_children(who, [parent])
    }  # fmt: skip
    assert know == {"igor"}
    with pytest.raises(Conflict):
        resolve(parent, cast.igor, "2026-04-06 12:00")
    resolve(parent, cast.olga, "2026-04-06 12:00")
    resolve(child, cast.anna, "2026-04-06 13:00", "Secret words.")
    assert "Secret words." not in {row.text for row in queries.messages(parent.id, with_notes=True).items}


def test_of_an_ordinary_child_all_who_see_the_parent_know_and_few_see_it(child, parent, cast):
    known, visible = set(), set()
    for name, who in cast.everybody().items():
        if access.visible_ids(who, [parent.id]):
            for found in access.known_children(who, [parent]):
                known.add(name)
                visible |= {name} if found.visible else set()
    assert known == {"maria", "boris", "igor", "olga", "adam"}
    assert visible == {"igor", "olga", "adam"}


def test_the_asked_department_learns_who_asked_and_not_about_what(child, parent, cast):
    (link,) = access.parents_of(cast.anna, [child]).values()
    assert not link.visible and link.row.asking_department.key == "it"
    secret = open_ticket(cast.maria, "hr.trouble")
    asked = ask(secret, cast.anna, "2026-04-06 11:00", "it.incident")
    assert access.parents_of(cast.igor, [asked]) == {}
    assert access.parents_of(cast.anna, [asked])[asked.id].visible


def test_what_is_known_takes_one_statement_however_many(parent, cast, count_queries):
    counted = []
    for more in (1, 9):
        for _ in range(more):
            ask(parent, cast.igor, "2026-04-06 11:00")
        db.session.expunge_all()
        igor, row = people_rows.person(cast.igor.id), access.ticket_for(cast.igor, parent.id)
        assert igor.serves
        count_queries()
        found = access.known_children(igor, [row])
        assert {one.row.ticket.department.key for one in found} == {"hr"}
        counted.append(count_queries())
    assert counted == [1, 1]


def test_asking_is_all_or_nothing(parent, igor, monkeypatch):
    from servicedesk.kernel import events as kernel
    from servicedesk.tickets.events import ChildAsked

    def fail(_event):
        raise RuntimeError("the light went out")

    monkeypatch.setitem(kernel._reactions, ChildAsked, [*kernel._reactions[ChildAsked], fail])
    before = db.session.scalars(select(Ticket.id)).all()
    with pytest.raises(RuntimeError):
        ask(parent, igor, "2026-04-06 11:00")
    assert db.session.scalars(select(Ticket.id)).all() == before
    assert queries.children(parent.id) == []


def test_a_result_is_all_or_nothing(child, parent, anna, monkeypatch):
    from servicedesk.kernel import events as kernel
    from servicedesk.tickets.events import ChildEnded

    def fail(_event):
        raise RuntimeError("the light went out")

    monkeypatch.setitem(kernel._reactions, ChildEnded, [*kernel._reactions[ChildEnded], fail])
    with pytest.raises(RuntimeError):
        resolve(child, anna, "2026-04-06 12:00")
    db.session.expire_all()
    assert child.status == "new" and notes_of(parent) == []
