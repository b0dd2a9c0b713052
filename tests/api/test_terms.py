"""Dates agreed for one ticket, over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from servicedesk.kernel.now import now
from servicedesk.people.models import Person
from tests.build import cancel, open_ticket
from tests.cast import Cast
from tests.doors import Program

SOON = (now() + timedelta(hours=5)).replace(microsecond=0)
DUE = SOON.isoformat().replace("+00:00", "Z")
LATER = (SOON + timedelta(days=3)).isoformat()
OFFER = {"due_at": DUE, "reason": "  The part comes then.  "}


@pytest.fixture
def address(maria: Person) -> str:
    return f"/api/v1/tickets/{open_ticket(maria, when=now()).id}"


def resolution(api: Program, address: str) -> dict[str, Any]:
    return next(row for row in api.get(address).json["clocks"] if row["metric"] == "resolution")


def test_a_date_is_proposed_read_and_accepted(api: Program, cast: Cast, address: str) -> None:
    made = api.as_person(cast.igor).post(f"{address}/terms", json=OFFER)
    assert (made.status_code, made.headers["Location"]) == (201, f"{address}/terms/1")
    assert made.headers["ETag"] == f'"{api.get(address).json["version"]}"'
    assert made.json == {
        "number": 1, "state": "proposed", "due_at": DUE, "reason": "The part comes then.", "side": "supplier",
        "proposed_by": cast.igor.email, "proposed_by_name": "Igor", "proposed_at": made.json["proposed_at"],
        "answered_by": None, "answered_by_name": None, "answered_at": None, "in_force": False,
    }  # fmt: skip
    assert api.as_person(cast.maria).get(f"{address}/terms/1").json == made.json
    done = api.put(f"{address}/terms/1/acceptance")
    assert (done.status_code, done.json["state"], done.json["answered_by"]) == (200, "accepted", cast.maria.email)
    assert done.json["in_force"] is True
    assert done.headers["ETag"] == f'"{api.get(address).json["version"]}"'
    assert api.get(f"{address}/terms").json == {"items": [done.json], "next": None}
    clock = resolution(api, address)
    assert (clock["due_at"], clock["target"], clock["policy"]) == (DUE, f"at {DUE}", "department=it")


def test_accepting_twice_is_accepting_once(api: Program, cast: Cast, address: str) -> None:
    api.as_person(cast.igor).post(f"{address}/terms", json=OFFER)
    first = api.as_person(cast.maria).put(f"{address}/terms/1/acceptance")
    second = api.put(f"{address}/terms/1/acceptance")
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert first.headers["ETag"] == second.headers["ETag"]


def test_the_promise_of_an_agreed_date_alone_has_no_policy(api: Program, cast: Cast) -> None:
    from servicedesk.kernel.transaction import transaction
    from servicedesk.sla import actions
    from tests.cast import PROMISES, by

    with transaction():
        for name in PROMISES:
            actions.withdraw_policy(by(None, "2026-04-01 09:00"), name)
    address = f"/api/v1/tickets/{open_ticket(cast.maria, when=now()).id}"
    api.as_person(cast.igor).post(f"{address}/terms", json=OFFER)
    api.as_person(cast.maria).put(f"{address}/terms/1/acceptance")
    clock = resolution(api, address)
    assert (clock["policy"], clock["policy_version"], clock["due_at"]) == (None, None, DUE)
    assert api.get(f"{address}/clocks/{clock['id']}/explanation").status_code == 200
    assert api.get("/api/v1/tickets?sort=due").json["items"][0]["clocks"] != []


def test_a_counter_proposal_makes_the_first_one_stale(api: Program, cast: Cast, address: str) -> None:
    api.as_person(cast.igor).post(f"{address}/terms", json=OFFER)
    api.as_person(cast.maria).post(f"{address}/terms", json={"due_at": LATER, "reason": "I am away."})
    stale = api.put(f"{address}/terms/1/acceptance")
    assert (stale.status_code, stale.json["type"]) == (409, "/problems/conflict")
    assert api.as_person(cast.igor).put(f"{address}/terms/2/acceptance").status_code == 200
    assert [row["state"] for row in api.get(f"{address}/terms").json["items"]] == ["countered", "accepted"]


@pytest.mark.parametrize(("who", "state"), [("maria", "declined"), ("igor", "withdrawn")])
def test_deleting_declines_or_withdraws(api: Program, cast: Cast, address: str, who: str, state: str) -> None:
    api.as_person(cast.igor).post(f"{address}/terms", json=OFFER)
    done = api.as_person(getattr(cast, who)).delete(f"{address}/terms/1")
    assert (done.status_code, done.json["state"]) == (200, state)
    assert api.delete(f"{address}/terms/1").status_code == 409


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": "Parts."}, "due_at"),
        ({"due_at": "tomorrow", "reason": "Parts."}, "due_at"),
        ({"due_at": "2027-03-01T15:00:00", "reason": "Parts."}, "due_at"),
        ({"due_at": "2020-03-01T15:00:00Z", "reason": "Parts."}, "due_at"),
        ({"due_at": "2040-03-01T15:00:00Z", "reason": "Parts."}, "due_at"),
        ({"due_at": DUE}, "reason"),
        ({"due_at": DUE, "reason": " "}, "reason"),
        ({"due_at": DUE, "reason": "x" * 2001}, "reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    api: Program, igor: Person, address: str, sent: dict[str, Any], field: str
) -> None:
    refused = api.as_person(igor).post(f"{address}/terms", json=sent)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {field})
    assert api.get(f"{address}/terms").json["items"] == []


def test_nobody_answers_for_the_other_side_or_from_outside(api: Program, cast: Cast, address: str) -> None:
    api.as_person(cast.igor).post(f"{address}/terms", json=OFFER)
    for person, status in ((cast.olga, 403), (cast.boris, 403), (cast.stranger, 404)):
        assert api.as_person(person).put(f"{address}/terms/1/acceptance").status_code == status
    assert api.as_person(cast.maria).put(f"{address}/terms/9/acceptance").status_code == 404
    assert api.get(f"{address}/terms/9").status_code == 404
    assert api.as_person(cast.stranger).get(f"{address}/terms").status_code == 404


def test_a_token_for_reading_proposes_nothing(api: Program, igor: Person, address: str) -> None:
    api.as_person(igor, "tickets:read")
    assert api.get(f"{address}/terms").status_code == 200
    assert api.post(f"{address}/terms", json=OFFER).status_code == 403
    assert api.delete(f"{address}/terms/1").status_code == 403


def test_one_key_proposes_once(api: Program, igor: Person, address: str) -> None:
    key = {"Idempotency-Key": "friday"}
    first = api.as_person(igor).post(f"{address}/terms", json=OFFER, headers=key)
    second = api.post(f"{address}/terms", json=OFFER, headers=key)
    assert (first.status_code, second.status_code, first.text) == (201, 201, second.text)
    assert second.headers["Location"] == f"{address}/terms/1" and second.headers["Idempotency-Replayed"] == "true"
    assert len(api.get(f"{address}/terms").json["items"]) == 1


def test_a_stale_version_of_the_ticket_is_refused(api: Program, cast: Cast, address: str) -> None:
    before = {"If-Match": f'"{api.as_person(cast.igor).get(address).json["version"]}"'}
    made = api.post(f"{address}/terms", json=OFFER, headers=before)
    assert made.status_code == 201
    api.as_person(cast.maria)
    assert api.put(f"{address}/terms/1/acceptance", headers=before).status_code == 412
    assert api.delete(f"{address}/terms/1", headers=before).status_code == 412
    fitting = {"If-Match": made.headers["ETag"]}
    assert api.put(f"{address}/terms/1/acceptance", headers=fitting).status_code == 200


def test_nothing_is_agreed_on_a_request_that_ended(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria, when=now())
    cancel(ticket, cast.maria, now())
    refused = api.as_person(cast.igor).post(f"/api/v1/tickets/{ticket.id}/terms", json=OFFER)
    assert refused.status_code == 409


def test_the_history_of_the_ticket_tells_it(api: Program, cast: Cast, address: str) -> None:
    api.as_person(cast.igor).post(f"{address}/terms", json=OFFER)
    api.as_person(cast.maria).put(f"{address}/terms/1/acceptance")
    told = [row for row in api.get(f"{address}/events").json["items"] if row["what"].startswith("term_")]
    assert [(row["what"], row["data"]["number"], row["data"]["due_at"]) for row in told] == [
        ("term_proposed", 1, DUE), ("term_accepted", 1, DUE),
    ]  # fmt: skip
    assert "term_id" not in told[0]["data"] and told[1]["data"]["renegotiated"] is False


def test_a_list_of_tickets_costs_no_statement_more(api: Program, cast: Cast, count_queries: Any) -> None:
    ticket = open_ticket(cast.maria, when=now())
    api.as_person(cast.igor).get("/api/v1/tickets")
    count_queries()
    api.get("/api/v1/tickets")
    before = count_queries()
    api.post(f"/api/v1/tickets/{ticket.id}/terms", json=OFFER)
    count_queries()
    api.get("/api/v1/tickets")
    assert count_queries() == before


def test_terms_come_in_pages(api: Program, igor: Person, address: str) -> None:
    api.as_person(igor)
    for hour in range(3):
        sent = {"due_at": (SOON + timedelta(hours=hour)).isoformat(), "reason": "Parts."}
        assert api.post(f"{address}/terms", json=sent).status_code == 201
    first = api.get(f"{address}/terms?limit=2").json
    rest = api.get(f"{address}/terms?limit=2&cursor={first['next']}").json
    assert [row["number"] for row in first["items"] + rest["items"]] == [1, 2, 3]
