"""Warnings and breaches on their way: who is told, when they work, in one digest, and not when somebody has acted.

Moscow: the office works Mon-Fri 09:00-18:00, HR Mon-Thu 10:00-16:00. 2026-04-06 is a Monday.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from servicedesk.jobs.promises import deliver_alerts, look_at_clocks
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.mailout.render import render
from servicedesk.notifications import queries, rules
from servicedesk.notifications.models import Alert, Notice
from servicedesk.people import actions as people
from servicedesk.sla import actions as sla
from tests.build import assign, cancel, change_priority, clocks, hand_over, hold, note, open_ticket, reply, resolve
from tests.cast import PROMISES, at, by, department
from tests.mailout.samples import Links


@pytest.fixture
def ticket(maria):
    """Filed on Monday at 10:00: the first reply is due at 14:00, the resolution on Wednesday at 18:00."""
    return open_ticket(maria)


@pytest.fixture
def boss(cast):
    """Leads management, which stands above IT."""
    with transaction():
        stamp = by(None, "2026-04-01 09:00")
        person = people.add_person(
            stamp, email="boss@example.com", name="Boss", department=department("management"), language="ru"
        )
        people.grant(stamp, person, "lead", department("management"))
        people.change_department(stamp, department("it"), {"parent_id": department("management").id})
    return person


def promise(name="department=it", **values):
    place, priority, targets = PROMISES[name]
    with transaction():
        sla.set_policy(
            by(None, "2026-04-01 09:00"), name=name, department_id=department(place).id if place else None,
            priority=priority, **{"targets": targets} | values,
        )  # fmt: skip


def works_by(key, person):
    """Move somebody to a department, and so to its hours."""
    with transaction():
        people.change_person(by(None, "2026-04-01 09:00"), person, {"department_id": department(key).id})


def run(when):
    """As the worker does: the clocks, then the alerts; how many were told."""
    look_at_clocks(at(when))
    return deliver_alerts(at(when))


def mails():
    query = select(OutgoingMail).where(OutgoingMail.template == "promises_digest").order_by(OutgoingMail.id)
    return list(db.session.scalars(query))


def written():
    """Addressees of the digests, with what each line says."""
    return [
        (mail.to_address.partition("@")[0], [(line["metric"], "broken" if line["broken"] else "warned") for line in mail.facts["lines"]])
        for mail in mails()
    ]  # fmt: skip


def rung(person):
    query = select(Notice.kind).where(Notice.person_id == person.id, Notice.kind.like("clock%"))
    return list(db.session.scalars(query.order_by(Notice.id)))


def waiting():
    return list(db.session.scalars(select(Alert).order_by(Alert.id)))


# Who hears


def test_a_warning_waits_for_a_run_and_reaches_the_team_while_nobody_has_the_ticket(ticket, igor, olga):
    look_at_clocks(at("2026-04-06 13:01"))
    (row,) = waiting()
    assert (row.kind, row.why, row.person_id) == ("clock_warned", "team", igor.id)
    assert (row.happened_at, row.deliver_at) == (at("2026-04-06 13:00"), at("2026-04-06 13:01"))
    assert mails() == []
    assert deliver_alerts(at("2026-04-06 13:01")) == 1
    assert written() == [("igor", [("first_reply", "warned")])]
    assert (rung(igor), rung(olga), waiting()) == (["clock_warned.first_reply"], [], [])


def test_a_warning_reaches_whoever_has_the_ticket(ticket, igor, olga):
    assign(ticket, olga, "2026-04-06 11:00", olga)
    run("2026-04-06 13:01")
    assert (rung(igor), rung(olga)) == ([], ["clock_warned.first_reply"])


def test_a_late_run_warns_once_at_the_highest_percent(ticket, igor):
    run("2026-04-06 13:50")
    run("2026-04-06 13:55")
    assert rung(igor) == ["clock_warned.first_reply"]


def test_a_breach_goes_up_the_line_step_by_step(ticket, igor, olga, boss):
    for when in ("2026-04-06 14:00:30", "2026-04-06 15:59", "2026-04-06 16:01", "2026-04-07 12:59", "2026-04-07 13:01"):
        run(when)
    late = [("first_reply", "broken")]
    assert written() == [("igor", late), ("olga", late), ("boss", late)]
    assert [mail.queued_at for mail in mails()] == [
        at("2026-04-06 14:00:30"), at("2026-04-06 16:01"), at("2026-04-07 13:01"),
    ]  # fmt: skip
    assert rung(igor) == rung(olga) == ["clock_breached.first_reply"]
    assert rung(boss) == ["clock_escalated.first_reply"]


def test_where_nobody_is_above_the_last_step_is_nobodys(ticket, igor, olga):
    run("2026-04-07 13:01")
    assert [who for who, _ in written()] == ["igor", "olga"]


def test_who_leads_above_and_may_not_see_the_ticket_gets_number_department_and_promise(ticket, boss):
    run("2026-04-07 13:01")
    (mail,) = [mail for mail in mails() if mail.to_address == boss.email]
    (line,) = mail.facts["lines"]
    assert (line["ticket_id"], line["subject"], line["department"]["en"], line["linked"]) == (
        ticket.id,
        "",
        "It",
        False,
    )
    assert "ticket_id" not in mail.facts
    text = render(mail, Links()).text
    assert "printer" not in text and "/tickets/" not in text and "ИТ" in text
    (notice,) = db.session.scalars(select(Notice).where(Notice.person_id == boss.id))
    assert notice.ticket_id is None and notice.facts["ticket"] == f"#{ticket.id}"
    sentence = rules.SENTENCES[notice.kind] % rules.sentence_values(notice.facts, "en")
    assert sentence == f"It is late with the first reply: #{ticket.id}"


def test_who_leads_above_and_sees_the_ticket_reads_what_it_is_about(maria, boris, boss):
    """Boris leads Maria's department, and stands above IT here."""
    with transaction():
        people.change_department(by(None, "2026-04-01 09:00"), department("it"), {"parent_id": department("sales").id})
    ticket = open_ticket(maria)
    run("2026-04-07 13:01")
    (mail,) = [mail for mail in mails() if mail.to_address == boris.email]
    assert mail.facts["lines"][0]["subject"] == ticket.subject and mail.facts["ticket_id"] == ticket.id
    assert rung(boris) == ["clock_escalated.first_reply"] and rung(boss) == []


