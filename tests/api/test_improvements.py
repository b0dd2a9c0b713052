"""Actions of departments by API: read once published, decided on by leads, finished by their owners, changed by version."""

from __future__ import annotations

from typing import Any

import pytest

from servicedesk.people.models import Person
from tests.cast import Cast
from tests.doors import Program

PLACE = "/api/v1/departments/it/improvements"
PLANNED: dict[str, Any] = {
    "title": "Two on duty on Fridays", "said": "Nobody answers.", "owner": "igor@example.com", "due_on": "2027-05-14",
    "metric": "first_reply",
}  # fmt: skip


def test_a_lead_decides_and_the_owner_finishes(api: Program, cast: Cast) -> None:
    made = api.as_person(cast.olga).post(PLACE, json=PLANNED)
    assert (made.status_code, made.headers["ETag"], made.json["state"]) == (201, '"1"', "open")
    one = made.headers["Location"]
    api.as_person(cast.igor)
    assert api.patch(one, json={"title": "Nobody on duty"}).status_code == 403
    done = api.patch(one, json={"state": "done", "did": "We take turns."}, headers={"If-Match": '"1"'})
    assert (done.status_code, done.json["state"], done.json["did"]) == (200, "done", "We take turns.")
    assert api.patch(one, json={"state": "done", "did": "Again."}, headers={"If-Match": '"1"'}).status_code == 412


def test_others_read_what_is_published_without_the_owner(api: Program, cast: Cast) -> None:
    one = api.as_person(cast.olga).post(PLACE, json=PLANNED).headers["Location"]
    api.as_person(cast.maria)
    assert api.get(PLACE).json["items"] == [] and api.get(one).status_code == 404
    assert api.as_person(cast.olga).patch(one, json={"published": True}).status_code == 200
    [shown] = api.as_person(cast.maria).get(PLACE).json["items"]
    assert (shown["title"], shown["owner"]) == (PLANNED["title"], None)
    assert api.post(PLACE, json=PLANNED).status_code == 403


def test_it_is_given_up_with_a_reason_and_taken_up_again(api: Program, olga: Person) -> None:
    one = api.as_person(olga).post(PLACE, json=PLANNED).headers["Location"]
    assert "why" in api.patch(one, json={"state": "dropped"}).json["errors"]
    assert api.patch(one, json={"state": "dropped", "why": "Too dear."}).json["why_dropped"] == "Too dear."
    assert [row["state"] for row in api.get(f"{PLACE}?state=dropped").json["items"]] == ["dropped"]
    assert api.patch(one, json={"state": "open"}).json["state"] == "open"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": " "}, "title"), ({"title": "x" * 201}, "title"), ({"metric": "beauty"}, "metric"), ({"owner": "maria@example.com"}, "owner"),
        ({"owner": "nobody@example.com"}, "owner"), ({"done_on": "2999-01-01", "did": "Done."}, "done_on"), ({"done_on": "2026-01-01"}, "did"),
        ({"due_on": "tomorrow"}, "due_on"), ({"color": "red"}, "color"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_by_field(api: Program, olga: Person, sent: dict[str, Any], field: str) -> None:
    answer = api.as_person(olga).post(PLACE, json=PLANNED | sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_what_does_not_go_with_a_state_is_refused(api: Program, olga: Person) -> None:
    one = api.as_person(olga).post(PLACE, json=PLANNED).headers["Location"]
    assert list(api.patch(one, json={"state": "done", "did": "Done.", "why": "No."}).json["errors"]) == ["why"]
