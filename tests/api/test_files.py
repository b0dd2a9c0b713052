"""Files and all kinds of fields by the API."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from servicedesk.catalog import actions as catalog
from servicedesk.kernel.transaction import transaction
from tests.cast import by, request_type
from tests.uploads import PNG, field

FORM = [
    field("yes_no", "urgent"), field("text", "why", when={"field": "urgent", "is": True}, required=True),
    field("number", "weight", unit={"en": "kg"}), field("money", "price"), field("employee", "boss"), field("department", "payer"),
    field("file", "contract"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def form(cast, adam):
    values = {"fields": FORM, "provides": {"en": "The number on the label"}}
    with transaction():
        catalog.change_request_type(by(adam, "2026-04-06 08:00"), request_type("it.incident"), values)


@pytest.fixture
def maria_by_api(api, maria):
    return api.as_person(maria)


def sent(api, content=b"The contract is signed.", name="contract.txt"):
    return api.post("/api/v1/files", query_string={"name": name}, data=content, content_type="application/octet-stream")


def filed(api, **answers):
    return api.post("/api/v1/tickets", json={"request_type": "it.incident", "subject": "A chair", "fields": answers})


def test_a_file_is_sent_as_the_body_or_as_a_part(maria_by_api):
    answer = sent(maria_by_api, name="../contract.txt")
    assert answer.status_code == 201
    assert answer.json == {"key": answer.json["key"], "name": "contract.txt", "size": 23, "kind": "text/plain"}
    part = maria_by_api.post(
        "/api/v1/files", data={"file": (io.BytesIO(PNG), "a.png")}, content_type="multipart/form-data"
    )
    assert (part.status_code, part.json["name"], part.json["kind"]) == (201, "a.png", "image/png")


def test_what_is_not_taken_is_said_as_a_problem(app, maria_by_api, monkeypatch):
    program = sent(maria_by_api, b"MZ\0\0" + b"\0" * 80, "photo.jpg")
    assert (program.status_code, program.mimetype, list(program.json["errors"])) == (
        422,
        "application/problem+json",
        ["file"],
    )
    assert sent(maria_by_api, name="").json["errors"] == {"name": "This field is needed."}
    assert maria_by_api.post("/api/v1/files", data={}, content_type="multipart/form-data").status_code == 422
    assert maria_by_api.post("/api/v1/files", data={"a": "b"}).status_code == 415
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], file_max_bytes=1000))
    large = sent(maria_by_api, b"x" * 1001)
    assert (large.status_code, large.mimetype) == (413, "application/problem+json")
    assert sent(maria_by_api, b"x" * 100_000).status_code == 413
    parts = {"file": (io.BytesIO(b"x" * 2000), "a.txt")}
    assert maria_by_api.post("/api/v1/files", data=parts, content_type="multipart/form-data").status_code == 413


def test_a_file_larger_than_other_bodies_is_taken(app, maria_by_api, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    assert sent(maria_by_api, b"x" * 2000).status_code == 201
    assert filed(maria_by_api, why="x" * 2000).status_code == 413


def test_all_kinds_of_fields_are_answered_and_shown(maria_by_api, boris):
    key = sent(maria_by_api).json["key"]
    ticket = filed(
        maria_by_api,
        urgent=False,
        why="not asked",
        weight=3.5,
        price="1000",
        boss=boris.email,
        payer="hr",
        contract=key,
    )
    assert ticket.status_code == 201
    expected = {
        "urgent": False,
        "weight": "3.5",
        "price": "1000.00",
        "boss": boris.email,
        "payer": "hr",
        "contract": key,
    }
    assert ticket.json["fields"] == expected
    answers = {row["key"]: row for row in ticket.json["answers"]}
    assert (answers["boss"]["shown"], answers["price"]["currency"], answers["weight"]["unit"]) == (
        boris.name,
        "RUB",
        {"en": "kg"},
    )
    (file,) = maria_by_api.get(f"/api/v1/tickets/{ticket.json['id']}/files").json["items"]
    assert (file["field"], file["name"], file["message"]) == ("contract", "contract.txt", None)
    download = maria_by_api.get(f"/api/v1/tickets/{ticket.json['id']}/files/{file['id']}")
    assert download.data == b"The contract is signed."
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in download.headers["Content-Security-Policy"]


def test_what_was_asked_and_not_given_is_there_without_a_value(maria_by_api):
    answers = filed(maria_by_api, urgent=False).json["answers"]
    assert [row["key"] for row in answers if row["value"] is None] == ["weight", "price", "boss", "payer", "contract"]


@pytest.mark.parametrize("wrong", [7, True, [], {}, ["a"], "x" * 600, 1.5, {"key": "a"}])
@pytest.mark.parametrize("key", ["why", "weight", "price", "boss", "payer", "contract", "urgent"])
def test_a_wrong_type_is_refused_at_its_field_or_taken_as_nothing(maria_by_api, key, wrong):
    answer = filed(maria_by_api, **({"urgent": True, "why": "A fair"} | {key: wrong}))
    if answer.status_code == 422:
        assert list(answer.json["errors"]) == [f"fields.{key}"]
    else:
        assert answer.status_code == 201


def test_somebody_elses_file_is_gone_for_me(api, maria, igor):
    key = sent(api.as_person(igor)).json["key"]
    answer = filed(api.as_person(maria), contract=key)
    assert answer.json["errors"] == {"fields.contract": "This file cannot be found any more. Choose it again."}


def test_the_form_is_described_in_full(maria_by_api):
    (row,) = [one for one in maria_by_api.get("/api/v1/request-types").json["items"] if one["key"] == "it.incident"]
    fields = {one["key"]: one for one in row["fields"]}
    assert fields["why"]["when"] == {"field": "urgent", "is": True}
    assert (fields["price"]["currency"], fields["weight"]["unit"]) == ("RUB", {"en": "kg"})
    assert row["provides"] == "The number on the label"


def test_what_is_missing_is_asked_for_and_filled_in(api, maria, igor):
    number = filed(api.as_person(maria)).json["id"]
    path = f"/api/v1/tickets/{number}"
    hold = {"reason": "waiting_for_requester", "note": "Which?", "missing": ["payer", "weight"]}
    held = api.as_person(igor).put(f"{path}/hold", json=hold)
    assert held.json["hold"]["missing"] == ["payer", "weight"]
    assert api.put(f"{path}/answers", json={"fields": {"payer": "hr"}}).status_code == 403
    api.as_person(maria)
    refused = api.put(f"{path}/answers", json={"fields": {"payer": "gone"}})
    assert set(refused.json["errors"]) == {"fields.payer", "fields.weight"}
    done = api.put(f"{path}/answers", json={"fields": {"payer": "hr", "weight": 2}, "text": "Here."})
    assert (done.status_code, done.json["status"], done.json["fields"]) == (200, "new", {"payer": "hr", "weight": "2"})
    message = api.get(f"{path}/messages").json["items"][-1]
    assert (message["text"], message["filled"]) == ("Here.", {"payer": "hr", "weight": "2"})
    assert api.put(f"{path}/answers", json={"fields": {}}).status_code == 409


@pytest.mark.parametrize("missing", ["payer", [7], ["gone"], {}, ["x" * 65], ["a"] * 101])
def test_what_can_not_be_missing_is_refused(api, maria, igor, missing):
    number = filed(api.as_person(maria)).json["id"]
    hold = {"reason": "waiting_for_requester", "missing": missing}
    answer = api.as_person(igor).put(f"/api/v1/tickets/{number}/hold", json=hold)
    assert answer.status_code == 422 and list(answer.json["errors"]) == ["missing"]