def test_the_former_departments_promise_is_told_to_its_leads_alone(ticket, igor, olga, anna):
    hand_over(ticket, igor, "2026-04-06 15:00", "hr")
    run("2026-04-06 16:30")
    assert [who for who, _ in written()] == ["olga"]
    assert rung(anna) == []


# Policies


def test_a_policy_says_when_it_warns(maria, igor):
    promise(warn_at=[50])
    open_ticket(maria)
    for when in ("2026-04-06 11:59", "2026-04-06 12:01", "2026-04-06 13:40"):
        run(when)
    assert [mail.queued_at for mail in mails()] == [at("2026-04-06 12:01")]


def test_a_policy_says_who_is_told_after_a_breach(maria, igor, olga, boss):
    promise(escalate=[{"after": "30m", "to": "leads"}, {"after": "90m", "to": "above"}])
    open_ticket(maria)
    run("2026-04-06 14:29")
    assert written() == []
    run("2026-04-06 14:31")
    run("2026-04-06 15:31")
    assert [who for who, _ in written()] == ["olga", "boss"]


def test_a_policy_without_steps_tells_nobody_of_a_breach(maria, cast):
    promise(escalate=[], warn_at=[])
    ticket = open_ticket(maria)
    run("2026-04-09 12:00")
    assert (mails(), waiting()) == ([], [])
    assert clocks(ticket)["first_reply"].breached_at == at("2026-04-06 14:00")


# Working hours


