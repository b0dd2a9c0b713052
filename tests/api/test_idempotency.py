"""One key, one happening."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from servicedesk.people.models import Person
from tests import doors
from tests.build import open_ticket
from tests.cast import load_cast
from tests.doors import Program

TICKET = {"request_type": "it.incident", "subject": "The printer is silent"}


def test_the_same_key_gets_the_same_answer(api: Program, maria: Person) -> None:
    api.as_person(maria)
    first = api.post("/api/v1/tickets", json=TICKET, headers={"Idempotency-Key": "one"})
    second = api.post("/api/v1/tickets", json=dict(reversed(TICKET.items())), headers={"Idempotency-Key": "one"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.text == second.text
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert (first.headers["Location"], first.headers["ETag"]) == (second.headers["Location"], second.headers["ETag"])
    assert len(api.get("/api/v1/tickets").json["items"]) == 1


def test_a_key_is_for_one_call_only(api: Program, maria: Person) -> None:
    api.as_person(maria)
    key = {"Idempotency-Key": "one"}
    ticket = api.post("/api/v1/tickets", json=TICKET, headers=key).json
    other = api.post("/api/v1/tickets", json=TICKET | {"subject": "The lamp"}, headers=key)
    assert (other.status_code, set(other.json["errors"])) == (422, {"Idempotency-Key"})
    assert api.post(f"/api/v1/tickets/{ticket['id']}/messages", json={"text": "Hello?"}, headers=key).status_code == 422
    assert api.get(f"/api/v1/tickets/{ticket['id']}/messages").json["items"] == []


def test_two_people_may_have_the_same_key(api: Program, maria: Person, anna: Person) -> None:
    key = {"Idempotency-Key": "one"}
    mine = api.as_person(maria).post("/api/v1/tickets", json=TICKET, headers=key)
    theirs = api.as_person(anna).post("/api/v1/tickets", json=TICKET, headers=key)
    assert mine.json["id"] != theirs.json["id"]


def test_a_refusal_is_not_kept(api: Program, maria: Person) -> None:
    key = {"Idempotency-Key": "one"}
    api.as_person(maria)
    assert api.post("/api/v1/tickets", json=TICKET | {"subject": ""}, headers=key).status_code == 422
    assert api.post("/api/v1/tickets", json=TICKET, headers=key).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "\u00e9"])
def test_a_strange_key_is_refused(api: Program, maria: Person, key: str) -> None:
    refused = api.as_person(maria).post("/api/v1/tickets", json=TICKET, headers={"Idempotency-Key": key})
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"Idempotency-Key"})


def test_a_message_is_written_once(api: Program, maria: Person, igor: Person) -> None:
    address = f"/api/v1/tickets/{open_ticket(maria).id}/messages"
    api.as_person(igor)
    for _ in range(3):
        assert api.post(address, json={"text": "On my way."}, headers={"Idempotency-Key": "k"}).status_code == 201
    assert len(api.get(address).json["items"]) == 1


def test_calls_at_the_same_moment_make_one_ticket(own_desk: Flask) -> None:
    with own_desk.app_context():
        bearer = doors.program(own_desk).as_person(load_cast().maria).bearer
    headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": "at-once"}

    def file_ticket(_: int) -> tuple[int, int]:
        answer = own_desk.test_client().post("/api/v1/tickets", json=TICKET, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.status_code, answer.json["id"]

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(file_ticket, range(8)))
    assert len(answers) == 1
    assert answers.pop()[0] == 201
    found = own_desk.test_client().get("/api/v1/tickets", headers=headers).json["items"]
    assert len(found) == 1
