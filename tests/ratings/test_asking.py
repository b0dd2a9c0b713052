"""Who is asked for an opinion, when, how often, and what takes the question back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from servicedesk.jobs import promises as job
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.actions import places
from servicedesk.ratings import actions, queries
from servicedesk.ratings.models import Invitation, SkippedInvitation
from tests.build import assign, note, open_ticket, reopen, reply, resolve
from tests.cast import at, by
from tests.opinions import KEYS, opinions, rate


def invitations():
    return list(db.session.scalars(select(Invitation)))


@pytest.fixture
def asked(maria, igor):
    """Maria was asked on Monday 2026-04-06; Igor served."""
    ticket = open_ticket(maria)
    assign(ticket, igor, "2026-04-06 10:30", igor)
    resolve(ticket, igor, "2026-04-06 16:00")
    (invitation,) = invitations()
    return invitation


def test_the_requester_is_asked_and_who_served_is_frozen(asked, maria, igor):
    assert asked.person_id == maria.id
    assert asked.served_by_id == igor.id
    assert (asked.month, asked.issued_on, asked.expires_on) == ("2026-04", date(2026, 4, 6), date(2026, 4, 20))
    assert (asked.withdrawn, asked.reminded) == (False, False)
    assert (asked.customer_department_id, asked.department_id) == (maria.department_id, igor.department_id)


def test_not_the_one_who_filed_it(maria, igor, boris):
    resolve(open_ticket(maria, registrar=boris), igor, "2026-04-06 16:00")
    assert [row.person_id for row in invitations()] == [maria.id]


def test_nobody_who_worked_on_it(igor, olga, adam):
    """Igor answered as an agent; later he left the team, and the request is his own."""
    ticket = open_ticket(adam)
    reply(ticket, igor, "2026-04-06 11:00")
    with transaction():
        ticket.requester_id = igor.id
    resolve(ticket, olga, "2026-04-06 16:00")
    assert invitations() == []


def test_nobody_whose_it_once_was_or_who_wrote_a_note_on_it(maria, igor, olga):
    """Igor had a hand in two requests; then it turned out that they are his own."""
    had_it, noted = open_ticket(maria), open_ticket(maria)
    assign(had_it, olga, "2026-04-06 11:00", igor)
    assign(had_it, olga, "2026-04-06 12:00", olga)
    note(noted, igor, "2026-04-06 12:00")
    for ticket in (had_it, noted):
        with transaction():
            ticket.requester_id = igor.id
        resolve(ticket, olga, "2026-04-06 16:00")
    assert invitations() == []


def test_nobody_who_has_left(maria, igor, adam):
    ticket = open_ticket(maria)
    with transaction():
        people.change_person(by(adam, "2026-04-06 12:00"), maria, {"active": False})
    resolve(ticket, igor, "2026-04-06 16:00")
    assert invitations() == []


def test_nobody_about_imported_history(maria, igor):
    from servicedesk.tickets import access
    from servicedesk.tickets import actions as tickets

    ticket = open_ticket(maria, door="import")
    with transaction():
        row = access.ticket_for(igor, ticket.id, to="resolve")
        tickets.resolve(by(igor, "2026-04-06 16:00", "import"), row, igor, "Done.")
    assert invitations() == []


def test_the_month_is_the_companys(maria, igor):
    resolve(open_ticket(maria, when="2026-04-30 20:00"), igor, "2026-05-01 00:30")
    assert [(row.month, row.issued_on) for row in invitations()] == [("2026-05", date(2026, 5, 1))]


def test_three_questions_a_week_and_the_rest_is_only_counted(maria, igor):
    for _ in range(5):
        resolve(open_ticket(maria), igor, "2026-04-06 16:00")
    assert len(invitations()) == 3
    (row,) = db.session.scalars(select(SkippedInvitation))
    assert (row.month, row.department_id, row.held_back) == ("2026-04", igor.department_id, 2)
    assert not {"person_id", "ticket_id"} & set(SkippedInvitation.__table__.columns.keys())


def test_an_administrator_says_how_many(maria, igor, adam):
    with transaction():
        places.describe_company(
            by(adam, "2026-04-06 09:00"), name="North", language="ru", timezone="Europe/Moscow", questions_a_week=1
        )
    for _ in range(3):
        resolve(open_ticket(maria), igor, "2026-04-06 16:00")
    assert len(invitations()) == 1


@pytest.mark.parametrize("wanted", [-1, 21])
def test_but_not_any_number(adam, wanted):
    with pytest.raises(Invalid), transaction():
        places.describe_company(
            by(adam, "2026-04-06 09:00"), name="North", language="ru", timezone="Europe/Moscow", questions_a_week=wanted
        )


def test_a_week_later_there_are_three_again(maria, igor):
    for _ in range(4):
        resolve(open_ticket(maria), igor, "2026-04-06 16:00")
    resolve(open_ticket(maria, when="2026-04-13 09:00"), igor, "2026-04-13 16:00")
    assert len(invitations()) == 4


def test_the_quota_is_each_persons_own(maria, boris, igor):
    for person in (maria, maria, maria, boris):
        resolve(open_ticket(person), igor, "2026-04-06 16:00")
    assert len(invitations()) == 4


def test_reopening_takes_the_question_back_and_the_next_solution_asks_anew(asked, maria, igor, db):
    from servicedesk.tickets.queries import tickets_by_id

    first, ticket = asked.id, tickets_by_id([asked.ticket_id])[asked.ticket_id]
    reopen(ticket, maria, "2026-04-06 17:00")
    db.session.expire_all()
    assert queries.waiting_for(KEYS, maria.id, date(2026, 4, 6)) == []
    resolve(ticket, igor, "2026-04-07 10:00")
    (again,) = queries.waiting_for(KEYS, maria.id, date(2026, 4, 7))
    assert again.id != first


def test_reopening_leaves_an_answer_that_was_given(asked, maria, igor):
    from servicedesk.tickets.queries import tickets_by_id

    rate(asked, "2026-04-06 16:30")
    reopen(tickets_by_id([asked.ticket_id])[asked.ticket_id], maria, "2026-04-06 17:00")
    assert len(opinions()) == 1


def test_it_reminds_once_after_two_working_days(asked):
    assert job.remind_of_ratings(at("2026-04-08 17:59")) == 0
    assert job.remind_of_ratings(at("2026-04-08 18:00")) == 1
    assert job.remind_of_ratings(at("2026-04-09 18:00")) == 0
    assert invitations()[0].reminded


@pytest.mark.parametrize(
    ("resolved", "too_early", "due"),
    [
        ("2026-04-10 16:00", "2026-04-14 17:59", "2026-04-14 18:00"),  # a weekend between
        ("2026-04-29 16:00", "2026-05-04 17:59", "2026-05-04 18:00"),  # a short day, the first of May and a weekend
    ],
)
def test_the_two_days_are_working_days(maria, igor, resolved, too_early, due):
    resolve(open_ticket(maria, when="2026-04-06 09:00"), igor, resolved)
    assert job.remind_of_ratings(at(too_early)) == 0
    assert job.remind_of_ratings(at(due)) == 1


def test_it_does_not_remind_of_what_is_answered_or_over(asked):
    assert queries.to_remind(date(2026, 4, 6), date(2026, 4, 20)) == []
    rate(asked, "2026-04-06 16:30", {"quality": 9})
    assert job.remind_of_ratings(at("2026-04-08 18:00")) == 0
    with transaction():
        assert not actions.remind(by(None, "2026-04-08 18:00"), asked.id, keys=KEYS)


def test_what_waits_is_on_the_page_until_it_expires(asked, maria):
    assert queries.waiting_for(KEYS, maria.id, date(2026, 4, 20)) == [asked]
    assert queries.waiting_for(KEYS, maria.id, date(2026, 4, 21)) == []
    assert queries.waiting_of(KEYS, asked.ticket_id, maria.id, date(2026, 4, 20)) == asked
