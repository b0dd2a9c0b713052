"""The running month."""

from __future__ import annotations

from datetime import timedelta

from servicedesk.kernel.transaction import transaction
from servicedesk.reports import figures, queries
from tests.cast import at
from tests.reports.conftest import APRIL, hours


def test_it_shows_what_broke_what_may_break_and_what_waits(company):
    day = APRIL + timedelta(days=3)
    with transaction():
        company.clock(company.ticket(), broken=APRIL + hours(9))
        for days, hidden in ((1, False), (2, True), (9, False)):
            clock = company.clock(company.ticket(confidential=hidden))
            clock.due_at = day + timedelta(days=days)
        company.clock(company.ticket(to=company.hr), broken=APRIL + hours(9))
    found = queries.live([company.it.id], "2026-04", day)
    assert found.broken == {"resolution": 1}
    assert found.at_risk_count == 2
    assert [row.due_at - day for row in found.at_risk.items] == [timedelta(days=1), timedelta(days=2)]
    first, second = found.at_risk.items
    assert (first.subject, first.ball) == ("s", "supplier") and first.ticket_id
    assert second.ticket_id is None and second.subject is None
    assert found.backlog_by_age == [(2, 0), (7, 4), (30, 0), (None, 0)]
    assert found.load_by_customer == {company.sales.id: 4}


def test_nobody_leads_nothing(company):
    found = queries.live([], "2026-04", APRIL)
    assert (found.broken, found.at_risk.items, found.load_by_customer) == ({}, [], {})


def test_confidential_tickets_count_for_those_who_lead_the_department_alone(company):
    day = APRIL + timedelta(days=3)
    with transaction():
        company.clock(company.ticket(confidential=True), broken=APRIL + hours(9))
        company.clock(company.ticket(confidential=True)).due_at = day + timedelta(days=1)
        company.clock(company.ticket()).due_at = day + timedelta(days=2)
    leading = queries.live([company.it.id], "2026-04", day, led=[company.it.id])
    assert (leading.broken, leading.at_risk_count, leading.load_by_customer[company.sales.id]) == (
        {"resolution": 1},
        2,
        3,
    )
    other = queries.live([company.it.id], "2026-04", day, led=[])
    assert (other.broken, other.at_risk_count, len(other.at_risk.items)) == ({}, 1, 1)
    assert other.load_by_customer == {company.sales.id: 1}
    assert sum(count for _, count in other.backlog_by_age) == 1


def test_it_says_why_promises_broke_and_whose_turn_it_was(company):
    day = APRIL + timedelta(days=3)
    with transaction():
        for excused, ball in ((None, "supplier"), (True, "third_party"), (False, "supplier"), (None, None)):
            company.clock(company.ticket(), broken=APRIL + hours(9), excused=excused).ball_at_breach = ball
        company.clock(company.ticket(), broken=day + hours(1))
    found = queries.live([company.it.id], "2026-04", day)
    assert list(found.reasons.items()) == [(None, 2), ("third_party", 2)]
    assert found.balls == {"supplier": 2, "third_party": 1}


def test_it_compares_with_the_same_day_of_the_month_before(company):
    with transaction():
        for broken, filed in ((at("2026-03-08 09:59"), at("2026-03-02")), (at("2026-03-10"), at("2026-03-10"))):
            company.clock(company.ticket(filed), broken=broken)
        company.ticket(to=company.it, asker=company.lead)
    found = queries.live([company.it.id], "2026-04", at("2026-04-08 10:00"))
    assert found.same_day == at("2026-03-08 10:00")
    assert (found.broken, found.broken_before) == ({}, 1)
    assert (found.load_by_customer, found.load_before) == ({company.it.id: 1}, {company.sales.id: 1})
    assert found.customers == [company.it.id, company.sales.id]


def test_what_is_at_risk_comes_in_pages(company):
    with transaction():
        for minutes in range(5):
            company.clock(company.ticket()).due_at = APRIL + timedelta(minutes=1 + minutes)
    seen, cursor = [], None
    while len(seen) < 9:
        page = queries.live([company.it.id], "2026-04", APRIL, cursor=cursor, limit=2).at_risk
        seen += [row.due_at for row in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [APRIL + timedelta(minutes=1 + minutes) for minutes in range(5)]


def test_ages_are_counted_as_in_a_closed_month(company):
    now = APRIL + timedelta(days=40)
    ages = [timedelta(days=2), timedelta(days=2, seconds=1), timedelta(days=7), timedelta(days=30), timedelta(days=31)]
    with transaction():
        rows = [company.ticket(now - age) for age in ages]
    plain = [figures.TicketRow(row.id, row.department_id, row.customer_department_id, row.created_at) for row in rows]
    assert queries.live([company.it.id], "2026-05", now).backlog_by_age == figures.backlog_by_age(plain, now)
