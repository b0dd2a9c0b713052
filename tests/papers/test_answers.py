"""The files of a closed month at the doors: who gets them, in which language, and not twice."""

from __future__ import annotations

import csv
import io

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Person
from servicedesk.reports import actions as reports
from tests.build import open_ticket, reply, resolve
from tests.cast import Cast, by
from tests.doors import Browser, Program
from tests.web.sheets import cells_of, names_of

KINDS = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.fixture
def march(cast: Cast) -> int:
    """A closed month with one promise broken by IT; gives the ticket's id."""
    ticket = open_ticket(cast.maria, when="2026-03-02 10:00")
    reply(ticket, cast.igor, "2026-03-02 17:00")
    resolve(ticket, cast.igor, "2026-03-03 10:00")
    with transaction():
        reports.close_month(by(None, "2026-04-06 10:00"), "2026-03")
    return ticket.id


def rows_of(data: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))


@pytest.mark.parametrize("kind", KINDS)
def test_who_reads_the_page_gets_its_files(client: Browser, cast: Cast, march: int, kind: str) -> None:
    for person, pages in (
        (cast.rita, ["2026-03", "2026-03/it"]), (cast.olga, ["2026-03/it"]), (cast.adam, ["2026-03", "2026-03/hr"]),
    ):  # fmt: skip
        client.sign_in(person)
        for page in pages:
            answer = client.get(f"/reports/{page}.{kind}")
            assert (answer.status_code, answer.content_type) == (200, KINDS[kind])
            name = "-".join(["report", *page.split("/")])
            assert answer.headers["Content-Disposition"] == f"attachment; filename={name}.{kind}"
    for person in (cast.maria, cast.igor, cast.stranger):
        client.sign_in(person)
        assert client.get(f"/reports/2026-03.{kind}").status_code == 404
        assert client.get(f"/reports/2026-03/it.{kind}").status_code == 404


def test_the_company_as_a_table_has_a_row_for_each_department(api: Program, rita: Person, march: int) -> None:
    head, company, *departments = rows_of(api.as_person(rita).get("/api/v1/reports/2026-03.csv").data)
    assert [row[1] for row in departments] == sorted(row[1] for row in departments)
    broken = head.index("First reply: broken")
    assert (company[1], company[broken]) == ("", "1")
    assert {row[1]: row[broken] for row in departments}["it"] == "1"


def test_a_department_as_a_table_has_a_row_for_each_figure(api: Program, olga: Person, march: int) -> None:
    head, *rows = rows_of(api.as_person(olga).get("/api/v1/reports/2026-03/departments/it.csv").data)
    figures = {row[1]: dict(zip(head, row, strict=True)) for row in rows}
    assert figures["first_reply_broken"]["Value"] == "1"
    assert (figures["resolution_kept"]["Value"], figures["resolution_kept"]["Of"]) == ("1.0", "1")
    assert figures["resolution_median"]["Value"] == "9:00"


def test_a_workbook_tells_a_lead_of_breaches_and_others_not(api: Program, cast: Cast, march: int) -> None:
    data = api.as_person(cast.olga).get("/api/v1/reports/2026-03/departments/it.xlsx").data
    place = names_of(data).index("Broken promises") + 1
    row = cells_of(data, place)[1]
    assert (row[1].text, row[3].moment) == (str(march), "2026-03-02 14:00")
    data = api.as_person(cast.rita).get("/api/v1/reports/2026-03.xlsx").data
    assert cells_of(data, names_of(data).index("Broken promises") + 1)[1][1].text == "", "no number for a report reader"
    data = api.as_person(cast.boris).get("/api/v1/reports/2026-03.xlsx").data
    assert {row[0].text for row in cells_of(data, names_of(data).index("Broken promises") + 1)[1:]} == set(), (
        "leads of other departments read no single breaches"
    )


def test_programs_choose_the_language_and_people_have_theirs(api: Program, rita: Person, march: int) -> None:
    api.as_person(rita)
    own = rows_of(api.get("/api/v1/reports/2026-03.csv").data)[0]
    russian = api.get("/api/v1/reports/2026-03.csv", headers={"Accept-Language": "ru"})
    assert (own[0], rows_of(russian.data, ";")[0][0]) == ("Month", "Месяц")


def test_a_file_is_not_sent_twice_to_who_has_it(api: Program, cast: Cast, march: int) -> None:
    address = "/api/v1/reports/2026-03/departments/it.xlsx"
    first = api.as_person(cast.olga).get(address)
    assert api.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    other = api.get(address, headers={"If-None-Match": first.headers["ETag"], "Accept-Language": "ru"})
    assert other.status_code == 200, "another language is another file"
    reader = api.as_person(cast.rita).get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert reader.status_code == 200, "who may see less has another file"
    with transaction():
        reports.close_month(by(None, "2026-04-07 10:00"), "2026-03", reason="A ticket was forgotten.")
    again = api.as_person(cast.olga).get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200, "a corrected report is another file"


@pytest.mark.parametrize("month", ["2026-02", "2026-13", "march", "%00", "0000-01"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_month_without_a_report_has_no_files(api: Program, rita: Person, march: int, month: str, kind: str) -> None:
    api.as_person(rita)
    assert api.get(f"/api/v1/reports/{month}.{kind}").status_code == 404
    assert api.get(f"/api/v1/reports/{month}/departments/it.{kind}").status_code == 404
    assert api.get(f"/api/v1/reports/2026-03/departments/{month}.{kind}").status_code == 404


def test_the_pages_lead_to_their_files_of_the_same_issue(client: Browser, olga: Person, march: int) -> None:
    for page in ("/reports/2026-03", "/reports/2026-03/it"):
        text = client.sign_in(olga).get(page).text
        assert all(f'href="{page}.{kind}?issue=1"' in text for kind in KINDS)


def test_an_earlier_issue_has_its_own_files(client: Browser, olga: Person, march: int) -> None:
    with transaction():
        reports.close_month(by(None, "2026-04-07 10:00"), "2026-03", reason="A ticket was forgotten.")
    sheets = {
        issue: cells_of(client.sign_in(olga).get(f"/reports/2026-03.xlsx?issue={issue}").data)[3][1].text
        for issue in (1, 2)
    }
    assert sheets == {1: "1", 2: "2"}
    assert client.get("/reports/2026-03.xlsx?issue=3").status_code == 404
    assert client.get("/reports/2026-03.xlsx?issue=x").status_code == 422
