"""Mail that does not go at once: gathered in one, or kept until quiet hours end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from servicedesk.jobs.gathering import write_gathered
from servicedesk.jobs.promises import deliver_alerts, look_at_clocks
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.render import render
from servicedesk.notifications import actions, queries, rules
from servicedesk.people import actions as people
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.models import Ticket
from tests import build
from tests.cast import at, by
from tests.mailout.samples import Links
from tests.notifications.wishes import choose, lines, mails


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria)


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
