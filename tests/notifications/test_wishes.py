"""What people chose is kept to: by mail, gathered, under the bell alone; muted requests; quiet hours; the end of gathered mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from servicedesk.jobs.absences import keep_covers
from servicedesk.jobs.gathering import write_gathered
from servicedesk.jobs.promises import deliver_alerts, look_at_clocks
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.mailout.render import render
from servicedesk.notifications import actions, queries, rules
from servicedesk.notifications.models import Notice, NotificationChoice
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.models import Ticket
from tests import build
from tests.cast import at, by
from tests.mailout.samples import Links


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria)


def choose(person, *, when="2026-04-06 09:30", rhythm="morning", quiet=None, **modes):
    with transaction():
        actions.choose(by(person, when), person, modes, rhythm=rhythm, quiet=quiet)


def mute(person, ticket, when="2026-04-06 10:30"):
    with transaction():
        actions.mute(by(person, when), ticket, person)


def mails(person, *templates):
    query = select(OutgoingMail).where(OutgoingMail.to_address == person.email).order_by(OutgoingMail.id)
    return [mail for mail in db.session.scalars(query) if not templates or mail.template in templates]


def lines(person, kind=None):
    query = select(Notice).where(Notice.person_id == person.id).order_by(Notice.id)
    return [line for line in db.session.scalars(query) if kind is None or line.kind.partition(".")[0] == kind]


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
    everybody = ["own", "dates", "approvals", "questions", "absences", "learning"]
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


# Gathered mail


def test_gathered_news_wait_for_the_beginning_of_the_next_working_day(maria, igor, ticket):
    choose(maria, own="gathered")
    build.reply(ticket, igor, "2026-04-06 11:00", "First")
    build.reply(ticket, igor, "2026-04-06 12:00", "Second")
    assert write_gathered(at("2026-04-07 08:59")) == 0
    assert write_gathered(at("2026-04-07 09:00")) == 1
    (mail,) = mails(maria, "gathered")
    rendered = render(mail, Links())
    assert rendered.subject == "2 pieces of news for you"
    assert rendered.text.count(f"Igor replied: #{ticket.id} The printer is silent") == 2
    assert "Monday, 6 April 2026, 11:00" in rendered.text
    assert write_gathered(at("2026-04-07 09:01")) == 0


@pytest.mark.parametrize(
    ("told", "rhythm", "due"),
    [
        ("2026-04-06 08:30", "morning", "2026-04-06 09:00"), ("2026-04-06 09:00", "morning", "2026-04-07 09:00"),
        ("2026-04-10 17:00", "morning", "2026-04-13 09:00"), ("2026-04-30 12:00", "morning", "2026-05-04 09:00"),
        ("2026-04-06 11:10", "hourly", "2026-04-06 12:00"), ("2026-04-06 17:30", "hourly", "2026-04-07 09:00"),
        ("2026-04-06 03:00", "hourly", "2026-04-06 09:00"),
    ],
)  # fmt: skip
def test_gathered_mail_keeps_to_the_working_time_of_its_reader(maria, told, rhythm, due):
    wishes = rules.Wishes(rhythm=rhythm)
    assert queries.Gathering(at(told)).for_(maria, wishes) == at(due)


def test_one_mail_has_all_that_was_gathered_and_requests_stand_together(maria, igor):
    first, second = build.open_ticket(maria), build.open_ticket(maria)
    choose(maria, own="gathered")
    for minute, ticket in enumerate((first, second, first)):
        build.reply(ticket, igor, f"2026-04-06 11:0{minute}")
    build.reply(second, igor, "2026-04-07 09:00")
    write_gathered(at("2026-04-07 09:00"))
    (mail,) = mails(maria, "gathered")
    assert [line["ticket_id"] for line in mail.facts["lines"]] == [first.id, first.id, second.id, second.id]
    assert "ticket_id" not in mail.facts


def test_what_was_read_under_the_bell_meanwhile_is_left_out(maria, igor, ticket):
    choose(maria, own="gathered")
    build.reply(ticket, igor, "2026-04-06 11:00")
    with transaction():
        actions.mark_read(by(maria, "2026-04-06 11:30"), maria.id)
    assert write_gathered(at("2026-04-07 09:00")) == 0
    assert mails(maria, "gathered") == [] and lines(maria, "reply")[0].gather_at is None


def test_of_a_request_that_became_confidential_the_number_alone_is_gathered(maria, igor, ticket):
    choose(maria, own="gathered")
    build.reply(ticket, igor, "2026-04-06 11:00")
    with transaction():
        db.session.get_one(Ticket, ticket.id).confidential = True
    write_gathered(at("2026-04-07 09:00"))
    (mail,) = mails(maria, "gathered")
    assert render(mail, Links()).subject == f"New reply: #{ticket.id}"
    assert "Igor" not in str(mail.facts) and "printer" not in str(mail.facts)


def test_what_somebody_may_not_see_any_more_is_left_out(stranger, maria, igor, ticket):
    choose(stranger, own="gathered")
    with transaction():
        tickets.watch(ticket, stranger)
    build.reply(ticket, igor, "2026-04-06 11:00")
    with transaction():
        db.session.get_one(Ticket, ticket.id).confidential = True
    assert write_gathered(at("2026-04-07 09:00")) == 0
    assert mails(stranger) == []


def test_who_left_gets_no_gathered_mail(maria, igor, ticket):
    choose(maria, own="gathered")
    build.reply(ticket, igor, "2026-04-06 11:00")
    with transaction():
        people.change_person(by(None, "2026-04-06 12:00"), maria, {"active": False})
    assert write_gathered(at("2026-04-07 09:00")) == 0
    assert queries.people_to_write_to(at("2026-04-08 09:00"), 10) == []


def test_what_waits_is_left_to_the_bell_when_its_group_is_and_written_when_it_is_not(maria, igor, ticket):
    for mode, written in (("bell", 0), ("mail", 1)):
        choose(maria, own="gathered")
        build.reply(ticket, igor, "2026-04-06 11:00")
        choose(maria, own=mode)
        assert write_gathered(at("2026-04-07 09:00")) == written


def test_warnings_can_be_gathered_with_the_rest(maria, igor, ticket):
    choose(igor, promises="gathered", queue="gathered", rhythm="hourly")
    look_at_clocks(at("2026-04-06 14:30"))
    assert deliver_alerts(at("2026-04-06 14:30")) >= 1
    assert mails(igor, "promises_digest") == []
    write_gathered(at("2026-04-06 15:00"))
    (mail,) = mails(igor, "gathered")
    assert mail.facts["lines"][0]["kind"].startswith("clock_")


def test_a_mail_that_cannot_be_written_holds_up_nobody_else(maria, boris, igor, ticket, monkeypatch):
    other = build.open_ticket(boris)
    for person, row in ((maria, ticket), (boris, other)):
        choose(person, own="gathered")
        build.reply(row, igor, "2026-04-06 11:00")
    whole = queries.lines_to_gather

    def fails_for_maria(person, ids):
        if person.id == maria.id:
            raise RuntimeError("broken")
        return whole(person, ids)

    monkeypatch.setattr(queries, "lines_to_gather", fails_for_maria)
    assert write_gathered(at("2026-04-07 09:00")) == 1
    monkeypatch.undo()
    assert write_gathered(at("2026-04-07 09:30")) == 0
    assert write_gathered(at("2026-04-07 10:00")) == 1
    assert len(mails(maria, "gathered")) == len(mails(boris, "gathered")) == 1


def test_ending_gathered_mail_leaves_news_to_the_bell_and_approvals_to_mail(maria, igor, ticket):
    choose(maria, own="gathered", approvals="gathered", questions="bell", quiet=(1320, 420))
    build.reply(ticket, igor, "2026-04-06 11:00")
    for _ in range(2):
        with transaction():
            actions.end_gathered_mail(maria.id)
        chosen = queries.choices_of(maria)
        assert (chosen["own"], chosen["approvals"], chosen["questions"]) == ("bell", "mail", "bell")
    assert queries.hours_of(maria).quiet == (1320, 420)
    assert write_gathered(at("2026-04-07 09:00")) == 0 and len(lines(maria, "reply")) == 1
    with pytest.raises(NotFound), transaction():
        actions.end_gathered_mail(10**6)


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


# Quiet hours


def test_mail_in_quiet_hours_waits_until_they_end_in_its_readers_zone(maria, igor, ticket):
    with transaction():
        people.change_person(by(maria, "2026-04-06 10:00"), maria, {"timezone": "Asia/Omsk"})
    choose(maria, quiet=(22 * 60, 7 * 60))
    # 20:30 in Moscow is 23:30 in Omsk.
    build.reply(ticket, igor, "2026-04-06 20:30")
    build.reply(ticket, igor, "2026-04-07 12:00")
    late, day = mails(maria, "reply")
    assert late.try_at == at("2026-04-07 04:00") and late.queued_at == at("2026-04-06 20:30")
    assert day.try_at == day.queued_at


def test_quiet_hours_hold_back_gathered_mail_too(maria, igor, ticket):
    choose(maria, own="gathered", quiet=(8 * 60, 10 * 60))
    build.reply(ticket, igor, "2026-04-06 11:00")
    write_gathered(at("2026-04-07 09:00"))
    assert mails(maria, "gathered")[0].try_at == at("2026-04-07 10:00")


@pytest.mark.parametrize(
    ("zone", "quiet", "moment", "end"),
    [
        # The hour from two to three is leapt over, or comes twice.
        ("Europe/Berlin", (1320, 420), "2026-03-28T22:30+00:00", "2026-03-29T05:00+00:00"),
        ("Europe/Berlin", (1320, 420), "2026-10-24T22:30+00:00", "2026-10-25T06:00+00:00"),
        ("Europe/Berlin", (1320, 150), "2026-03-28T22:30+00:00", "2026-03-29T01:30+00:00"),
        ("Europe/Berlin", (1320, 150), "2026-10-24T22:30+00:00", "2026-10-25T00:30+00:00"),
        ("Europe/Berlin", (1320, 150), "2026-10-25T01:10+00:00", "2026-10-25T01:30+00:00"),
        ("Europe/Moscow", (780, 840), "2026-04-06T10:59:59+00:00", "2026-04-06T11:00+00:00"),
        ("Europe/Moscow", (780, 840), "2026-04-06T11:00+00:00", None),
        ("Europe/Moscow", (780, 840), "2026-04-06T09:59:59+00:00", None),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(zone, quiet, moment, end):
    found = rules.end_of_quiet(quiet, zone, datetime.fromisoformat(moment))
    assert found == (datetime.fromisoformat(end) if end else None)


MINUTES = some.integers(0, 1439)


@given(
    some.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] != pair[1]),
    some.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Omsk", "Asia/Kathmandu"]),
    some.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=some.just(UTC)),
)
def test_mail_waits_less_than_a_day_and_for_a_moment_that_is_not_quiet(quiet, zone, moment):
    end = rules.end_of_quiet(quiet, zone, moment)
    here = moment.astimezone(ZoneInfo(zone))
    minute, (begin, until) = here.hour * 60 + here.minute, quiet
    is_quiet = begin <= minute < until if begin < until else not until <= minute < begin
    if end is None:
        assert not is_quiet
        return
    assert is_quiet and moment < end <= moment + timedelta(hours=26)
    assert end == rules.end_of_quiet(quiet, zone, end - timedelta(seconds=1)) or _is_leap(zone, end)


def _is_leap(zone, end):
    """Whether the clock was turned within two hours of this moment."""
    offsets = {(end + timedelta(hours=hours)).astimezone(ZoneInfo(zone)).utcoffset() for hours in (-2, 0, 2)}
    return len(offsets) > 1


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
