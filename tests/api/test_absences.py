"""Absences by the API: entered, changed, called off; days and moments; who reads the note; the stand-in of a ticket."""

from __future__ import annotations

from typing import Any

import pytest

from servicedesk.jobs.absences import keep_covers
from servicedesk.kernel.now import now
from tests import build
from tests.cast import Cast
from tests.doors import Program

ADDRESS = "/api/v1/absences"
YEAR = now().year + 1
NEW: dict[str, Any] = {
    "from": f"{YEAR}-05-03", "to": f"{YEAR}-05-14", "substitute": "olga@example.com", "note": "An operation"
}  # fmt: skip


def test_one_is_entered_changed_and_called_off(api: Program, cast: Cast) -> None:
    made = api.as_person(cast.igor).post(ADDRESS, json=NEW)
    assert made.status_code == 201
    where = made.headers["Location"]
    assert made.json == {
        "id": made.json["id"], "person": "igor@example.com", "person_name": "Igor", "state": "planned",
        "from": f"{YEAR}-05-03", "to": f"{YEAR}-05-14", "begins_at": f"{YEAR}-05-02T21:00:00Z",
        "ends_at": f"{YEAR}-05-14T21:00:00Z", "timezone": "Europe/Moscow", "substitute": "olga@example.com",
        "substitute_name": "Olga", "note": "An operation",
    }  # fmt: skip
    changed = api.patch(where, json={"to": f"{YEAR}-05-10", "substitute": None})
    assert (changed.json["to"], changed.json["substitute"], changed.json["note"]) == (
        f"{YEAR}-05-10",
        None,
        "An operation",
    )
    assert api.get(where).json == changed.json
    for _ in range(2):
        gone = api.delete(where)
        assert (gone.status_code, gone.json["state"]) == (200, "cancelled")
    assert api.get(where).status_code == 404
    assert api.patch(where, json={"note": "x"}).status_code == 409


def test_moments_are_meant_exactly(api: Program, cast: Cast) -> None:
    sent = {"from": f"{YEAR}-05-03T09:00:00+03:00", "to": f"{YEAR}-05-03T12:30:00+03:00"}
    made = api.as_person(cast.igor).post(ADDRESS, json=sent).json
    assert (made["from"], made["to"]) == (f"{YEAR}-05-03T06:00:00Z", f"{YEAR}-05-03T09:30:00Z")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": f"{YEAR}-05-01"}, "to"),
        ({"substitute": "nobody@example.com"}, "substitute"),
        ({"substitute": "igor@example.com"}, "substitute"),
        ({"note": "x" * 201}, "note"),
        ({"person": "nobody@example.com"}, "person"),
        ({"to": "8999-12-31"}, "to"),
        ({"why": "x"}, "why"),
    ],
)
def test_what_is_wrong_is_said_by_field(api: Program, cast: Cast, sent: dict[str, Any], field: str) -> None:
    refused = api.as_person(cast.igor).post(ADDRESS, json=NEW | sent)
    assert refused.status_code == 422
    assert list(refused.json["errors"]) == [field]


def test_one_key_enters_it_once(api: Program, cast: Cast) -> None:
    key = {"Idempotency-Key": "vacation"}
    first, second = (api.as_person(cast.igor).post(ADDRESS, json=NEW, headers=key) for _ in range(2))
    assert first.json == second.json and second.status_code == 201
    assert api.post(ADDRESS, json=NEW).status_code == 422


def test_a_lead_enters_those_of_the_department(api: Program, cast: Cast) -> None:
    mine = NEW | {"person": "igor@example.com"}
    assert api.as_person(cast.olga).post(ADDRESS, json=mine).status_code == 201
    assert api.as_person(cast.boris).post(ADDRESS, json=mine).status_code == 403


def test_lists_are_narrowed_paged_and_keep_notes_from_strangers(api: Program, cast: Cast) -> None:
    api.as_person(cast.igor).post(ADDRESS, json=NEW)
    api.as_person(cast.anna).post(ADDRESS, json=NEW | {"from": f"{YEAR}-06-01", "to": f"{YEAR}-06-02"})
    api.as_person(cast.maria)

    def names(query: str = "") -> list[str]:
        return [row["person_name"] for row in api.get(f"{ADDRESS}?{query}").json["items"]]

    assert names() == ["Igor", "Anna"]
    assert names("department=it") == ["Igor"]
    assert names("department=nowhere") == names("person=me") == []
    assert names("person=anna@example.com") == ["Anna"]
    assert names(f"from={YEAR}-05-14&to={YEAR}-06-01") == ["Igor", "Anna"]
    assert names(f"from={YEAR}-05-15") == ["Anna"] and names(f"to={YEAR}-05-02") == []
    first = api.get(f"{ADDRESS}?limit=1").json
    assert api.get(f"{ADDRESS}?limit=1&cursor={first['next']}").json["items"][0]["person_name"] == "Anna"
    assert {row["note"] for row in first["items"]} == {None}
    assert api.as_person(cast.olga).get(f"{ADDRESS}?limit=1").json["items"][0]["note"] == "An operation"


def test_a_ticket_says_who_stands_in_and_its_tag_changes(api: Program, cast: Cast) -> None:
    ticket = build.open_ticket(cast.maria)
    build.assign(ticket, cast.igor, "2026-04-06 11:00", cast.igor)
    api.as_person(cast.maria)
    before = api.get(f"/api/v1/tickets/{ticket.id}")
    assert before.json["cover"] is None
    away = {"from": "2026-04-13", "to": "2028-04-13", "substitute": "olga@example.com"}
    assert api.as_person(cast.igor).post(ADDRESS, json=away).status_code == 201
    keep_covers(now())
    after = api.as_person(cast.maria).get(f"/api/v1/tickets/{ticket.id}")
    assert (after.json["assignee"], after.json["cover"]) == ("igor@example.com", "olga@example.com")
    assert after.headers["ETag"] != before.headers["ETag"]


def test_what_is_assigned_to_somebody_away_is_answered_with_the_stand_in(api: Program, cast: Cast) -> None:
    ticket = build.open_ticket(cast.maria)
    away = {"from": "2026-04-13", "to": "2028-04-13", "substitute": "olga@example.com"}
    api.as_person(cast.igor).post(ADDRESS, json=away)
    given = api.as_person(cast.olga).put(
        f"/api/v1/tickets/{ticket.id}/assignment", json={"assignee": "igor@example.com"}
    )
    assert given.json["assignee"] == "olga@example.com"
