"""Departments and request types."""

from __future__ import annotations

from collections.abc import Callable

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.reports import actions as reports
from servicedesk.sla import actions as sla
from tests.build import open_ticket, resolve
from tests.cast import by, department, request_type
from tests.doors import Program


def test_departments_say_what_they_promise(api: Program, maria: Person) -> None:
    found = {row["key"]: row for row in api.as_person(maria).get("/api/v1/departments").json["items"]}
    assert list(found) == ["hr", "it", "legal", "management", "sales"]
    assert found["it"]["name"] == "It"
    promises = {row["policy"]: row["targets"] for row in found["it"]["promises"]}
    assert promises["department=it"] == {"first_reply": "4h", "reply": "9h", "resolution": "27h", "stay": "18h"}
    assert "department=hr" not in promises
    assert promises["company"] == {"resolution": "27h"}
    assert api.get("/api/v1/departments/it").json == found["it"]


def test_what_one_request_type_is_promised_is_not_said_by_other_departments(
    api: Program, maria: Person, adam: Person
) -> None:
    with transaction():
        sla.set_policy(
            by(adam, "2026-04-01 10:00"),
            name="incident",
            request_type_id=request_type("it.incident").id,
            targets={"resolution": "3bd"},
        )
    found = {row["key"]: row for row in api.as_person(maria).get("/api/v1/departments").json["items"]}
    saying = [key for key, row in found.items() if "incident" in {promise["policy"] for promise in row["promises"]}]
    assert saying == ["it"]


def test_names_come_in_the_language_asked_for(api: Program, maria: Person) -> None:
    api.as_person(maria)
    assert api.get("/api/v1/departments/it", headers={"Accept-Language": "ru"}).json["name"] == "ИТ"


def test_a_department_that_is_not_there_is_missing(api: Program, maria: Person) -> None:
    api.as_person(maria)
    for key in ("moon", "IT", "%00", "a" * 5000):
        assert api.get(f"/api/v1/departments/{key}").status_code == 404


def test_short_lists_have_pages_too(api: Program, maria: Person) -> None:
    api.as_person(maria)
    first = api.get("/api/v1/departments?limit=3").json
    rest = api.get(f"/api/v1/departments?limit=3&cursor={first['next']}").json
    assert [row["key"] for row in first["items"] + rest["items"]] == ["hr", "it", "legal", "management", "sales"]
    assert rest["next"] is None


def test_an_agreement_is_shown_to_the_two_who_made_it(
    api: Program, maria: Person, igor: Person, stranger: Person, adam: Person
) -> None:
    with transaction():
        stamp = by(adam, "2026-04-01 10:00")
        its, sales = department("it"), department("sales")
        sla.set_policy(
            stamp,
            name="it for sales",
            department_id=its.id,
            customer_department_id=sales.id,
            targets={"resolution": "8h"},
        )

    def shown(person: Person) -> bool:
        return "it for sales" in api.as_person(person).get("/api/v1/departments/it").text

    assert (shown(maria), shown(igor), shown(stranger)) == (True, True, False)
    types = {row["key"]: row for row in api.as_person(maria).get("/api/v1/request-types").json["items"]}
    assert types["it.incident"]["promise"]["resolution"]["target"] == "8h"


def test_figures_are_for_who_reads_reports(
    api: Program, maria: Person, igor: Person, olga: Person, rita: Person
) -> None:
    resolve(open_ticket(maria, when="2026-03-02 10:00"), igor, "2026-03-02 12:00")
    with transaction():
        reports.close_month(by(None, "2026-04-06 10:00"), "2026-03")
    for person in (olga, rita):
        figures = api.as_person(person).get("/api/v1/departments/it").json["figures"]
        assert (figures["month"], figures["promises"]["resolution"]["kept"]) == ("2026-03", 1)
        assert "comments" not in figures
        assert "breaches" not in figures
    assert api.as_person(igor).get("/api/v1/departments/it").json["figures"] is None
    assert api.as_person(rita, "tickets:read").get("/api/v1/departments/it").json["figures"] is None


def test_request_types_have_form_and_promise(api: Program, maria: Person) -> None:
    found = {row["key"]: row for row in api.as_person(maria).get("/api/v1/request-types").json["items"]}
    assert set(found) == {"hr.certificate", "hr.trouble", "it.access", "it.incident", "sales.offer"}
    access = found["it.access"]
    assert (access["department"], access["name"]) == ("it", "Access")
    assert [field["key"] for field in access["fields"]] == ["system", "until"]
    assert access["promise"]["first_reply"]["target"] == "4h"
    assert access["promise"]["first_reply"]["due_at"].endswith("Z")
    assert found["hr.trouble"]["confidential"] is True
    only = api.get("/api/v1/request-types?department=hr").json["items"]
    assert [row["key"] for row in only] == ["hr.certificate", "hr.trouble"]
    assert api.get("/api/v1/request-types?department=moon").status_code == 422


def test_request_types_say_who_approves_and_by_which_words_they_are_found(
    api: Program, maria: Person, boris: Person, adam: Person
) -> None:
    over = {"field": "price", "amount": "100000"}
    with transaction():
        kind, price = request_type("it.access"), {"key": "price", "type": "money", "label": {"en": "Price"}}
        steps = [{"who": "lead"}, {"who": "people", "people": [boris.id], "need": "all", "over": over}]
        values = {"approvals": steps, "fields": [price], "keywords": ["badge"], "provides": {"ru": "Номер"}}
        catalog.change_request_type(by(adam, "2026-04-01 10:00"), kind, values)
    found = {row["key"]: row for row in api.as_person(maria).get("/api/v1/request-types").json["items"]}
    assert found["it.access"]["approval"] == [
        {"who": "lead", "people": [], "need": None, "over": None},
        {"who": "people", "people": ["boris@example.com"], "need": "all", "over": over},
    ]
    assert (found["it.access"]["keywords"], found["it.access"]["provides"]) == (["badge"], "Номер")
    assert found["it.incident"]["approval"] == []


def test_the_lists_cost_the_same_for_many(
    api: Program, adam: Person, maria: Person, count_queries: Callable[[], int]
) -> None:
    def cost(address: str) -> int:
        count_queries()
        assert api.get(address).status_code == 200
        return count_queries()

    api.as_person(maria)
    before = {address: cost(address) for address in ("/api/v1/departments", "/api/v1/request-types")}
    with transaction():
        stamp = by(adam, "2026-04-01 10:00")
        for number in range(6):
            row = people.add_department(stamp, key=f"d{number}", name={"en": f"D{number}"})
            catalog.add_request_type(stamp, row, key=f"d{number}.thing", name={"en": "Thing"})
    assert {address: cost(address) for address in before} == before
