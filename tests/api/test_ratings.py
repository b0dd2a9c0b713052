"""An opinion through the API: without a person, once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from servicedesk.kernel.now import now
from servicedesk.kernel.once import KeptAnswer
from servicedesk.people.models import Person
from servicedesk.ratings import rules
from tests.build import assign, open_ticket, reopen, resolve
from tests.doors import Program
from tests.opinions import opinions

NOTHING: dict[str, Any] = {"quality": None, "speed": None, "helpfulness": None}
GOOD = NOTHING | {"quality": 9}


@pytest.fixture
def ticket(maria: Person, igor: Person) -> Any:
    row = open_ticket(maria, when=now())
    assign(row, igor, now(), igor)
    resolve(row, igor, now())
    return row


@pytest.fixture
def link(api: Program, maria: Person, ticket: Any) -> str:
    token = api.as_person(maria).get(f"/api/v1/tickets/{ticket.id}").json["rating_token"]
    api.as_person(None)
    return f"/api/v1/ratings/{token}"


def test_it_takes_an_opinion_without_a_sign_in(api: Program, link: str, db: Any) -> None:
    answer = api.post(link, json={"quality": 9, "speed": 8, "helpfulness": None})
    assert (answer.status_code, answer.json) == (201, {"saved": True})
    assert not {"Location", "ETag"} & set(answer.headers)
    month = rules.month_of(now(), "Europe/Moscow")
    (row,) = opinions(month)
    assert (row.quality, row.speed, row.helpfulness, row.comment) == (9, 8, None, "")


def test_it_keeps_no_answer_under_a_key(api: Program, maria: Person, link: str, db: Any) -> None:
    sent = GOOD
    api.as_person(maria).post(link, json=sent, headers={"Idempotency-Key": "one"})
    assert db.session.query(KeptAnswer).count() == 0
    assert api.post(link, json=sent, headers={"Idempotency-Key": "one"}).status_code == 409


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"quality": 0}, {"quality"}), ({"quality": 11}, {"quality"}), ({"quality": "9"}, {"quality"}),
        ({"quality": 9.5}, {"quality"}), ({"quality": True}, {"quality"}), ({"quality": 10**30}, {"quality"}),
        ({"speed": -1, "helpfulness": []}, {"speed", "helpfulness"}), ({}, {"quality"}),
        ({"quality": None, "speed": None, "helpfulness": None}, {"quality"}), ({"quality": 5}, {"comment"}),
        ({"quality": 5, "comment": " "}, {"comment"}), ({"quality": 9, "comment": "x" * 4001}, {"comment"}),
        ({"quality": 9, "person": "maria"}, {"person"}),
    ],
)  # fmt: skip
def test_it_refuses_what_is_no_opinion(api: Program, link: str, sent: Any, fields: set[str]) -> None:
    refused = api.post(link, json=NOTHING | sent)
    assert (refused.status_code, set(refused.json["errors"])) == (422, fields)
    assert api.post(link, json=GOOD).status_code == 201


def test_a_question_that_is_left_out_is_not_a_cannot_judge(api: Program, link: str) -> None:
    refused = api.post(link, json={"quality": 9})
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"speed", "helpfulness"})


def test_a_comment_of_100_kb_is_refused_and_html_is_text(api: Program, link: str) -> None:
    assert api.post(link, json=GOOD | {"comment": "x" * 100_000}).status_code == 422
    assert api.post(link, json=GOOD | {"comment": "<b onclick=x>slow</b>"}).status_code == 201
    (row,) = opinions(rules.month_of(now(), "Europe/Moscow"))
    assert row.comment == "<b onclick=x>slow</b>"


def test_thanks_need_consent_and_a_signature_is_never_assumed(api: Program, link: str) -> None:
    refused = api.post(link, json=GOOD | {"thanks": "Great help!"})
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"thanks"})
    assert api.post(link, json=GOOD | {"thanks": "Great help!", "thanks_shown": True}).status_code == 201
    (row,) = opinions(rules.month_of(now(), "Europe/Moscow"))
    assert (row.thanks, row.signed) == ("Great help!", False)


def test_a_link_works_once(api: Program, link: str) -> None:
    api.post(link, json=GOOD)
    again = api.post(link, json=GOOD | {"quality": 1, "comment": "I changed my mind"})
    assert (again.status_code, again.json["type"]) == (409, "/problems/conflict")


def test_a_link_of_a_reopened_request_is_void(api: Program, maria: Person, ticket: Any, link: str) -> None:
    reopen(ticket, maria, now())
    assert api.post(link, json=GOOD).status_code == 409


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "\u2603", "a" * 3000])
def test_a_forged_link_opens_nothing(api: Program, token: str) -> None:
    assert api.post(f"/api/v1/ratings/{token}", json=GOOD).status_code == 404


def test_a_link_signed_with_another_secret_opens_nothing(api: Program, link: str, app: Flask) -> None:
    own = rules.signed_by_us(app.config["SETTINGS"].keys, link.rpartition("/")[2])
    assert own is not None
    forged = rules.sign("another secret of sixteen", own)
    assert api.post(f"/api/v1/ratings/{forged}", json=GOOD).status_code == 404


def test_a_fault_writes_neither_link_nor_opinion_into_the_log(
    api: Program, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    class Log:
        """A trace would show the values of the inside; so only the line without one may be written."""

        def error(self, text: str, **facts: Any) -> None:
            written.append(f"{text} {facts}")

    def broken(*_: Any, comment: str, **__: Any) -> None:
        raise RuntimeError(f"out of order: {comment}")

    monkeypatch.setattr("servicedesk.api.errors.log", Log())
    monkeypatch.setattr("servicedesk.api.v1.ratings.actions.rate", broken)
    assert api.post(link, json=GOOD | {"quality": 3, "comment": "between us"}).status_code == 500
    assert len(written) == 1
    assert "RuntimeError" in written[0]
    assert link.rpartition("/")[2] not in written[0]
    assert "between us" not in written[0]
