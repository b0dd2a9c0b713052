"""Agreements by the API: proposed, countered, accepted and refused; errors by field."""

from __future__ import annotations

from typing import Any

import pytest

from servicedesk.kernel.now import now
from tests.cast import Cast
from tests.doors import Program

ADDRESS = "/api/v1/agreements"
TODAY = now().date().isoformat()
NEW: dict[str, Any] = {
    "supplier": "it", "customer": "sales", "from": TODAY, "services": "Desks.", "review_on": "2190-01-01",
    "promises": [{"request_type": "it.incident", "resolution": "480m"}, {"priority": "urgent", "first_reply": "30m"}],
}  # fmt: skip
TERMS = {key: value for key, value in NEW.items() if key not in ("supplier", "customer")}


def test_an_agreement_is_proposed_countered_and_accepted(api: Program, cast: Cast) -> None:
    made = api.as_person(cast.olga).post(ADDRESS, json=NEW)
    assert made.status_code == 201
    where = made.headers["Location"]
    assert where == f"{ADDRESS}/{made.json['id']}"
    assert (made.json["state"], made.json["in_force"], made.json["proposed"]) == ("proposed", None, 1)
    (version,) = made.json["versions"]
    assert (version["state"], version["proposed_for"], version["proposed_by"]) == ("proposed", "it", "olga@example.com")
    assert version["promises"][0] == {
        "request_type": "it.incident", "priority": None, "first_reply": None, "reply": None, "resolution": "8h", "stay": None,
    }  # fmt: skip
    assert (version["from"], version["until"], version["review_on"]) == (TODAY, None, "2190-01-01")

    api.as_person(cast.boris)
    countered = api.post(f"{where}/versions", json=TERMS | {"mission": "Sales sells.", "answers": 1})
    assert [one["state"] for one in countered.json["versions"]] == ["countered", "proposed"]
    assert api.post(f"{where}/versions", json=TERMS | {"answers": 1}).status_code == 409

    accepted = api.as_person(cast.olga).put(f"{where}/versions/2/acceptance")
    assert (accepted.status_code, accepted.json["state"], accepted.json["in_force"]) == (200, "in_force", 2)
    assert accepted.json["versions"][1]["answered_by"] == "olga@example.com"
    again = api.put(f"{where}/versions/2/acceptance")
    assert (again.status_code, again.json) == (200, accepted.json)
    assert api.put(f"{where}/versions/1/acceptance").status_code == 409
    listed = api.get(ADDRESS).json
    assert listed["items"] == [{key: value for key, value in accepted.json.items() if key != "versions"}]


def test_the_customers_people_get_the_accepted_version_alone(api: Program, cast: Cast) -> None:
    where = api.as_person(cast.olga).post(ADDRESS, json=NEW).headers["Location"]
    assert api.as_person(cast.maria).get(where).status_code == 404
    api.as_person(cast.boris).put(f"{where}/versions/1/acceptance")
    api.as_person(cast.olga).post(f"{where}/versions", json=TERMS)
    assert [one["number"] for one in api.get(where).json["versions"]] == [1, 2]
    seen = api.as_person(cast.maria).get(where).json
    assert [one["number"] for one in seen["versions"]] == [1] and seen["proposed"] is None
    assert api.get(f"{ADDRESS}?state=proposed").json["items"] == []
    assert api.as_person(cast.stranger).get(where).status_code == 404
    assert api.get(ADDRESS).json == {"items": [], "next": None}


def test_declining_needs_a_note_and_taking_back_needs_none(api: Program, cast: Cast) -> None:
    where = api.as_person(cast.olga).post(ADDRESS, json=NEW).headers["Location"]
    refused = api.as_person(cast.boris).delete(f"{where}/versions/1", json={})
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"note"})
    declined = api.delete(f"{where}/versions/1", json={"note": "Too slow."}).json["versions"][0]
    assert (declined["state"], declined["note"]) == ("declined", "Too slow.")
    api.as_person(cast.olga).post(f"{where}/versions", json=TERMS)
    assert api.delete(f"{where}/versions/2").json["versions"][1]["state"] == "withdrawn"
    assert api.delete(f"{where}/versions/2").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"promises": [{"resolution": "8h"}, {"reply": "soon"}]}, "promises.1.reply"),
        ({"promises": [{"request_type": "hr.trouble", "reply": "1h"}]}, "promises.0.request_type"),
        ({"promises": []}, "promises"),
        ({"promises": "all of them"}, "promises"),
        ({"promises": [{"swiftness": "1h"}]}, "promises.0.swiftness"),
        ({"promises": None}, "promises"),
        ({"from": "tomorrow"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": None}, "from"),
        ({"until": "2020-01-01"}, "until"),
        ({"review_on": "2000-01-01"}, "review_on"),
        ({"calendar": "moon"}, "calendar"),
        ({"supplier": "moon"}, "supplier"),
        ({"customer": "it"}, "customer"),
        ({"words": "many"}, "words"),
    ],
)
def test_what_is_wrong_is_said_by_field(api: Program, cast: Cast, wrong: dict[str, Any], field: str) -> None:
    answer = api.as_person(cast.olga).post(ADDRESS, json=NEW | wrong)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})
    assert api.get(ADDRESS).json["items"] == []


def test_a_token_for_reading_proposes_nothing(api: Program, cast: Cast) -> None:
    api.as_person(cast.olga, "people:read")
    assert api.get(ADDRESS).status_code == 200
    assert api.post(ADDRESS, json=NEW).status_code == 403


def test_a_list_comes_in_pages_and_is_narrowed(api: Program, cast: Cast) -> None:
    api.as_person(cast.olga)
    for _ in range(3):
        api.post(ADDRESS, json=NEW)
    first = api.get(f"{ADDRESS}?limit=2&state=proposed&department=sales").json
    rest = api.get(f"{ADDRESS}?limit=2&state=proposed&department=sales&cursor={first['next']}").json
    assert len(first["items"]) == 2 and len(rest["items"]) == 1 and rest["next"] is None
    assert api.get(f"{ADDRESS}?department=hr").json["items"] == []
    assert api.get(f"{ADDRESS}?department=moon").json["items"] == []
    assert api.get(f"{ADDRESS}?state=lost").status_code == 422


def test_answers_have_exactly_the_members_the_document_names(api: Program, cast: Cast) -> None:
    found = api.as_person(cast.olga).post(ADDRESS, json=NEW).json
    schemas = api.get("/api/v1/openapi.json").json["components"]["schemas"]
    row = api.get(ADDRESS).json["items"][0]
    version = found["versions"][0]
    for told, name in (
        (found, "Agreement"), (row, "AgreementSummary"), (version, "AgreementVersion"),
        (version["promises"][0], "AgreementPromise"),
    ):  # fmt: skip
        assert set(told) == set(schemas[name]["properties"]), name


@pytest.mark.parametrize(
    ("line", "field"),
    [({"priority": "huge"}, "promises.1.priority"), ({"bogus": 1}, "promises.1.bogus"), (7, "promises.1")],
)
def test_a_fault_of_shape_in_a_line_stands_at_the_field_of_that_line(
    api: Program, cast: Cast, line: Any, field: str
) -> None:
    sent = {"supplier": "it", "customer": "sales", "from": "2027-01-01", "promises": [{"resolution": "8h"}, line]}
    refused = api.as_person(cast.olga).post("/api/v1/agreements", json=sent)
    assert refused.status_code == 422
    assert set(refused.json["errors"]) == {field}