def test_who_is_off_hears_when_they_come_in(maria, igor):
    promise(targets={"first_reply": "4h wall"})
    open_ticket(maria, when="2026-04-06 16:00")
    assert run("2026-04-06 19:01") == 0
    assert [row.deliver_at for row in waiting()] == [at("2026-04-07 09:00")]
    assert run("2026-04-07 08:59") == 0 and mails() == []
    assert run("2026-04-07 09:00") == 1
    # It broke in the night: what was a warning is told as what it is by now, and once.
    assert written() == [("igor", [("first_reply", "broken")])]
    assert mails()[0].facts["lines"][0]["due_at"] == at("2026-04-06 20:00").isoformat()


def test_nobody_hears_at_the_weekend(maria, igor):
    promise(targets={"first_reply": "4h wall"})
    open_ticket(maria, when="2026-04-10 17:00")  # Friday
    for when in ("2026-04-10 20:01", "2026-04-11 12:00", "2026-04-12 12:00"):
        assert run(when) == 0
    assert mails() == [] and rung(igor) == []
    assert run("2026-04-13 09:00:30") == 1
    assert [who for who, _ in written()] == ["igor"]


def test_everybody_has_the_hours_of_their_own_department(ticket, igor, olga):
    works_by("hr", olga)
    run("2026-04-06 16:30")  # a lead of IT at home in HR, where Monday ends at four
    assert [who for who, _ in written()] == ["igor"]
    assert run("2026-04-07 09:30") == 0
    assert run("2026-04-07 10:00") == 1
    assert [who for who, _ in written()] == ["igor", "olga"]


def test_an_alert_that_nobody_delivered_in_time_waits_for_the_next_opening(ticket, igor):
    look_at_clocks(at("2026-04-06 17:59"))
    assert [row.deliver_at for row in waiting()] == [at("2026-04-06 17:59")] * 2
    assert deliver_alerts(at("2026-04-06 23:00")) == 0
    assert {row.deliver_at for row in waiting()} == {at("2026-04-07 09:00")}
    assert mails() == []


def test_somebody_without_a_department_works_by_the_companys_calendar(ticket, igor):
    with transaction():
        people.change_person(by(None, "2026-04-01 09:00"), igor, {"department_id": None})
    look_at_clocks(at("2026-04-06 17:59"))
    deliver_alerts(at("2026-04-06 23:00"))
    assert {row.deliver_at for row in waiting()} == {at("2026-04-07 09:00")}


# Digest


def test_one_digest_lists_everything_what_is_broken_first(maria, igor):
    open_ticket(maria, when="2026-04-06 10:00")
    open_ticket(maria, when="2026-04-06 10:50")
    open_ticket(maria, when="2026-04-06 10:40")
    run("2026-04-06 14:20")
    assert written() == [("igor", [("first_reply", "broken"), ("first_reply", "warned"), ("first_reply", "warned")])]
    (mail,) = mails()
    lines = mail.facts["lines"]
    assert [line["due_at"] for line in lines] == sorted(line["due_at"] for line in lines)
    assert lines[0]["late_seconds"] == 20 * 60
    assert (mail.facts["broken"], mail.facts["warned"], mail.facts["more"], "ticket_id" in mail.facts) == (
        1,
        2,
        0,
        False,
    )
    assert render(mail, Links()).subject == "1 promise is broken, 2 more are due soon"
    assert rung(igor) == ["clock_breached.first_reply", "clock_warned.first_reply", "clock_warned.first_reply"]


def test_a_digest_of_one_belongs_to_the_thread_of_its_ticket(ticket):
    run("2026-04-06 13:01")
    (mail,) = mails()
    assert mail.facts["ticket_id"] == ticket.id
    assert render(mail, Links()).subject == f"Due soon (first reply): request #{ticket.id}: The printer is silent"


def test_many_promises_share_a_line_under_the_bell(maria, igor):
    for _ in range(rules.MOST_LINES + 1):
        open_ticket(maria)
    run("2026-04-06 13:01")
    assert rung(igor) == []
    (line,) = [line for line in queries.page(igor).items if line.kind == "promises_digest"]
    assert rules.SENTENCES[line.kind] % rules.sentence_values(line.facts, "en") == "Promises that need you: 6"
    assert line.facts["page"] == "queue"
    assert len(mails()[0].facts["lines"]) == 6


