"""Who reads which part of a report."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.reports import queries
from servicedesk.reports.access import department_report_for, issues_for, live_for, report_for
from servicedesk.reports.actions import close_month
from tests.reports.conftest import APRIL, MAY, hours


@pytest.fixture
def april(company):
    with transaction():
        company.clock(company.ticket(), broken=APRIL + hours(9), excused=False)
        company.clock(company.ticket(to=company.hr), broken=APRIL + hours(9))
        resolved = APRIL + hours(7)
        company.ticket(to=company.hr, moved=(APRIL + hours(5), company.sales), resolved=resolved)
        for who in range(5):
            company.rating(who, comment="it comment")
            company.rating(who, of=company.hr, comment="hr comment")
    with transaction():
        close_month(MAY, "2026-04")
    return company


def parts(report):
    return {row["key"]: row for row in report["departments"]}


@pytest.mark.parametrize("who", ["asker", "agent"])
def test_others_do_not_learn_that_there_is_a_report(april, who):
    person = getattr(april, who)
    for month in ("2026-04", "2026-05", "nonsense"):
        with pytest.raises(NotFound) as refusal:
            report_for(person, month)
        with pytest.raises(NotFound) as other:
            department_report_for(person, month, "it")
        assert str(refusal.value) == str(other.value)
    assert issues_for(person) == []


@pytest.mark.parametrize("who", ["lead", "reader", "admin"])
def test_an_open_or_malformed_month_is_not_found(april, who):
    for month in ("2026-05", "nonsense", "2026-04-01", ""):
        with pytest.raises(NotFound):
            report_for(getattr(april, who), month)
    assert len(issues_for(getattr(april, who))) == 1


def test_a_lead_reads_comments_and_breaches_of_the_own_department_only(april):
    found = parts(report_for(april.lead, "2026-04"))
    assert found["it"]["comments"] == ["it comment"] * 5
    assert found["it"]["breaches"][0]["ticket_id"]
    assert found["hr"]["comments"] is None and found["hr"]["breaches"] is None
    assert found["hr"]["promises"]["resolution"]["broken"] == 1


def test_a_lead_does_not_get_the_department_report_of_others(april):
    assert department_report_for(april.lead, "2026-04", "it")["department"]["key"] == "it"
    for key in ("hr", "sales", "nowhere"):
        with pytest.raises(NotFound):
            department_report_for(april.lead, "2026-04", key)


def test_a_report_reader_reads_everything_and_no_ticket_number(april):
    report = report_for(april.reader, "2026-04")
    found = parts(report)
    assert found["hr"]["comments"] == ["hr comment"] * 5
    assert [row["ticket_id"] for row in found["it"]["breaches"]] == [None]
    assert [row["clock_id"] for row in found["it"]["breaches"]] == [None]
    assert found["it"]["breaches"][0]["reason_text"] == "the vendor"
    assert report["chains"][0]["ticket_ids"] is None


def test_an_administrator_sees_the_numbers(april):
    report = report_for(april.admin, "2026-04")
    assert parts(report)["hr"]["breaches"][0]["ticket_id"]
    assert len(report["chains"][0]["ticket_ids"]) == 1


def test_a_lead_off_the_route_sees_no_numbers_of_a_chain(april):
    assert report_for(april.lead, "2026-04")["chains"][0]["ticket_ids"] is None


def test_reading_does_not_change_what_is_stored(april):
    before = queries.document_of("2026-04")
    report_for(april.reader, "2026-04")
    assert queries.document_of("2026-04") == before


def test_the_running_month_is_for_those_who_lead(april):
    assert live_for(april.lead, APRIL + hours(10)).broken == {"resolution": 1}
    assert live_for(april.admin, APRIL + hours(10)).broken == {"resolution": 2}
    assert live_for(april.admin, APRIL + hours(10), "hr").broken == {"resolution": 1}
    for person, key in (
        (april.asker, None),
        (april.agent, "it"),
        (april.reader, None),
        (april.lead, "hr"),
        (april.lead, "x"),
    ):
        with pytest.raises(NotFound):
            live_for(person, APRIL, key)
