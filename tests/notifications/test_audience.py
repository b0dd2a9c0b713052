"""Who hears of what, and who does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout import actions as mailout
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.ratings.events import RatingAsked, RatingWithdrawn
from servicedesk.ratings.models import Invitation
from servicedesk.reports import actions as reports
from servicedesk.reports.events import MonthClosed
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.models import Ticket
from tests.notifications.conftest import AT

DUE = AT + timedelta(hours=4)


@pytest.fixture
def desk(notified_desk):
    return notified_desk


@pytest.fixture
def ticket(desk):
    row = desk.open()
    desk.forget()
    return row


@pytest.fixture
def secret(desk):
    row = desk.open(request_type=desk.secret)
    desk.forget()
    return row


def watch(desk, ticket, person):
    with transaction():
        tickets.watch(ticket, person)


def test_a_request_is_confirmed_and_its_team_hears(desk):
    desk.open()
    assert desk.told() == {
        "rita": {"bell:request_received", "mail:request_received"}, "anna": {"bell:new_request"}, "boris": {"bell:new_request"},
    }  # fmt: skip


def test_a_request_filed_for_somebody_is_confirmed_to_them(desk):
    desk.open(registrar=desk.olga, actor=desk.olga)
    (mail,) = desk.mails()
    assert mail.to_address == "rita@example.com" and mail.facts["registrar"] == "Olga"


def test_an_agent_who_asks_their_own_department_is_not_told_as_its_team(desk):
    desk.open(requester=desk.anna)
    assert desk.told() == {"anna": {"bell:request_received", "mail:request_received"}, "boris": {"bell:new_request"}}


def test_where_nobody_is_an_agent_the_lead_hears(desk):
    with transaction():
        people.set_roles(desk.stamp(), desk.anna, [])
        people.set_roles(desk.stamp(), desk.boris, [])
    desk.open()
    assert desk.told() == {"rita": {"bell:request_received", "mail:request_received"}, "leo": {"bell:new_request"}}


def test_an_answer_reaches_the_requester_and_those_who_follow_but_not_its_author(desk, ticket):
    watch(desk, ticket, desk.olga)
    watch(desk, ticket, desk.anna)
    desk.do(tickets.reply, desk.anna, ticket, desk.anna, "We look")
    assert desk.told() == {"rita": {"bell:reply", "mail:reply"}, "olga": {"bell:reply", "mail:reply"}}


def test_the_requesters_words_reach_the_assignee_or_else_the_team(desk, ticket):
    desk.do(tickets.reply, desk.rita, ticket, desk.rita, "And?")
    both = {"bell:requester_wrote", "mail:requester_wrote"}
    assert desk.told() == {"anna": both, "boris": both}
    desk.do(tickets.assign, desk.leo, ticket, desk.anna)
    desk.told()
    desk.do(tickets.reply, desk.rita, ticket, desk.rita, "And?")
    assert desk.told() == {"anna": both}


def test_when_the_assignee_has_left_the_team_hears(desk, ticket):
    desk.do(tickets.assign, desk.leo, ticket, desk.anna)
    with transaction():
        people.change_person(desk.stamp(), desk.anna, {"active": False})
    desk.told()
    desk.do(tickets.reply, desk.rita, ticket, desk.rita, "And?")
    assert desk.told() == {"boris": {"bell:requester_wrote", "mail:requester_wrote"}}


def test_a_note_rings_for_the_assignee_alone_and_goes_into_no_mail(desk, ticket):
    watch(desk, ticket, desk.olga)
    desk.do(tickets.note, desk.boris, ticket, desk.boris, "He is new")
    assert desk.told() == {}
    desk.do(tickets.assign, desk.anna, ticket, desk.anna)
    assert desk.told() == {}
    desk.do(tickets.note, desk.boris, ticket, desk.boris, "He is new")
    assert desk.told() == {"anna": {"bell:note"}}


def test_who_is_given_a_ticket_hears_unless_they_took_it(desk, ticket):
    desk.do(tickets.assign, desk.leo, ticket, desk.anna)
    assert desk.told() == {"anna": {"bell:assigned", "mail:assigned"}}
    desk.do(tickets.take, desk.boris, ticket, desk.boris)
    assert desk.told() == {}
    desk.do(tickets.assign, desk.leo, ticket, desk.anna)
    assert desk.told() == {"anna": {"bell:assigned", "mail:assigned"}}
    desk.do(tickets.assign, desk.leo, ticket, None)
    assert desk.told() == {}


def test_a_hold_is_explained_to_the_requester(desk, ticket):
    desk.do(tickets.put_on_hold, desk.anna, ticket, desk.anna, reason="waiting_for_requester", note="Which floor?")
    (mail,) = desk.mails()
    assert (mail.facts["reason"], mail.facts["note"]) == ("waiting_for_requester", "Which floor?")
    assert desk.told() == {"rita": {"bell:on_hold.waiting_for_requester", "mail:on_hold"}}
    desk.do(tickets.put_on_hold, desk.anna, ticket, desk.anna, reason="scheduled", until=DUE)
    assert desk.told() == {"rita": {"bell:on_hold.scheduled", "mail:on_hold"}}


def test_a_solution_is_one_mail_to_the_requester_and_the_reply_to_those_who_follow(desk, ticket):
    watch(desk, ticket, desk.olga)
    desk.do(tickets.reply, desk.anna, ticket, desk.anna, "We look")
    desk.told()
    desk.do(tickets.resolve, desk.anna, ticket, desk.anna, "Changed the toner")
    texts = {mail.to_address: mail.facts["text"] for mail in desk.mails()}
    assert texts == {"rita@example.com": "Changed the toner", "olga@example.com": "Changed the toner"}
    assert desk.told() == {"rita": {"bell:resolved", "mail:resolved"}, "olga": {"bell:reply", "mail:reply"}}


def test_a_word_after_the_solution_is_a_reply_again(desk, ticket):
    desk.do(tickets.resolve, desk.anna, ticket, desk.anna, "Changed the toner")
    desk.told()
    desk.do(tickets.reply, desk.anna, ticket, desk.anna, "And ordered more")
    assert desk.told() == {"rita": {"bell:reply", "mail:reply"}}


def test_a_ticket_that_closes_by_itself_says_so_a_confirmed_one_does_not(desk):
    for confirmed, expected in ((False, {"rita": {"bell:closed", "mail:closed"}}), (True, {})):
        ticket = desk.open()
        desk.do(tickets.resolve, desk.anna, ticket, desk.anna, "Done")
        desk.told()
        desk.do(tickets.close, None, ticket, confirmed=confirmed)
        assert desk.told() == expected


def test_the_receiving_team_hears_of_a_hand_over(desk, ticket):
    desk.do(tickets.hand_over, desk.anna, ticket, desk.anna, desk.hr, "Yours, I think")
    assert desk.told() == {"stranger": {"bell:handed_over"}}


def test_the_assignee_hears_when_the_requester_takes_it_back(desk, ticket):
    desk.do(tickets.assign, desk.leo, ticket, desk.anna)
    desk.told()
    desk.do(tickets.cancel, desk.rita, ticket)
    assert desk.told() == {"anna": {"bell:cancelled"}}


def test_leads_and_readers_hear_of_a_report_once(desk):
    desk.do(reports.close_month, None, "2026-10", door="worker")
    both = {"bell:month_closed", "mail:month_closed"}
    assert desk.told() == {"leo": both, "reader": both}
    desk.do(reports.close_month, None, "2026-10", reason="A ticket was forgotten.", door="worker")
    assert desk.told()["reader"] == {"bell:month_closed.corrected", "mail:month_closed"}


def ask(desk, ticket, key="f00d", *, reminder=False):
    with transaction():
        if db.session.get(Invitation, key) is None:
            db.session.add(
                Invitation(
                    id=key, ticket_id=ticket.id, person_id=desk.rita.id, month="2026-11", department_id=desk.it.id,
                    issued_on=date(2026, 11, 20), expires_on=date(2026, 12, 4),
                )
            )  # fmt: skip
    desk.publish(RatingAsked, ticket_id=ticket.id, person_id=desk.rita.id, invitation_id=key, reminder=reminder)


def test_an_opinion_is_asked_for_and_reminded_of(desk, ticket):
    ask(desk, ticket)
    assert desk.told() == {"rita": {"bell:rating_asked", "mail:rating_asked"}}
    ask(desk, ticket, reminder=True)
    assert desk.told() == {"rita": {"mail:rating_reminder"}}


def test_a_withdrawn_question_disappears_with_its_unsent_mail_and_no_other(desk, ticket):
    other = desk.open()
    desk.forget()
    ask(desk, ticket)
    ask(desk, ticket, reminder=True)
    ask(desk, other, "beef")
    desk.publish(RatingWithdrawn, ticket_id=ticket.id)
    assert [(mail.template, mail.facts["invitation_id"]) for mail in desk.mails()] == [("rating_asked", "beef")]
    assert [notice.ticket_id for notice in desk.notices()] == [other.id]


def test_a_question_that_is_in_the_mail_already_keeps_its_row(desk, ticket):
    ask(desk, ticket)
    with transaction():
        for mail in desk.mails():
            mailout.mark_sent(desk.stamp(), mail.id)
    desk.publish(RatingWithdrawn, ticket_id=ticket.id)
    assert len(desk.mails()) == 1 and desk.notices() == []


def test_nobody_hears_of_the_past(desk):
    for door in ("import", "demo"):
        ticket = desk.open(door=door)
        watch(desk, ticket, desk.olga)
        desk.do(tickets.assign, desk.leo, ticket, desk.anna, door=door)
        desk.do(tickets.reply, desk.rita, ticket, desk.rita, "And?", door=door)
        desk.do(tickets.resolve, desk.anna, ticket, desk.anna, "Done", door=door)
        desk.do(tickets.close, None, ticket, confirmed=False, door=door)
        desk.publish(MonthClosed, door=door, month="2026-09", number=1)
        assert desk.told() == {}


def test_who_has_left_hears_nothing(desk, ticket):
    watch(desk, ticket, desk.gone)
    with transaction():
        people.change_person(desk.stamp(), desk.rita, {"active": False})
    desk.do(tickets.reply, desk.anna, ticket, desk.anna, "We look")
    desk.do(tickets.resolve, desk.anna, ticket, desk.anna, "Done")
    assert desk.told() == {}


def test_mail_is_written_in_the_readers_language_and_zone(desk, ticket):
    desk.do(tickets.reply, desk.anna, ticket, desk.anna, "We look")
    (mail,) = desk.mails()
    assert (mail.language, mail.timezone, mail.facts["company"]) == ("ru", "Europe/Moscow", "North")
    with transaction():
        people.change_person(desk.stamp(), desk.rita, {"timezone": "Asia/Omsk"})
    desk.do(tickets.reply, desk.anna, ticket, desk.anna, "Still")
    assert desk.mails()[-1].timezone == "Asia/Omsk"


def cost_of_reply(desk, ticket_id, author_id):
    db.session.remove()
    with transaction():
        before = desk.statements
        author, ticket = db.session.get(Person, author_id), db.session.get(Ticket, ticket_id)
        tickets.reply(Stamp(author_id, AT + timedelta(days=1), "web"), ticket, author, "We look")
    return desk.statements - before


def test_a_reply_costs_the_same_whatever_the_number_of_followers(desk, ticket):
    watch(desk, ticket, desk.olga)
    ids = (ticket.id, desk.anna.id)
    one = cost_of_reply(desk, *ids)
    with transaction():
        for number in range(12):
            person = people.add_person(desk.stamp(), email=f"w{number}@example.com", name=f"W{number}")
            tickets.watch(db.session.get(Ticket, ids[0]), person)
    assert cost_of_reply(desk, *ids) <= one
    assert len([mail for mail in desk.mails() if mail.template == "reply"]) == 2 + 14


def _confidential_story(desk, ticket):
    watch(desk, ticket, desk.olga)
    desk.do(tickets.reply, desk.rita, ticket, desk.rita, "SECRET words")
    yield {"leo": {"bell:requester_wrote.quiet", "mail:requester_wrote"}}
    desk.do(tickets.assign, desk.leo, ticket, desk.anna)
    yield {"anna": {"bell:assigned", "mail:assigned"}}
    desk.do(tickets.reply, desk.anna, ticket, desk.anna, "SECRET answer")
    yield {"rita": {"bell:reply.quiet", "mail:reply"}}
    desk.do(tickets.note, desk.leo, ticket, desk.leo, "SECRET note")
    yield {"anna": {"bell:note.quiet"}}
    desk.do(tickets.put_on_hold, desk.anna, ticket, desk.anna, reason="third_party", note="SECRET reason")
    yield {"rita": {"bell:on_hold.third_party", "mail:on_hold"}}
    desk.do(tickets.resolve, desk.anna, ticket, desk.anna, "SECRET end")
    yield {"rita": {"bell:resolved", "mail:resolved"}}


def test_of_a_confidential_ticket_only_the_number_travels_and_only_to_those_concerned(desk):
    ticket = desk.open(request_type=desk.secret, subject="SECRET subject", description="SECRET")
    assert desk.told() == {
        "rita": {"bell:request_received", "mail:request_received"},
        "leo": {"bell:new_request.quiet"},
    }
    for expected in _confidential_story(desk, ticket):
        assert desk.told() == expected
    desk.seen_notice = desk.seen_mail = 0
    written = [str(notice.facts) for notice in desk.notices()] + [str(mail.facts) for mail in desk.mails()]
    assert len(written) == 14
    for text in written:
        assert str(ticket.id) in text
        assert not any(word in text for word in ("SECRET", "Rita", "Anna", "Leo", "'IT'"))