def test_a_mail_lists_so_many_and_counts_the_rest(maria, igor, monkeypatch):
    monkeypatch.setattr(rules, "MOST_IN_MAIL", 2)
    for _ in range(5):
        open_ticket(maria)
    run("2026-04-06 13:01")
    (mail,) = mails()
    assert (len(mail.facts["lines"]), mail.facts["warned"], mail.facts["more"]) == (2, 5, 3)
    assert "3 more" in render(mail, Links()).text


def test_a_digest_is_in_the_readers_language_and_zone(ticket, igor):
    with transaction():
        people.change_person(by(None, "2026-04-01 09:00"), igor, {"language": "ru", "timezone": "Asia/Omsk"})
    run("2026-04-06 14:02:30")
    rendered = render(mails()[0], Links())
    assert rendered.subject.startswith("Срок нарушен (первый ответ)")
    assert "понедельник, 6 апреля 2026, 17:00" in rendered.text
    assert "Опоздание: 2 мин" in rendered.text


def test_a_promise_stands_once_in_a_digest_by_the_gravest_that_is_known(ticket, igor, olga):
    """Olga has the ticket and leads the department."""
    assign(ticket, olga, "2026-04-06 11:00", olga)
    look_at_clocks(at("2026-04-06 13:40"))
    look_at_clocks(at("2026-04-06 14:01"))
    look_at_clocks(at("2026-04-06 16:01"))
    assert [(row.kind, row.why) for row in waiting()] == [
        ("clock_warned", "assignee"), ("clock_breached", "assignee"), ("clock_escalated", "lead"),
    ]  # fmt: skip
    deliver_alerts(at("2026-04-06 16:01"))
    assert written() == [("olga", [("first_reply", "broken")])]
    assert mails()[0].facts["explains"] is True and rung(olga) == ["clock_breached.first_reply"]


def test_a_worker_that_slept_three_days_stamps_the_true_moments_and_sends_one_digest_each(maria, igor, olga, boss):
    tickets = [open_ticket(maria), open_ticket(maria, when="2026-04-06 11:00")]
    assert run("2026-04-09 12:00") == 3
    for ticket, due in zip(tickets, ("2026-04-06 14:00", "2026-04-06 15:00"), strict=True):
        assert clocks(ticket)["first_reply"].breached_at == at(due)
        assert clocks(ticket)["stay"].breached_at is not None
    assert sorted(who for who, _ in written()) == ["boss", "igor", "olga"]
    # First reply, stay and resolution of both tickets; the last of them broke an hour before, which is no lead's matter yet.
    assert {who: len(lines) for who, lines in written()} == {"igor": 6, "olga": 5, "boss": 4}
    first = min(mails()[0].facts["lines"], key=lambda line: line["due_at"])
    assert first["due_at"] == at("2026-04-06 14:00").isoformat()
    assert run("2026-04-09 12:01") == 0


def test_alerts_wait_while_the_clocks_are_behind(ticket, igor):
    look_at_clocks(at("2026-04-06 13:01"))
    assert clocks(ticket)["first_reply"].next_look_at == at("2026-04-06 13:36")
    assert deliver_alerts(at("2026-04-06 13:38")) == 0
    assert mails() == [] and len(waiting()) == 1
    look_at_clocks(at("2026-04-06 13:38"))
    assert deliver_alerts(at("2026-04-06 13:38")) == 1
    assert written() == [("igor", [("first_reply", "warned")])]


# Silence


def act_on(what, ticket, igor, when):
    {
        "reply": lambda: reply(ticket, igor, when),
        "hold": lambda: hold(ticket, igor, when, "third_party"),
        "hand over": lambda: hand_over(ticket, igor, when, "hr"),
        "resolve": lambda: resolve(ticket, igor, when),
        "cancel": lambda: cancel(ticket, ticket.requester, when),
    }[what]()


