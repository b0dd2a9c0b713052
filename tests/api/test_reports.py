"""Reports and broken promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Person
from servicedesk.reports import actions as reports
from tests.build import open_ticket, reply, resolve
from tests.cast import Cast, by
from tests.doors import Program
from tests.web.sheets import cells_of, names_of


@pytest.fixture
def march(cast: Cast) -> int:
    """A closed month with one promise broken by IT; gives the ticket's id."""
    ticket = open_ticket(cast.maria, when="2026-03-02 10:00")
    reply(ticket, cast.igor, "2026-03-02 17:00")
    resolve(ticket, cast.igor, "2026-03-03 10:00")
    with transaction():
        reports.close_month(by(None, "2026-04-06 10:00"), "2026-03")
    return ticket.id


def test_the_stored_document_is_given_to_who_reads_it(api: Program, cast: Cast, march: int) -> None:
    document = api.as_person(cast.rita).get("/api/v1/reports/2026-03").json
    assert (document["month"], document["number"]) == ("2026-03", 1)
    assert document["promises"]["first_reply"]["broken"] == 1
    assert api.get("/api/v1/reports/2026-03").json == document
    part = api.as_person(cast.olga).get("/api/v1/reports/2026-03/departments/it").json
    assert part["department"]["key"] == "it"
    assert part["department"]["lists"]["breaches"]["rows"] == 1


def test_its_lists_are_given_beside_it(api: Program, cast: Cast, march: int) -> None:
    address = "/api/v1/reports/2026-03/departments/it"
    listed = api.as_person(cast.olga).get(f"{address}/breaches").json
    assert ([row["ticket_id"] for row in listed["items"]], listed["next"]) == ([march], None)
    assert [row["ticket_id"] for row in api.as_person(cast.rita).get(f"{address}/breaches").json["items"]] == [None]
    assert api.get(f"{address}/breaches?cursor=x").status_code == 422
    assert api.get(f"{address}/breaches?cursor=2").json == {"items": [], "next": None}
    for name in ("comments", "thanks"):
        assert api.get(f"{address}/{name}").json == {"items": [], "next": None}
        assert api.as_person(cast.boris).get(f"{address}/{name}").status_code == 404
        api.as_person(cast.rita)


def test_closed_months_are_listed_with_their_newest_issue(api: Program, cast: Cast, march: int) -> None:
    with transaction():
        reports.close_month(by(None, "2026-04-07 10:00"), "2026-03", reason="A ticket was forgotten.")
        reports.close_month(by(None, "2026-04-07 10:00"), "2026-02")
    api.as_person(cast.rita)
    first = api.get("/api/v1/reports?limit=1").json
    assert [(row["month"], row["number"], row["reason"]) for row in first["items"]] == [
        ("2026-03", 2, "A ticket was forgotten.")
    ]
    rest = api.get(f"/api/v1/reports?limit=1&cursor={first['next']}").json
    assert ([row["month"] for row in rest["items"]], rest["next"]) == (["2026-02"], None)
    for cursor in ("x", "2026-13", "9999", "%20"):
        assert api.get(f"/api/v1/reports?cursor={cursor}").status_code == 422
    assert api.as_person(cast.igor).get("/api/v1/reports").json["items"] == []


def test_others_find_nothing(api: Program, cast: Cast, march: int) -> None:
    for person in (cast.maria, cast.igor, cast.stranger):
        api.as_person(person)
        assert api.get("/api/v1/reports/2026-03").status_code == 404
        assert api.get("/api/v1/reports/2026-03/departments/it").status_code == 404
    assert api.as_person(cast.boris).get("/api/v1/reports/2026-03/departments/it").status_code == 404


