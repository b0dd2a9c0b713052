"""Tokens and scopes: who gets in, with what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from tests.build import open_ticket
from tests.doors import Browser, Program

TICKET = {"request_type": "it.incident", "subject": "The printer is silent"}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer desk_", "Bearer desk_nobody", "Basic ZGVzazo=", "desk_x"]
)
def test_it_asks_for_a_living_token(api: Program, header: str) -> None:
    answer = api.get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == "/problems/unauthorized"


def test_it_never_takes_a_cookie(client: Browser, maria: Person) -> None:
    client.sign_in(maria)
    assert client.get("/api/v1/me").status_code == 401
    assert client.post("/api/v1/tickets", json=TICKET).status_code == 401


def test_it_needs_no_form_token_of_the_pages(api: Program, maria: Person) -> None:
    assert api.as_person(maria).post("/api/v1/tickets", json=TICKET).status_code == 201


def test_it_reads_the_scheme_in_any_case(api: Program, maria: Person) -> None:
    api.as_person(maria)
    assert api.get("/api/v1/me", headers={"Authorization": f"bearer {api.bearer}"}).status_code == 200


def test_it_refuses_an_expired_token(api: Program, maria: Person) -> None:
    with transaction():
        stamp = Stamp(maria.id, now(), "cli")
        api.bearer = people.issue_token(stamp, maria, name="old", expires_at=now() - timedelta(seconds=1))
    assert api.get("/api/v1/me").status_code == 401


def test_it_refuses_a_person_who_is_switched_off(api: Program, maria: Person, adam: Person) -> None:
    api.as_person(maria)
    with transaction():
        people.change_person(Stamp(adam.id, now(), "web"), maria, {"active": False})
    assert api.get("/api/v1/me").status_code == 401


def test_a_scope_narrows_what_a_token_may(api: Program, igor: Person, maria: Person) -> None:
    ticket = open_ticket(maria)
    api.as_person(igor, "tickets:read")
    assert api.get(f"/api/v1/tickets/{ticket.id}").status_code == 200
    refused = api.put(f"/api/v1/tickets/{ticket.id}/assignment", json={"assignee": None})
    assert refused.status_code == 403
    assert "tickets:write" in refused.json["detail"]
    assert api.get("/api/v1/reports/2026-04").status_code == 403


def test_a_scope_for_reports_shows_no_ticket(api: Program, olga: Person) -> None:
    api.as_person(olga, "reports:read")
    assert api.get("/api/v1/tickets").status_code == 403
    assert api.get("/api/v1/breaches").status_code == 403
    assert api.get("/api/v1/departments").status_code == 200


def test_it_looks_at_the_token_before_it_looks_at_the_body(api: Program, maria: Person) -> None:
    assert api.post("/api/v1/tickets", data="{", content_type="application/json").status_code == 401
    api.as_person(maria, "tickets:read")
    assert api.post("/api/v1/tickets", data="{", content_type="application/json").status_code == 403


def test_it_says_who_the_token_is(api: Program, olga: Person) -> None:
    found = api.as_person(olga, "tickets:read").get("/api/v1/me").json
    assert found["email"] == "olga@example.com"
    assert found["department"] == "it"
    assert found["person"]["name"] == "Olga"
    assert found["roles"] == ["lead"]
    assert found["grants"] == [{"role": "lead", "department": "it"}]
    assert found["scopes"] == ["tickets:read"]