@pytest.mark.parametrize("what", ["reply", "hold", "hand over", "resolve", "cancel"])
def test_nobody_hears_of_a_resolution_when_somebody_has_acted_since(what, maria, igor, olga):
    promise(targets={"resolution": "4h"})
    ticket = open_ticket(maria)
    look_at_clocks(at("2026-04-06 13:01"))
    assert len(waiting()) == 1
    act_on(what, ticket, igor, "2026-04-06 13:02")
    assert deliver_alerts(at("2026-04-06 13:03")) == 0
    assert (waiting(), mails(), rung(igor)) == ([], [], [])


@pytest.mark.parametrize("what", ["reply", "hold"])
def test_leads_and_those_above_are_spared_as_well(what, maria, igor, olga, boss):
    promise(targets={"resolution": "4h"}, escalate=[{"after": "0h", "to": to} for to in ("assignee", "leads", "above")])
    ticket = open_ticket(maria)
    look_at_clocks(at("2026-04-06 14:01"))
    assert len(waiting()) == 3
    act_on(what, ticket, igor, "2026-04-06 14:02")
    assert deliver_alerts(at("2026-04-06 14:03")) == 0
    assert (waiting(), mails()) == ([], [])


def test_an_act_before_the_step_does_not_silence_it(maria, igor, olga):
    promise(targets={"resolution": "4h"})
    ticket = open_ticket(maria)
    run("2026-04-06 14:01")
    reply(ticket, igor, "2026-04-06 14:30")
    run("2026-04-06 16:01")
    assert [who for who, _ in written()] == ["igor", "olga"]


def test_words_of_the_requester_and_notes_silence_nothing(ticket, maria, igor):
    look_at_clocks(at("2026-04-06 13:01"))
    reply(ticket, maria, "2026-04-06 13:02")
    note(ticket, igor, "2026-04-06 13:02")
    assert deliver_alerts(at("2026-04-06 13:03")) == 1


def test_who_took_the_ticket_needs_no_team_to_be_told(ticket, igor, olga):
    look_at_clocks(at("2026-04-06 13:01"))
    assign(ticket, olga, "2026-04-06 13:02", olga)
    assert deliver_alerts(at("2026-04-06 13:03")) == 0


def test_a_former_assignee_is_not_told(ticket, igor, olga):
    assign(ticket, olga, "2026-04-06 12:00", igor)
    look_at_clocks(at("2026-04-06 13:01"))
    assign(ticket, olga, "2026-04-06 13:02", olga)
    assert deliver_alerts(at("2026-04-06 13:03")) == 0


def test_a_warning_of_a_promise_that_got_more_time_is_dropped(maria, igor):
    ticket = open_ticket(maria, priority="urgent")  # resolution in four hours
    look_at_clocks(at("2026-04-06 13:01"))
    assert [row for row in waiting() if row.clock_id == clocks(ticket)["resolution"].id]
    change_priority(ticket, igor, "2026-04-06 13:02", "normal")
    deliver_alerts(at("2026-04-06 13:03"))
    assert ("resolution", "warned") not in [line for _, lines in written() for line in lines]


def test_who_left_is_not_told(ticket, igor):
    look_at_clocks(at("2026-04-06 13:01"))
    with transaction():
        people.change_person(by(None, "2026-04-06 13:02"), igor, {"active": False})
    assert deliver_alerts(at("2026-04-06 13:03")) == 0
    assert waiting() == []


@pytest.mark.parametrize("who", ["igor", "olga"])
def test_who_lost_the_role_is_not_told(who, ticket, cast):
    look_at_clocks(at("2026-04-06 16:01"))
    person = getattr(cast, who)
    with transaction():
        people.set_roles(by(None, "2026-04-06 16:02"), person, [])
    deliver_alerts(at("2026-04-06 16:03"))
    assert who not in [name for name, _ in written()] and len(mails()) == 1


def test_nothing_older_than_two_weeks_is_told(ticket, igor, olga):
    run("2026-04-20 14:01")
    told = {who: {metric for metric, _ in lines} for who, lines in written()}
    assert told["igor"] == {"resolution", "stay"}
    # The step to the leads came two hours later, and is not yet two weeks old.
    assert told["olga"] == {"first_reply", "resolution", "stay"}
    assert clocks(ticket)["first_reply"].breached_at == at("2026-04-06 14:00")


