"""Who hears of a date that is proposed for a ticket, and of the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.render import render
from servicedesk.people import actions as people
from servicedesk.sla.events import TermAccepted, TermProposed, TermRefused
from servicedesk.sla.models import Term
from servicedesk.tickets import actions as tickets
from tests.mailout.samples import Links
from tests.notifications.conftest import AT

DUE = AT + timedelta(days=11)
PROPOSED, ACCEPTED = ({f"bell:{name}", f"mail:{name}"} for name in ("term_proposed", "term_accepted"))
DECLINED, WITHDRAWN = ({f"bell:term_refused.{how}", "mail:term_refused"} for how in ("declined", "withdrawn"))


@pytest.fixture
def desk(notified_desk):
    return notified_desk


@pytest.fixture
def ticket(desk):
    row = desk.open()
    desk.forget()
    return row


def propose(desk, ticket, person, side, *, number=1, door="web", **more):
    with transaction():
        term = Term(
            ticket_id=ticket.id, number=number, state="proposed", due_at=DUE, reason="The part comes then.", side=side,
            proposed_by_id=person.id, proposed_at=AT,
        )  # fmt: skip
        db.session.add(term)
    desk.publish(TermProposed, person, door=door, counters=None, **facts(term), **more)
    return term


def answer(desk, term, person, kind, state, **more):
    with transaction():
        term.state = state
    desk.publish(kind, person, door="web", **facts(term), **more)


def facts(term):
    return {
        "ticket_id": term.ticket_id, "term_id": term.id, "number": term.number, "side": term.side, "due_at": term.due_at,
    }  # fmt: skip


def accept(desk, term, person):
    answer(desk, term, person, TermAccepted, "accepted", due_before=AT + timedelta(days=3), renegotiated=False)


def refuse(desk, term, person, how):
    answer(desk, term, person, TermRefused, how, how=how)


def test_the_requester_is_asked_and_reads_date_and_reason(desk, ticket):
    propose(desk, ticket, desk.anna, "supplier")
    (mail,) = desk.mails()
    text = render(mail, Links()).text
    assert "1 декабря 2026" in text and "> The part comes then." in text
    assert f"https://desk.example/tickets/{ticket.id}" in text
    assert desk.told() == {"rita": PROPOSED}


def test_who_filed_it_for_somebody_is_asked_as_well(desk):
    ticket = desk.open(registrar=desk.olga, actor=desk.olga)
    desk.forget()
    propose(desk, ticket, desk.anna, "supplier")
    assert desk.told() == {"rita": PROPOSED, "olga": PROPOSED}


def test_an_agent_who_filed_it_is_not_asked_for_the_other_side(desk):
    ticket = desk.open(registrar=desk.boris, actor=desk.boris)
    desk.forget()
    propose(desk, ticket, desk.anna, "supplier")
    assert desk.told() == {"rita": PROPOSED}


def test_the_team_is_asked_or_who_has_the_ticket(desk, ticket):
    propose(desk, ticket, desk.rita, "requester")
    assert desk.told() == {"anna": PROPOSED, "boris": PROPOSED}
    desk.do(tickets.assign, desk.leo, ticket, desk.boris)
    desk.forget()
    propose(desk, ticket, desk.rita, "requester", number=2)
    assert desk.told() == {"boris": PROPOSED}


def test_an_agreed_date_is_told_to_who_proposed_it_and_who_works_on_it(desk, ticket):
    desk.do(tickets.assign, desk.leo, ticket, desk.boris)
    term = propose(desk, ticket, desk.anna, "supplier")
    desk.forget()
    accept(desk, term, desk.rita)
    assert desk.told() == {"anna": ACCEPTED, "boris": ACCEPTED}


def test_the_assignee_hears_of_a_date_that_the_lead_has_agreed_to(desk, ticket):
    desk.do(tickets.assign, desk.leo, ticket, desk.boris)
    term = propose(desk, ticket, desk.rita, "requester")
    desk.forget()
    accept(desk, term, desk.leo)
    assert desk.told() == {"rita": ACCEPTED, "boris": ACCEPTED}


def test_what_is_declined_is_told_to_who_proposed_it(desk, ticket):
    term = propose(desk, ticket, desk.rita, "requester")
    desk.forget()
    refuse(desk, term, desk.anna, "declined")
    assert desk.told() == {"rita": DECLINED}


def test_when_who_proposed_it_has_left_the_team_hears(desk, ticket):
    term = propose(desk, ticket, desk.anna, "supplier")
    with transaction():
        people.change_person(desk.stamp(), desk.anna, {"active": False})
    desk.forget()
    refuse(desk, term, desk.rita, "declined")
    assert desk.told() == {"boris": DECLINED}


def test_what_is_taken_back_is_told_to_who_was_asked(desk, ticket):
    term = propose(desk, ticket, desk.anna, "supplier")
    desk.forget()
    refuse(desk, term, desk.anna, "withdrawn")
    assert desk.told() == {"rita": WITHDRAWN}


def test_of_a_replaced_proposal_only_the_new_one_is_told(desk, ticket):
    term = propose(desk, ticket, desk.anna, "supplier")
    propose(desk, ticket, desk.anna, "supplier", number=2)
    desk.forget()
    refuse(desk, term, desk.anna, "withdrawn")
    assert desk.told() == {}


def test_of_one_that_ended_with_the_ticket_nobody_hears(desk, ticket):
    term = propose(desk, ticket, desk.anna, "supplier")
    desk.forget()
    refuse(desk, term, desk.anna, "lapsed")
    assert desk.told() == {}


def test_a_confidential_ticket_is_quiet_about_the_date(desk):
    ticket = desk.open(request_type=desk.secret)
    desk.forget()
    term = propose(desk, ticket, desk.anna, "supplier")
    (mail,) = desk.mails()
    rendered = render(mail, Links())
    for word in ("The part comes then.", "Anna", "декабря", "jams"):
        assert word not in rendered.text + rendered.subject + rendered.html
    assert desk.told() == {"rita": {"bell:term_proposed.quiet", "mail:term_proposed"}}
    accept(desk, term, desk.rita)
    assert desk.told() == {"anna": {"bell:term_accepted.quiet", "mail:term_accepted"}}
    refuse(desk, term, desk.rita, "declined")
    (mail,) = desk.mails()
    assert "December" not in render(mail, Links()).text and "Rita" not in render(mail, Links()).text
    assert desk.told() == {"anna": {"bell:term_refused.declined.quiet", "mail:term_refused"}}


def test_nobody_hears_of_the_past(desk, ticket):
    propose(desk, ticket, desk.anna, "supplier", door="import")
    assert desk.told() == {}
