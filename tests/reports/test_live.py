"""The running month."""

from __future__ import annotations

from datetime import timedelta

from servicedesk.kernel.transaction import transaction
from servicedesk.reports import queries
from tests.reports.conftest import APRIL, hours


def test_it_shows_what_broke_what_may_break_and_what_waits(company):
    at = APRIL + timedelta(days=3)
    with transaction():
        company.clock(company.ticket(), broken=APRIL + hours(9))
        for days, hidden in ((1, False), (2, True), (9, False)):
            clock = company.clock(company.ticket(confidential=hidden))
            clock.due_at = at + timedelta(days=days)
        company.clock(company.ticket(to=company.hr), broken=APRIL + hours(9))
    found = queries.live([company.it.id], "2026-04", at)
    assert found.broken == {"resolution": 1}
    assert found.at_risk_count == 2
    assert [row.due_at - at for row in found.at_risk] == [timedelta(days=1), timedelta(days=2)]
    assert found.at_risk[0].ticket_id and found.at_risk[1].ticket_id is None
    assert found.backlog_by_age == [(2, 0), (7, 4), (30, 0), (None, 0)]
    assert found.load_by_customer == {company.sales.id: 4}


def test_nobody_leads_nothing(company):
    found = queries.live([], "2026-04", APRIL)
    assert (found.broken, found.at_risk, found.load_by_customer) == ({}, [], {})


def test_confidential_tickets_count_for_those_who_lead_the_department_alone(company):
    at = APRIL + timedelta(days=3)
    with transaction():
        company.clock(company.ticket(confidential=True), broken=APRIL + hours(9))
        company.clock(company.ticket(confidential=True)).due_at = at + timedelta(days=1)
        company.clock(company.ticket()).due_at = at + timedelta(days=2)
    leading = queries.live([company.it.id], "2026-04", at, led=[company.it.id])
    assert (leading.broken, leading.at_risk_count, leading.load_by_customer[company.sales.id]) == (
        {"resolution": 1},
        2,
        3,
    )
    other = queries.live([company.it.id], "2026-04", at, led=[])
    assert (other.broken, other.at_risk_count, len(other.at_risk)) == ({}, 1, 1)
    assert other.load_by_customer == {company.sales.id: 1}
    assert sum(count for _, count in other.backlog_by_age) == 1
