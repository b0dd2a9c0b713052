"""Who reads which part of a report."""

from __future__ import annotations

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.reports import queries
from servicedesk.reports.access import (
    department_report_for,
    issues_for,
    live_for,
    report_for,
    report_list_for,
    report_rows_for,
)
from servicedesk.reports.actions import close_month
from servicedesk.reports.document import LISTS, text_of
from servicedesk.reports.models import ReportListPage
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


def rows_of(person, key, name):
    return report_list_for(person, "2026-04", key, name).items


def test_a_lead_reads_comments_and_breaches_of_the_own_department_only(april):
    found = parts(report_for(april.lead, "2026-04"))
    assert rows_of(april.lead, "it", "comments") == [{"text": "it comment"}] * 5
    assert rows_of(april.lead, "it", "breaches")[0]["ticket_id"]
    assert found["it"]["lists"]["comments"]["rows"] == 5
    assert found["hr"]["lists"]["comments"] is None and found["hr"]["lists"]["breaches"] is None
    for name in LISTS:
        with pytest.raises(NotFound):
            rows_of(april.lead, "hr", name)
        with pytest.raises(NotFound):
            report_rows_for(april.lead, "2026-04", "hr", name)
    assert found["hr"]["promises"]["resolution"]["broken"] == 1


def test_a_lead_does_not_get_the_department_report_of_others(april):
    assert department_report_for(april.lead, "2026-04", "it")["department"]["key"] == "it"
    for key in ("hr", "sales", "nowhere"):
        with pytest.raises(NotFound):
            department_report_for(april.lead, "2026-04", key)


def test_a_report_reader_reads_everything_and_no_ticket_number(april):
    report = report_for(april.reader, "2026-04")
    assert rows_of(april.reader, "hr", "comments") == [{"text": "hr comment"}] * 5
    (breach,) = rows_of(april.reader, "it", "breaches")
    assert (breach["ticket_id"], breach["clock_id"], breach["reason_text"]) == (None, None, "the vendor")
    assert list(report_rows_for(april.reader, "2026-04", "it", "breaches")) == [breach]
    assert report["chains"][0]["ticket_ids"] is None


def test_an_administrator_sees_the_numbers(april):
    report = report_for(april.admin, "2026-04")
    assert rows_of(april.admin, "hr", "breaches")[0]["ticket_id"]
    assert len(report["chains"][0]["ticket_ids"]) == 1


def test_low_ratings_are_read_by_the_lead_alone(april):
    assert rows_of(april.lead, "it", "low_ratings") == []
    for person in (april.admin, april.reader):
        assert parts(report_for(person, "2026-04"))["it"]["lists"]["low_ratings"] is None
        with pytest.raises(NotFound):
            rows_of(person, "it", "low_ratings")


def test_a_breach_of_a_confidential_request_is_not_listed_for_others(company):
    with transaction():
        company.clock(company.ticket(confidential=True), broken=APRIL + hours(9))
        company.clock(company.ticket(), broken=APRIL + hours(9))
        close_month(MAY, "2026-04")
    assert [row["confidential"] for row in rows_of(company.lead, "it", "breaches")] == [True, False]
    for person in (company.reader, company.admin):
        assert [row["confidential"] for row in rows_of(person, "it", "breaches")] == [False]
        assert len(list(report_rows_for(person, "2026-04", "it", "breaches"))) == 1


def test_a_list_comes_in_pages_of_a_hundred(company):
    with transaction():
        for _ in range(201):
            company.clock(company.ticket(), broken=APRIL + hours(9))
        close_month(MAY, "2026-04")
    pages, cursor = [], None
    while cursor is not None or not pages:
        page = report_list_for(company.lead, "2026-04", "it", "breaches", cursor)
        pages.append(page.items)
        cursor = page.next
    assert [len(rows) for rows in pages] == [100, 100, 1]
    assert [row for rows in pages for row in rows] == list(report_rows_for(company.lead, "2026-04", "it", "breaches"))
    for cursor in ("0", "-1", "x", "٢", "9999999"):
        with pytest.raises(Invalid):
            report_list_for(company.lead, "2026-04", "it", "breaches", cursor)


def test_a_report_of_before_the_lists_stood_beside_it_reads_the_same(april):
    """Until method 3 they were in the document, comments as bare texts."""
    with transaction():
        row = queries.issue("2026-04")
        old = queries.whole_document_of(row) | {"method": 3}
        for part in old["departments"]:
            part["comments"] = [comment["text"] for comment in part["comments"]]
            for name in ("lists", "thanks", "low_ratings"):
                del part[name]
        row.document = text_of(old)
    assert rows_of(april.lead, "it", "comments") == [{"text": "it comment"}] * 5
    assert len(rows_of(april.reader, "it", "breaches")) == 1
    part = department_report_for(april.reader, "2026-04", "it")["department"]
    assert "comments" not in part and part["lists"]["comments"] == {"rows": 5, "pages": 1}
    with pytest.raises(NotFound):
        rows_of(april.lead, "it", "thanks")


def test_what_was_changed_in_the_database_is_noticed(april):
    assert queries.is_intact(queries.issue("2026-04"))
    with transaction():
        page = db.session.query(ReportListPage).filter_by(name="breaches", department_key="it").one()
        page.rows = [row | {"excused": True} for row in page.rows]
    assert not queries.is_intact(queries.issue("2026-04"))


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
