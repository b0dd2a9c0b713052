"""The document of the API: complete, true and open to everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from tests.build import open_ticket, propose, reply
from tests.cast import Cast
from tests.doors import Browser, Program

PREFIX = "/api/v1/"


@pytest.fixture
def document(api: Program) -> dict[str, Any]:
    answer = api.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


def calls(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            yield path, method, call


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_is_openapi_3_1_with_valid_schemas(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = [call["operationId"] for _, _, call in calls(document)]
    assert len(names) == len(set(names))
    tags = [tag["name"] for tag in document["tags"]]
    assert len(tags) == len(set(tags))


def test_everything_it_refers_to_is_there(document: dict[str, Any]) -> None:
    for reference in set(references(document)):
        kind, name = re.fullmatch(r"#/components/(\w+)/(\w+)", reference).groups()  # type: ignore[union-attr]
        assert name in document["components"][kind], reference


def test_it_has_every_call_and_no_page(app: Flask, document: dict[str, Any]) -> None:
    served = {
        (re.sub(r"<(?:[^<:]+:)?([^>]+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith(PREFIX) and method not in ("HEAD", "OPTIONS") and rule.endpoint != "openapi.spec"
    }
    assert {(path, method) for path, method, _ in calls(document)} == served


def test_every_call_says_what_it_needs(app: Flask) -> None:
    from servicedesk.people.rules import SCOPES

    needs = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "access", None)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX) and rule.endpoint != "openapi.spec"
    }
    assert [name for name, need in needs.items() if need not in ("token", "public", *SCOPES)] == []
    assert [name for name, need in needs.items() if need == "public"] == ["api_ratings.rate"]


def test_every_call_but_the_opinion_needs_a_token(document: dict[str, Any]) -> None:
    open_calls = [path for path, _, call in calls(document) if call.get("security") == []]
    assert open_calls == ["/api/v1/ratings/{token}"]
    assert document["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_problems_are_described_as_they_are(document: dict[str, Any], api: Program) -> None:
    for path, method, call in calls(document):
        for status in (status for status in call["responses"] if status >= "400"):
            assert call["responses"][status] == {"$ref": f"#/components/responses/Problem{status}"}, (path, method)
        if "requestBody" in call:
            assert {"400", "415", "422"} <= set(call["responses"])
    Draft202012Validator(document["components"]["schemas"]["Problem"]).validate(api.get("/api/v1/me").json)


def test_examples_of_bodies_fit_their_schemas(document: dict[str, Any]) -> None:
    seen = 0
    for _, _, call in calls(document):
        for content in call.get("requestBody", {}).get("content", {}).values():
            schema = content["schema"] | {"components": document["components"]}
            Draft202012Validator(schema).validate(content["example"])
            seen += 1
    assert seen >= 10


def test_answers_have_exactly_the_members_the_document_names(
    api: Program, cast: Cast, document: dict[str, Any]
) -> None:
    ticket = open_ticket(cast.maria)
    reply(ticket, cast.igor, "2026-04-06 17:00")
    propose(ticket, cast.igor, "2026-04-06 17:01", "2026-04-08 12:00")
    api.as_person(cast.olga)
    clock = api.get(f"/api/v1/tickets/{ticket.id}/clocks").json["items"][0]["id"]
    for path, name in {
        "me": "Me", "tickets": "Ticket", f"tickets/{ticket.id}": "Ticket", f"tickets/{ticket.id}/messages": "Message",
        f"tickets/{ticket.id}/terms": "Term", f"tickets/{ticket.id}/terms/1": "Term",
        f"tickets/{ticket.id}/clocks": "Clock", f"tickets/{ticket.id}/clocks/{clock}/explanation": "Stretch",
        f"tickets/{ticket.id}/events": "Event", "departments": "Department", "request-types": "RequestType",
        "breaches": "Breach",
    }.items():  # fmt: skip
        found = api.get(f"/api/v1/{path}").json
        row = found["items"][0] if "items" in found else found
        assert set(row) == set(document["components"]["schemas"][name]["properties"]), path


def test_it_says_nothing_that_is_private(document: dict[str, Any], cast: Cast) -> None:
    text = str(document)
    for person in cast.everybody().values():
        assert person.email not in text


def test_the_pages_are_open_to_everybody(client: Browser) -> None:
    page = client.get("/api/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert 'data-openapi="/api/v1/openapi.json"' in page.text
