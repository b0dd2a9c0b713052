"""Leads are asked for missing reasons on the second working day after a month: once each, and only for what they may see."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from servicedesk.jobs import months
from servicedesk.kernel.db import db as handle
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications.models import Notice
from servicedesk.people import actions as people
from servicedesk.reports import actions as reports
from servicedesk.reports import queries, rules
from servicedesk.sla import actions as sla
from servicedesk.sla_engine import BusinessCalendar
from tests.build import clocks, open_ticket, reply, resolve
from tests.cast import at, by, department, load_cast

# The 1st of April 2026 is a Wednesday: reasons are asked for on Thursday morning, the report closes on Friday evening.
BEFORE, MORNING, LATER, CLOSED = "2026-04-02 08:59", "2026-04-02 09:00", "2026-04-03 17:59", "2026-04-03 18:00"


@pytest.fixture
def late(maria, igor):
    """A first reply that IT broke in March."""
    ticket = open_ticket(maria, when="2026-03-02 10:00")
    reply(ticket, igor, "2026-03-02 17:00")
    return clocks(ticket)["first_reply"]


def lines(db):
    found = db.session.scalars(select(Notice).where(Notice.kind == "breaches_unexplained").order_by(Notice.id))
    return [(line.person_id, line.facts) for line in found]


def mails(db):
    found = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "breaches_unexplained"))
    return [mail.to_address for mail in found.all()]


def test_the_lead_is_asked_once(db, olga, late):
    assert months.ask_for_reasons(at(BEFORE)) == 0
    assert [months.ask_for_reasons(at(when)) for when in (MORNING, MORNING, LATER)] == [1, 0, 0]
    assert lines(db) == [(olga.id, {"month": "2026-03", "count": 1, "closes_on": "2026-04-03"})]
    assert mails(db) == ["olga@example.com"]


def act(olga, title, due_on):
    with transaction():
        stamp = by(olga, "2026-03-10 10:00")
        return reports.set_improvement(stamp, department("it"), olga, title=title, due_on=date.fromisoformat(due_on))


def test_open_actions_stand_in_the_same_line_and_mail(db, client, olga, late):
    act(olga, "Two on duty", "2026-03-20")
    act(olga, "A plain letter", "2026-05-01")
    assert [months.ask_for_reasons(at(when)) for when in (MORNING, LATER)] == [1, 0]
    page = client.sign_in(olga).get("/notifications").text
    assert "March 2026: 1. Actions still open: 2, overdue: 1. The report closes on 3 April 2026." in page
    [mail] = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "breaches_unexplained")).all()
    assert [one["title"] for one in mail.facts["actions"]] == ["Two on duty", "A plain letter"]


def test_what_is_due_between_the_asking_and_the_closing_is_overdue_in_no_part_of_the_mail(db, olga, late):
    act(olga, "Two on duty", "2026-04-02")
    assert months.ask_for_reasons(at(MORNING)) == 1
    [mail] = db.session.scalars(select(OutgoingMail).where(OutgoingMail.template == "breaches_unexplained")).all()
    assert (mail.facts["overdue"], [one["overdue"] for one in mail.facts["actions"]]) == (0, [False])


def test_a_lead_with_nothing_to_explain_is_reminded_of_open_actions_alone(db, client, olga):
    action = act(olga, "Two on duty", "2026-03-20")
    assert months.ask_for_reasons(at(MORNING)) == 1
    page = client.sign_in(olga).get("/notifications").text
    assert "Actions still open: 1, overdue: 1. The report of March 2026 closes on 3 April 2026." in page
    assert "/improvements" in page
    assert action.state == "open"


def test_after_the_closing_moment_nobody_is_asked(db, late):
    assert months.ask_for_reasons(at(CLOSED)) == 0
    assert months.ask_for_reasons(at("2026-04-20 12:00")) == 0
    assert lines(db) == []


def test_a_month_that_is_closed_already_needs_no_reasons(db, late):
    with transaction():
        reports.close_month(by(None, "2026-04-01 12:00", "cli"), "2026-03")
    assert months.ask_for_reasons(at(MORNING)) == 0


def test_who_has_explained_everything_is_left_in_peace(db, olga, late):
    with transaction():
        sla.explain_breach(by(olga, "2026-04-01 10:00"), late, olga, code="workload", text="Busy.")
    assert months.ask_for_reasons(at(MORNING)) == 0


def test_breaches_of_other_months_do_not_count(db, maria, igor, late):
    reply(open_ticket(maria, when="2026-04-01 09:00"), igor, "2026-04-01 17:00")
    months.ask_for_reasons(at(MORNING))
    assert [facts["count"] for _, facts in lines(db)] == [1]


def test_a_confidential_breach_is_told_only_to_the_lead_who_sees_it(db, maria, anna, cast, late):
    ticket = open_ticket(maria, "hr.trouble", when="2026-03-02 10:00")
    reply(ticket, anna, "2026-03-05 15:00")
    with transaction():
        people.grant(by(None, "2026-03-01 10:00"), cast.rita, "lead", department("hr"))
    assert months.ask_for_reasons(at(MORNING)) == 2
    assert dict(lines(db))[cast.rita.id]["count"] == 1
    assert dict(lines(db))[cast.olga.id]["count"] == 1


def test_who_left_is_not_asked(db, olga, late):
    with transaction():
        people.change_person(by(None, "2026-03-20 10:00"), olga, {"active": False})
    assert months.ask_for_reasons(at(MORNING)) == 0


@pytest.mark.parametrize("door", ["import", "demo"])
def test_while_the_past_is_told_nobody_is_asked(db, olga, late, door):
    with transaction():
        assert not reports.ask_for_reasons(by(None, MORNING, door), olga.id, "2026-03")
    assert lines(db) == []


def test_a_fault_with_one_lead_leaves_the_others_asked(db, olga, boris, igor, late, monkeypatch):
    offer = open_ticket(igor, "sales.offer", "2026-03-02 09:00")
    resolve(offer, boris, "2026-03-20 15:00")
    ask = reports.ask_for_reasons

    def fail_for_boris(stamp, person_id, month):
        if person_id == boris.id:
            raise ValueError("a broken row")
        return ask(stamp, person_id, month)

    monkeypatch.setattr(reports, "ask_for_reasons", fail_for_boris)
    assert months.ask_for_reasons(at(MORNING)) == 1
    monkeypatch.undo()
    assert months.ask_for_reasons(at(LATER)) == 1
    assert sorted(person_id for person_id, _ in lines(db)) == sorted([olga.id, boris.id])


def test_the_bell_and_the_page_say_it_in_words(client, olga, late):
    months.ask_for_reasons(at(MORNING))
    page = client.sign_in(olga).get("/notifications").text
    assert "Broken promises without a reason, March 2026: 1. The report closes on 3 April 2026." in page
    address = "/reports/breaches?month=2026-03&amp;standing=unexplained"
    assert address in page
    assert f"breach-{late.id}" in client.get(address.replace("&amp;", "&")).text


def test_working_days_are_the_companys(db, cast):
    office = BusinessCalendar(
        "Europe/Moscow", {day: [("09:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
    )
    # The 1st of August 2026 is a Saturday: Monday is the first working day.
    assert rules.asked_at("2026-07", office, "Europe/Moscow") == at("2026-08-04 09:00")
    assert rules.asked_at("2026-07", rules.weekdays("UTC"), "UTC") < queries.closing_moment("2026-07")
    night = BusinessCalendar("Europe/Moscow", {"sat": [("10:00", "12:00")]})
    assert rules.asked_at("2026-07", night, "Europe/Moscow") == at("2026-08-08 10:00")


def test_four_workers_at_once_ask_once(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        ticket = open_ticket(cast.maria, when="2026-03-02 10:00")
        reply(ticket, cast.igor, "2026-03-02 17:00")
    together = threading.Barrier(4)

    def work(_number):
        with own_desk.app_context():
            together.wait()
            return months.ask_for_reasons(at(MORNING))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    with own_desk.app_context():
        assert (len(lines(handle)), mails(handle)) == (1, ["olga@example.com"])
