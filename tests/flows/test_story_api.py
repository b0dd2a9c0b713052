"""One request from its filing to the monthly report, told by programs alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Person
from servicedesk.reports import actions as reports
from servicedesk.reports.rules import bounds
from tests.build import open_ticket, reply
from tests.doors import Program
from tests.opinions import KEYS

pytestmark = pytest.mark.flow
ZONE = "Europe/Moscow"


def test_a_request_goes_from_filing_to_the_report(
    app: Any, api: Program, maria: Person, igor: Person, olga: Person, rita: Person, boris: Person
) -> None:
    address = she_asks_and_sees_what_is_promised(api, maria)
    he_takes_it_asks_back_and_holds_it(api, igor, address)
    her_answer_ends_the_hold(api, maria, address)
    he_resolves_it_with_a_public_word(api, igor, address)
    she_is_asked_and_a_low_score_needs_a_word(api, maria, address)
    month = she_confirms_and_the_month_is_closed(api, address)
    report = api.as_person(rita).get(f"/api/v1/reports/{month}")
    assert report.status_code == 200
    assert report.json["promises"]["resolution"]["kept"] == 1
    the_opinion_of_one_is_hidden(api, olga, month)
    assert api.as_person(igor).get(f"/api/v1/reports/{month}").status_code == 404
    assert api.as_person(boris).get("/api/v1/departments/it").json["figures"]["month"] == month


def she_asks_and_sees_what_is_promised(api: Program, maria: Person) -> str:
    """The address of the request."""
    api.as_person(maria)
    filed = api.post(
        "/api/v1/tickets",
        json={"request_type": "it.incident", "subject": "The printer is silent", "fields": {"device": "HP 4200"}},
    )
    assert filed.status_code == 201
    address = filed.headers["Location"]
    clocks = {clock["metric"]: clock for clock in filed.json["clocks"]}
    assert set(clocks) == {"first_reply", "resolution", "stay"}
    assert clocks["resolution"]["target_seconds"] == 27 * 3600
    assert filed.json["ball"] == "supplier"
    return str(address)


def he_takes_it_asks_back_and_holds_it(api: Program, igor: Person, address: str) -> None:
    api.as_person(igor)
    assert api.put(f"{address}/assignment", json={"assignee": igor.email}).json["status"] == "open"
    assert api.post(f"{address}/messages", json={"text": "Which floor?"}).status_code == 201
    assert (
        api.post(f"{address}/messages", json={"text": "It is her again.", "visibility": "internal"}).status_code == 201
    )
    held = api.put(f"{address}/hold", json={"reason": "waiting_for_requester", "note": "Which floor?"})
    assert (held.json["status"], held.json["ball"]) == ("waiting", "requester")
    assert {clock["metric"]: clock["state"] for clock in held.json["clocks"]}["resolution"] == "paused"


def her_answer_ends_the_hold(api: Program, maria: Person, address: str) -> None:
    """His note is not hers to read."""
    api.as_person(maria)
    assert api.get(address).json["hold"]["reason"] == "waiting_for_requester"
    assert api.post(f"{address}/messages", json={"text": "The third one."}).status_code == 201
    assert api.get(address).json["status"] == "open"
    assert [m["text"] for m in api.get(f"{address}/messages").json["items"]] == ["Which floor?", "The third one."]


def he_resolves_it_with_a_public_word(api: Program, igor: Person, address: str) -> None:
    api.as_person(igor)
    solved = api.put(f"{address}/resolution", json={"text": "It prints again."})
    assert solved.json["status"] == "resolved"
    assert {clock["state"] for clock in solved.json["clocks"]} == {"met"}
    assert solved.json["rating_token"] is None


def she_is_asked_and_a_low_score_needs_a_word(api: Program, maria: Person, address: str) -> None:
    link = f"/api/v1/ratings/{api.as_person(maria).get(address).json['rating_token']}"
    api.as_person(None)
    refused = api.post(link, json={"quality": 4, "speed": 9, "helpfulness": None})
    assert refused.status_code == 422
    assert set(refused.json["errors"]) == {"comment"}
    thanks = api.post(link, json={"quality": 4, "speed": 9, "helpfulness": None, "comment": "Twice the same floor."})
    assert thanks.status_code == 201
    assert thanks.json == {"saved": True}
    assert api.post(link, json={"quality": 10, "speed": None, "helpfulness": None}).status_code == 409
    assert api.as_person(maria).get(address).json["rating_url"] is None


def she_confirms_and_the_month_is_closed(api: Program, address: str) -> str:
    """The month, by the company's clock: on its last evening it may be the next one there."""
    closed = api.put(f"{address}/closure")
    assert closed.json["status"] == "closed"
    month = f"{datetime.fromisoformat(closed.json['created_at']).astimezone(ZoneInfo(ZONE)):%Y-%m}"
    with transaction():
        reports.close_month(Stamp(None, bounds(month, ZONE)[1] + timedelta(days=3), "worker"), month, keys=KEYS)
    return month


def the_opinion_of_one_is_hidden(api: Program, olga: Person, month: str) -> None:
    part = api.as_person(olga).get(f"/api/v1/reports/{month}/departments/it").json["department"]
    assert part["responses"]["invited"] is None
    assert part["ratings"]["index"]["hidden"]
    assert part["lists"]["comments"]["rows"] == 0
    assert api.get(f"/api/v1/reports/{month}/departments/it/comments").json == {"items": [], "next": None}


def test_a_broken_promise_gets_its_reason(app: Any, api: Program, maria: Person, olga: Person) -> None:
    ticket = open_ticket(maria, when="2026-04-06 10:00")
    reply(ticket, olga, "2026-04-06 16:00")
    api.as_person(olga)
    found = api.get("/api/v1/breaches?department=it&from=2026-04-01&to=2026-04-06").json["items"]
    assert [(row["ticket"], row["metric"], row["reason"]) for row in found] == [(ticket.id, "first_reply", None)]
    assert found[0]["breached_at"] == "2026-04-06T11:00:00Z"
    address = f"/api/v1/breaches/{found[0]['id']}/reason"
    said = api.put(address, json={"code": "workload", "text": "Two of us were ill."})
    assert said.json["reason"]["code"] == "workload"
    assert api.get("/api/v1/breaches?unexplained=true&from=2026-04-01&to=2026-04-06").json["items"] == []
