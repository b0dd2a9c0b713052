"""Who sees which ticket, and who may do what to it: everybody, against tables written by hand."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotAllowed, NotFound
from servicedesk.tickets import access, queries, rules
from servicedesk.tickets.models import Ticket
from tests.build import hand_over, open_ticket

# kind of ticket -> who sees it
SEEN_BY = {
    "maria's with it": "maria boris igor olga adam",
    "maria's certificate": "maria boris anna adam",
    "maria's trouble": "maria anna",
    "stranger's with it": "stranger igor olga adam",
    "igor's trouble": "igor anna",
    "handed from it to hr": "maria boris igor olga anna adam",
    "filed by boris for the stranger": "stranger boris igor olga adam",
    "anna's trouble with her own team": "anna",
}
# who -> what they may do to maria's ticket with IT; whose approval is wanted is said by `may_decide`
MAY = {
    "maria": "reply answer agree thank reopen close cancel resubmit watch approve add_followers contest_merge",
    "boris": "watch approve",
    "igor": "reply agree reopen note assign hold resume hand_over resolve edit ask_others watch approve add_followers merge unmerge split link",
    "olga": "reply agree reopen note assign hold resume hand_over resolve edit ask_others watch approve add_followers merge unmerge split link",
    "adam": "watch approve",
}


@pytest.fixture
def tickets(cast):
    moved = open_ticket(cast.maria)
    hand_over(moved, cast.igor, "2026-04-06 12:00", "hr")
    return {
        "maria's with it": open_ticket(cast.maria),
        "maria's certificate": open_ticket(cast.maria, "hr.certificate"),
        "maria's trouble": open_ticket(cast.maria, "hr.trouble"),
        "stranger's with it": open_ticket(cast.stranger),
        "igor's trouble": open_ticket(cast.igor, "hr.trouble"),
        "handed from it to hr": moved,
        "filed by boris for the stranger": open_ticket(cast.stranger, registrar=cast.boris),
        "anna's trouble with her own team": open_ticket(cast.anna, "hr.trouble"),
    }


def test_everybody_sees_what_is_theirs_and_nothing_else(cast, tickets):
    found = {kind: [] for kind in tickets}
    for name, person in cast.everybody().items():
        visible = set(db.session.scalars(access.tickets_of(person)))
        for kind, ticket in tickets.items():
            if ticket in visible:
                found[kind].append(name)
            try:
                access.ticket_for(person, ticket.id)
                assert ticket in visible
            except NotFound:
                assert ticket not in visible
    assert found == {kind: sorted(names.split(), key=list(cast.everybody()).index) for kind, names in SEEN_BY.items()}


def test_missing_and_invisible_are_told_alike(stranger, maria):
    ticket = open_ticket(maria)
    refusals = []
    for number in (ticket.id, ticket.id + 1000, 0, -1, 2**31, 2**80):
        with pytest.raises(NotFound) as refusal:
            access.ticket_for(stranger, number)
        refusals.append((refusal.value.sentence, refusal.value.params))
    assert len({str(refusal) for refusal in refusals}) == 1


@pytest.mark.parametrize("name", MAY)
def test_who_sees_a_ticket_does_only_what_is_theirs(cast, name):
    ticket, person = open_ticket(cast.maria), getattr(cast, name)
    allowed = []
    for what in rules.POSSIBLE:
        try:
            access.ticket_for(person, ticket.id, to=what)
            allowed.append(what)
        except NotAllowed:
            pass
    assert set(allowed) == set(MAY[name].split())


def test_a_queue_is_for_those_who_work_in_it(cast):
    open_ticket(cast.maria)
    counted = {
        name: len(db.session.scalars(access.queue_of(person)).all()) for name, person in cast.everybody().items()
    }
    assert {name for name, count in counted.items() if count} == {"igor", "olga"}


def test_a_foreign_department_has_no_queue_for_me(igor, maria):
    open_ticket(maria, "hr.certificate")
    department_id = db.session.scalars(select(Ticket.department_id)).one()
    assert db.session.scalars(access.queue_of(igor, department_id)).all() == []


def test_the_own_list_has_what_one_asked_filed_or_follows(cast):
    mine = open_ticket(cast.maria)
    filed = open_ticket(cast.stranger, registrar=cast.maria)
    open_ticket(cast.boris)
    assert {t.id for t in db.session.scalars(access.own_tickets(cast.maria))} == {mine.id, filed.id}


def test_search_never_counts_what_one_may_not_see(cast):
    ticket = open_ticket(cast.maria, "hr.trouble", subject="Крик в отделе")
    for name, person in cast.everybody().items():
        for text in ("крик", f"#{ticket.id}", str(ticket.id)):
            found = queries.page(queries.filtered(access.tickets_of(person), queries.Filter(text=text))).items
            assert (ticket in found) is (name in ("maria", "anna")), (name, text)
