"""What goes wrong, in the words of RFC 9457."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask_babel import get_locale

from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from tests.doors import Browser, Program

PROBLEM = "application/problem+json"


def test_a_problem_has_all_its_members(api: Program, maria: Person) -> None:
    answer = api.as_person(maria).get("/api/v1/tickets/999999")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
    assert answer.json["type"] == "/problems/not-found"
    assert answer.json["title"] == "Not found"
    assert answer.json["status"] == 404
    assert answer.json["detail"]
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_unknown_address_is_a_problem_for_programs_and_a_page_for_people(client: Browser) -> None:
    assert client.get("/api/v1/nothing").mimetype == PROBLEM
    assert client.get("/nothing").mimetype == "text/html"


def test_a_wrong_method_says_which_are_right(api: Program, maria: Person) -> None:
    answer = api.as_person(maria).delete("/api/v1/me")
    assert (answer.status_code, answer.mimetype) == (405, PROBLEM)
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe{", b'{"subject": NaN}', b'{"a":' * 30 + b"1" + b"}" * 30, b"[" * 90_000, b""]
)
def test_a_body_that_is_no_json_is_refused(api: Program, maria: Person, body: bytes) -> None:
    answer = api.as_person(maria).post("/api/v1/tickets", data=body, content_type="application/json")
    assert answer.status_code == (400 if body else 422)
    assert answer.mimetype == PROBLEM


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null"])
def test_a_body_must_be_an_object(api: Program, maria: Person, body: str) -> None:
    answer = api.as_person(maria).post("/api/v1/tickets", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["detail"]) == (422, "The body must be a JSON object.")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"]
)
def test_a_body_of_another_kind_is_refused(api: Program, maria: Person, kind: str) -> None:
    answer = api.as_person(maria).post("/api/v1/tickets", data=b'{"a": 1}', content_type=kind)
    assert (answer.status_code, answer.mimetype) == (415, PROBLEM)


def test_a_body_that_is_too_large_is_refused(api: Program, maria: Person) -> None:
    answer = api.as_person(maria).post(
        "/api/v1/tickets", data=b" " * (16 * 1024 * 1024 + 1), content_type="application/json"
    )
    assert (answer.status_code, answer.mimetype) == (413, PROBLEM)


def test_every_wrong_field_is_named(api: Program, maria: Person) -> None:
    sent = {"subject": 7, "priority": "at once", "colour": "red", "fields": [], "on_behalf_of": "a" * 300}
    errors = api.as_person(maria).post("/api/v1/tickets", json=sent).json["errors"]
    assert errors == {
        "request_type": "This field is needed.",
        "subject": "A text is expected here.",
        "priority": "One of these is expected here: low, normal, high, urgent.",
        "colour": "There is no such field.",
        "fields": "A JSON object is expected here.",
        "on_behalf_of": "At most 254 characters fit here.",
    }


@pytest.mark.parametrize("text", ["\0", "half \ud83d a pair"])
@pytest.mark.parametrize(
    ("place", "wrap"), [("subject", lambda t: {"subject": t}), ("fields.device", lambda t: {"fields": {"device": [t]}})]
)
def test_a_text_that_no_database_keeps_is_refused_at_its_field(
    api: Program, maria: Person, text: str, place: str, wrap: Any
) -> None:
    body = json.dumps({"request_type": "it.incident", "subject": "s"} | wrap(text))
    answer = api.as_person(maria).post("/api/v1/tickets", data=body, content_type="application/json")
    assert (answer.status_code, set(answer.json["errors"])) == (422, {place})


def test_a_name_that_cannot_be_said_back_is_still_answered(api: Program, maria: Person) -> None:
    answer = api.as_person(maria).post("/api/v1/tickets", data=b'{"\\ud800": 1}', content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=-1", "limit"), ("limit=201", "limit"), ("limit=9999999999999999999999", "limit"),
        ("limit=1_0", "limit"), ("limit=ten", "limit"), ("cursor=x", "cursor"), ("cursor=W10", "cursor"),
        ("cursor=WyJhIiwgMV0", "cursor"), ("cursor=" + "W" * 4000, "cursor"), ("stat=open", "stat"),
        ("status=open,lost", "status"), ("status=open&status=new", "status"), ("sort=name", "sort"), ("q=%00", "q"),
        ("department=nowhere", "department"), ("department=%00", "department"), ("request_type=it.nothing", "request_type"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(api: Program, igor: Person, query: str, field: str) -> None:
    answer = api.as_person(igor).get(f"/api/v1/tickets?{query}")
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})


@pytest.mark.parametrize(
    ("own", "asked", "spoken"),
    [
        ("ru", None, "ru"), ("en", None, "en"), ("ru", "en", "en"), ("en", "ru-RU,en;q=0.5", "ru"), ("ru", "*", "ru"),
        ("en", "*", "en"), ("ru", "fr", "ru"), ("en", "fr, ru;q=0.2", "ru"), ("en", "ru;q=0", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_asked_for_else_the_persons(
    api: Program, maria: Person, monkeypatch: pytest.MonkeyPatch, own: str, asked: str | None, spoken: str
) -> None:
    with transaction():
        people.change_person(Stamp(maria.id, now(), "web"), maria, {"language": own})
    monkeypatch.setattr("servicedesk.api.errors.gettext", lambda text: f"{get_locale()}: {text}")
    headers = {"Accept-Language": asked} if asked else {}
    told = api.as_person(maria).get("/api/v1/tickets/999999", headers=headers).json
    assert (told["title"][:3], told["detail"][:3]) == (f"{spoken}:", f"{spoken}:")


def test_a_fault_shows_no_trace(api: Program, maria: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("servicedesk.api.v1.me.names", broken)
    answer = api.as_person(maria).get("/api/v1/me")
    assert (answer.status_code, answer.mimetype) == (500, PROBLEM)
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