def test_of_the_past_nobody_is_told(maria, cast):
    ticket = open_ticket(maria, door="import")
    for when in ("2026-04-06 13:01", "2026-04-06 16:01"):
        with transaction():
            assert sla.look_at_clock(by(None, when, "import"), clocks(ticket)["first_reply"].id)
    assert waiting() == []


# Confidential


@pytest.fixture
def secret(maria):
    """To HR, which has an agent and no lead yet. Mon 10:00; first reply due at the end of Tuesday, 16:00."""
    return open_ticket(maria, "hr.trouble", subject="SECRET subject", description="SECRET")


@pytest.fixture
def hr_lead(cast):
    with transaction():
        stamp = by(None, "2026-04-01 09:00")
        person = people.add_person(stamp, email="hanna@example.com", name="Hanna", department=department("hr"))
        people.grant(stamp, person, "lead", department("hr"))
        people.change_department(stamp, department("hr"), {"parent_id": department("sales").id})
    return person


def test_of_a_confidential_request_the_leads_hear_the_number_and_nobody_above(hr_lead, secret, anna, boris):
    run("2026-04-08 15:00")
    assert {who for who, _ in written()} == {"hanna"}
    (mail,) = mails()
    (line,) = mail.facts["lines"]
    assert (line["subject"], line["department"], line["ticket_id"]) == ("", {}, secret.id)
    assert "SECRET" not in render(mail, Links()).text
    assert mail.facts["ticket_id"] == secret.id
    assert [row.why for row in waiting()] == [] and rung(boris) == [] and rung(anna) == []
    run("2026-04-15 15:00")
    assert {who for who, _ in written()} == {"hanna"}


def test_whose_department_gave_a_confidential_request_away_hears_no_more(hr_lead, secret):
    look_at_clocks(at("2026-04-08 15:00"))
    assert waiting()
    with transaction():
        people.set_roles(by(None, "2026-04-08 15:01"), hr_lead, [("lead", department("it").id)])
    assert deliver_alerts(at("2026-04-08 15:02")) == 0
    assert (waiting(), mails()) == ([], [])


def test_a_request_that_became_confidential_is_named_by_its_number(maria, igor, olga):
    ticket = open_ticket(maria)
    assign(ticket, olga, "2026-04-06 12:00", igor)
    look_at_clocks(at("2026-04-06 13:01"))
    with transaction():
        ticket.confidential = True
    assert deliver_alerts(at("2026-04-06 13:02")) == 1
    assert mails()[0].facts["lines"][0]["subject"] == ""
    (notice,) = db.session.scalars(select(Notice).where(Notice.kind == "clock_warned.first_reply"))
    assert notice.facts == {"ticket": f"#{ticket.id}"}


# Cost


def test_a_digest_costs_the_same_whatever_its_length(maria, igor, count_queries):
    def cost(number):
        for _ in range(number):
            open_ticket(maria, when="2026-04-06 10:00")
        look_at_clocks(at("2026-04-06 13:01"))
        count_queries()
        assert deliver_alerts(at("2026-04-06 13:01")) == 1
        return count_queries()

    assert cost(2) == cost(20)


def test_every_digest_is_a_mail_of_its_own(maria, igor):
    """SQLite gives the number of a row that is gone to the next one."""
    first, second = open_ticket(maria), open_ticket(maria)
    for ticket, day in ((first, "2026-04-06"), (second, "2026-04-07")):
        assign(ticket, igor, f"{day} 10:05", igor)
    for when in ("2026-04-06 13:30", "2026-04-06 14:30", "2026-04-07 10:30"):
        run(when)
    assert len({mail.once for mail in mails()}) == len(mails()) > 1
    assert len([mail for mail in mails() if mail.to_address == igor.email]) == len(rung_at(igor))


def rung_at(person):
    """The moments at which the bell rang for somebody."""
    query = select(Notice.created_at).where(Notice.person_id == person.id, Notice.kind.like("clock%")).distinct()
    return list(db.session.scalars(query))