def test_the_running_month_is_given_to_who_leads(api: Program, cast: Cast) -> None:
    late, fresh = open_ticket(cast.maria, when=now() - timedelta(days=40)), open_ticket(cast.maria, when=now())
    resolve(late, cast.igor, now())
    found = api.as_person(cast.olga).get("/api/v1/reports/live?department=it&limit=1").json
    assert [row["ticket"] for row in found["at_risk"]["items"]] == [fresh.id]
    more = api.get(f"/api/v1/reports/live?department=it&limit=1&cursor={found['at_risk']['next']}").json
    assert [row["ticket"] for row in more["at_risk"]["items"]] == [fresh.id]
    assert [row["customer"] for row in found["load_by_customer"]] == ["sales"]
    assert sum(row["tickets"] for row in found["backlog"]) == 1
    for key in ("sales", "nowhere"):
        assert api.get(f"/api/v1/reports/live?department={key}").status_code == 404
    assert api.as_person(cast.rita).get("/api/v1/reports/live").status_code == 404


def test_a_token_for_reports_learns_no_number_of_a_ticket(api: Program, cast: Cast) -> None:
    open_ticket(cast.maria, when=now())
    found = api.as_person(cast.olga, "reports:read").get("/api/v1/reports/live").json
    assert {row["ticket"] for row in found["at_risk"]["items"]} == {None}


def breaches_in(workbook: bytes) -> list[str]:
    """What stands in the column of the request."""
    sheet = names_of(workbook).index("Broken promises") + 1
    return [row[1].text for row in cells_of(workbook, sheet)[1:]]


def test_nor_of_one_that_is_stored(api: Program, cast: Cast, march: int) -> None:
    address = "/api/v1/reports/2026-03/departments/it"
    named, unnamed = [
        (
            [(row["ticket_id"], row["clock_id"] is None) for row in api.get(f"{address}/breaches").json["items"]],
            breaches_in(api.get(f"{address}.xlsx").data),
            api.get(f"{address}.xlsx").headers["ETag"],
        )
        for scopes in (["reports:read", "tickets:read"], ["reports:read"])
        if api.as_person(cast.olga, *scopes)
    ]
    assert named[:2] == ([(march, False)], [str(march)])
    assert unnamed[:2] == ([(None, True)], [""])
    assert named[2] != unnamed[2]


def test_an_administrator_issues_a_month_anew_and_says_why(api: Program, cast: Cast, march: int) -> None:
    def correct(month: str = "2026-03", reason: object = "One was forgotten.", **headers: str) -> tuple[int, object]:
        answer = api.post(f"/api/v1/reports/{month}/corrections", json={"reason": reason}, headers=headers)
        return answer.status_code, answer.json.get("number")

    api.as_person(cast.adam)
    for reason in ("", " \u200b", 7, None, "x" * 2001):
        assert correct(reason=reason) == (422, None)
    for month in ("2026-02", "2026-13", "9999-01"):
        assert correct(month) == (404, None)
    key = {"Idempotency-Key": "once"}
    assert [correct(**key), correct(**key), correct()] == [(201, 2), (201, 2), (201, 3)]
    assert api.get("/api/v1/reports").json["items"][0]["reason"] == "One was forgotten."
    for person in (cast.olga, cast.rita, cast.maria):
        api.as_person(person)
        assert correct() == (404, None)


@pytest.mark.parametrize("month", ["2026-02", "2026-13", "march", "%00", "2026-03.doc", "0000-01"])
def test_a_month_without_a_report_is_missing(api: Program, rita: Person, march: int, month: str) -> None:
    api.as_person(rita)
    assert api.get(f"/api/v1/reports/{month}").status_code == 404
    assert api.get(f"/api/v1/reports/{month}/departments/it").status_code == 404


def test_breaches_are_listed_for_leads(api: Program, cast: Cast, march: int) -> None:
    api.as_person(cast.olga)
    found = api.get("/api/v1/breaches").json["items"]
    assert [(row["ticket"], row["metric"], row["department"]) for row in found] == [(march, "first_reply", "it")]
    assert (found[0]["breached_at"], found[0]["target_seconds"]) == ("2026-03-02T11:00:00Z", 4 * 3600)
    assert api.as_person(cast.igor).get("/api/v1/breaches").json["items"] == []
    assert len(api.get("/api/v1/breaches?department=it").json["items"]) == 1
    for person in (cast.maria, cast.stranger, cast.rita, cast.anna):
        assert api.as_person(person).get("/api/v1/breaches?department=it").json["items"] == []


