"""What people chose is kept to: groups, ways, muted requests, and what that costs."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.jobs.absences import keep_covers
from servicedesk.jobs.gathering import write_gathered
from servicedesk.jobs.promises import deliver_alerts, look_at_clocks
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.render import render
from servicedesk.notifications import actions, queries, rules
from servicedesk.notifications.models import NotificationChoice
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.tickets import actions as tickets
from tests import build
from tests.cast import at, by
from tests.mailout.samples import Links
from tests.notifications.wishes import choose, lines, mails, mute


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria)


# Groups


def test_every_kind_of_news_is_in_one_group():
    kinds = [kind for group in rules.GROUPS.values() for kind in group.kinds]
    said = {sentence.partition(".")[0] for sentence in rules.SENTENCES}
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == rules.KINDS.keys() | said


def test_a_group_reaches_everybody_as_it_did_before_they_could_choose():
    """The mode of who never chose is that of every kind of the group: with a mail of its own or the bell alone."""
    for group in rules.GROUPS.values():
        assert group.default in group.modes
        for kind in group.kinds:
            has_mail = kind.startswith("clock_") or rules.KINDS[kind].mail is not None
            way = rules.MAIL if has_mail else rules.BELL
            assert kind.startswith("clock_") or rules.way_of(kind, rules.Wishes(), "web") == way


def test_groups_are_shown_to_those_whom_they_concern(maria, igor, olga, adam, rita):
    everybody = ["own", "named", "dates", "approvals", "questions", "absences", "learning"]
    assert list(rules.groups_for(maria)) == everybody
    assert rules.groups_for(igor).keys() - set(everybody) == {"work", "queue", "asides", "promises"}
    assert rules.groups_for(olga).keys() == rules.GROUPS.keys()
    assert rules.groups_for(adam).keys() - set(everybody) == {"guard"}
    assert rules.groups_for(rita).keys() - set(everybody) == {"reports"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"approvals": "bell"}, "approvals"), ({"questions": "gathered"}, "questions"), ({"guard": "bell"}, "guard"),
        ({"nothing": "mail"}, "nothing"), ({"own": "never"}, "own"), ({"rhythm": "yearly"}, "rhythm"),
        ({"quiet": (60, 60)}, "quiet_until"), ({"quiet": (60, 1440)}, "quiet_until"),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_and_nothing_kept(maria, wrong, field):
    with pytest.raises(Invalid) as refusal:
        choose(maria, **({"own": "bell"} | wrong))
    assert set(refusal.value.fields) == {field}
    assert queries.choices_of(maria)["own"] == "mail"


def test_only_what_differs_from_everybodys_way_is_kept(maria):
    choose(maria, own="bell", learning="bell")
    assert [(row.group_key, row.mode) for row in db.session.scalars(select(NotificationChoice))] == [("own", "bell")]
    choose(maria, own="mail")
    assert db.session.scalars(select(NotificationChoice)).all() == []


# Ways


def test_under_the_bell_alone_means_no_mail(maria, igor, ticket):
    choose(maria, own="bell")
    build.reply(ticket, igor, "2026-04-06 11:00")
    assert mails(maria, "reply") == [] and len(lines(maria, "reply")) == 1


def test_news_without_a_mail_of_their_own_come_by_mail_where_somebody_wishes_it(maria, igor):
    choose(igor, queue="mail")
    ticket = build.open_ticket(maria)
    (mail,) = mails(igor)
    rendered = render(mail, Links())
    assert rendered.subject == f"Maria asks: #{ticket.id} The printer is silent"
    assert f"/tickets/{ticket.id}" in rendered.text and "/unsubscribe/" not in rendered.text
    assert mail.facts["ticket_id"] == ticket.id


def test_a_letter_is_answered_by_a_letter_at_once_whatever_its_sender_chose(maria):
    choose(maria, own="bell", quiet=(0, 1439))
    build.open_ticket(maria, door="mail")
    (mail,) = mails(maria)
    assert (mail.template, mail.try_at) == ("request_received", mail.queued_at)
    assert lines(maria, "request_received")[0].read_at is None


def test_the_number_of_a_request_filed_on_a_page_is_no_unread_news(maria, boris):
    choose(maria, own="gathered")
    build.open_ticket(maria)
    build.open_ticket(maria, registrar=boris)
    own, filed_for_them = lines(maria, "request_received")
    assert own.read_at is not None and own.gather_at is None
    assert filed_for_them.read_at is None and filed_for_them.gather_at is not None


def test_nobody_hears_twice_of_what_is_told_once_though_they_get_no_mail(maria, igor, olga):
    choose(igor, absences="bell")
    build.assign(build.open_ticket(maria), olga, "2026-04-06 10:10", olga)
    with transaction():
        stamp = by(olga, "2026-04-06 10:20")
        people.plan_absence(
            stamp, olga, olga, begins_at=at("2026-04-06 10:30"), ends_at=at("2026-04-10 18:00"), substitute=igor
        )
    for minute in (31, 32, 33):
        keep_covers(at(f"2026-04-06 10:{minute}"))
    assert len(lines(igor, "cover_for_you")) == 1 and mails(igor, "cover_for_you") == []


# Muted requests


def test_a_muted_request_is_silent_for_who_muted_it_alone(maria, boris, igor, ticket):
    with transaction():
        tickets.watch(ticket, boris)
    mute(maria, ticket)
    mute(maria, ticket)
    before = len(lines(maria)), len(mails(maria))
    build.reply(ticket, igor, "2026-04-06 11:00")
    assert (len(lines(maria)), len(mails(maria))) == before
    assert len(lines(boris, "reply")) == len(mails(boris, "reply")) == 1
    with transaction():
        actions.unmute(ticket, maria)
    build.reply(ticket, igor, "2026-04-06 12:00")
    assert len(mails(maria, "reply")) == 1


def test_who_muted_a_request_still_hears_what_is_asked_of_them(maria, igor, olga, ticket):
    for person in (maria, igor):
        mute(person, ticket)
    build.hold(ticket, igor, "2026-04-06 11:00", note="Which floor?")
    build.resume(ticket, igor, "2026-04-06 11:10")
    build.hold(ticket, igor, "2026-04-06 11:20", reason="third_party")
    build.propose(ticket, igor, "2026-04-06 11:30", "2026-04-20 15:00")
    assert [line.kind for line in lines(maria)[1:]] == ["on_hold.waiting_for_requester", "term_proposed"]
    build.assign(ticket, olga, "2026-04-06 12:00", igor)
    build.reply(ticket, maria, "2026-04-06 12:10")
    assert {mail.template for mail in mails(igor)} == {"assigned", "requester_wrote"}


def test_a_request_muted_after_it_was_gathered_is_left_out_unless_it_asks(maria, igor, ticket):
    choose(maria, own="gathered")
    build.reply(ticket, igor, "2026-04-06 11:00")
    build.hold(ticket, igor, "2026-04-06 11:10", note="Which floor?")
    mute(maria, ticket, "2026-04-06 12:00")
    write_gathered(at("2026-04-07 09:00"))
    (mail,) = mails(maria, "gathered")
    assert [line["kind"] for line in mail.facts["lines"]] == ["on_hold.waiting_for_requester"]


def test_warnings_of_a_muted_request_reach_who_has_it_and_not_the_rest_of_the_team(maria, igor, olga, ticket):
    mute(igor, ticket)
    look_at_clocks(at("2026-04-06 13:01"))
    assert deliver_alerts(at("2026-04-06 13:01")) == 0
    build.assign(ticket, olga, "2026-04-06 13:02", igor)
    look_at_clocks(at("2026-04-06 14:01"))
    deliver_alerts(at("2026-04-06 14:01"))
    assert [line.kind for line in lines(igor) if line.kind.startswith("clock_")] == ["clock_breached.first_reply"]


def test_muted_requests_are_listed_while_they_are_seen(maria, igor, stranger):
    rows = [build.open_ticket(maria) for _ in range(3)]
    for ticket in rows:
        mute(maria, ticket)
    first = queries.muted_tickets(maria, limit=2)
    assert [row.id for row in first.items] == [rows[2].id, rows[1].id]
    assert [row.id for row in queries.muted_tickets(maria, first.next, limit=2).items] == [rows[0].id]
    mute(stranger, rows[0])
    assert queries.muted_tickets(stranger).items == []


# What it costs


def test_telling_a_team_costs_the_same_whatever_its_size_and_its_wishes(maria, igor, count_queries):
    def cost():
        db.session.expire_all()
        count_queries()
        build.open_ticket(maria)
        return count_queries()

    cost()
    few = cost()
    modes = ("mail", "gathered", "bell")
    with transaction():
        for number in range(50):
            stamp = by(None, "2026-04-06 09:00")
            person = people.add_person(
                stamp, email=f"a{number}@example.com", name=f"A{number}", department=igor.department, language="en"
            )
            people.grant(stamp, person, "agent", igor.department)
    for number, person in enumerate(db.session.scalars(select(Person).where(Person.email.like("a%@example.com")))):
        if person.email[1].isdigit():
            choose(person, queue=modes[number % 3], rhythm=("morning", "hourly")[number % 2], quiet=(1320, 420))
    # When gathered mail is due is worked out once for each rhythm, and queued mail is one statement more.
    assert cost() <= few + 6