def test_breaches_cost_the_same_for_many(
    api: Program, cast: Cast, march: int, count_queries: Callable[[], int]
) -> None:
    def cost() -> int:
        count_queries()
        api.get("/api/v1/breaches?limit=200")
        return count_queries()

    api.as_person(cast.olga)
    one = api.get("/api/v1/breaches").json["items"][0]["id"]
    api.put(f"/api/v1/breaches/{one}/reason", json={"code": "other", "text": "The moon."})
    few = cost()
    for day in range(6, 11):
        reply(open_ticket(cast.anna, when=f"2026-04-{day:02} 09:00"), cast.igor, f"2026-04-{day:02} 17:00")
    assert len(api.get("/api/v1/breaches").json["items"]) == 6
    assert cost() == few


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from=2026-03-02&to=2026-03-02", 1), ("to=2026-03-01", 0), ("from=2026-03-03", 0),
        ("from=2026-03-02T11:00:00Z", 1), ("to=2026-03-02T11:00:00Z", 0), ("from=2026-03-02T14:00:00%2B03:00", 1),
        ("from=2026-03-02T14:00:01+03:00", 0), ("unexplained=true", 1), ("to=8999-12-31", 1),
    ],
)  # fmt: skip
def test_breaches_are_narrowed_by_time(api: Program, olga: Person, march: int, query: str, found: int) -> None:
    answer = api.as_person(olga).get(f"/api/v1/breaches?{query}")
    assert (answer.status_code, len(answer.json["items"])) == (200, found)


@pytest.mark.parametrize(
    "query", ["from=yesterday", "to=2026-02-30", "from=2026-03-02T11:00:00", "to=9999-12-31", "from=0001-01-01"]
)
def test_a_time_that_is_none_is_refused(api: Program, olga: Person, query: str) -> None:
    answer = api.as_person(olga).get(f"/api/v1/breaches?{query}")
    assert (answer.status_code, set(answer.json["errors"])) == (422, {query[: query.index("=")]})


def test_a_lead_gives_and_changes_the_reason(api: Program, cast: Cast, march: int) -> None:
    api.as_person(cast.olga)
    address = f"/api/v1/breaches/{api.get('/api/v1/breaches').json['items'][0]['id']}/reason"
    said = api.put(address, json={"code": "absence", "text": "Nobody stood in.", "excused": True}).json["reason"]
    assert (said["code"], said["excused"], said["by"]) == ("absence", True, cast.olga.email)
    assert api.put(address, json={"code": "workload", "text": "Too much."}).json["reason"]["excused"] is False
    assert api.get("/api/v1/breaches").json["items"][0]["reason"]["code"] == "workload"
    for wrong, field in (({"code": "bad luck", "text": "x"}, "code"), ({"code": "other", "text": " "}, "text")):
        refused = api.put(address, json=wrong)
        assert (refused.status_code, set(refused.json["errors"])) == (422, {field})
    reason = {"code": "other", "text": "Not mine to say."}
    assert api.as_person(cast.igor).put(address, json=reason).status_code == 403
    assert api.as_person(cast.boris).put(address, json=reason).status_code == 403
    assert api.as_person(cast.stranger).put(address, json=reason).status_code == 404


def test_a_promise_that_is_not_broken_has_no_reason(api: Program, olga: Person, maria: Person) -> None:
    ticket = open_ticket(maria, when="2026-04-06 10:00")
    resolve(ticket, olga, "2026-04-06 10:30")
    clock = api.as_person(olga).get(f"/api/v1/tickets/{ticket.id}/clocks").json["items"][0]["id"]
    for number in (clock, 0, 10**30):
        assert api.put(f"/api/v1/breaches/{number}/reason", json={"code": "other", "text": "x"}).status_code == 404
