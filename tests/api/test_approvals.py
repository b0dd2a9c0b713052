"""Approvals over the API: who is asked, the word, sending again."""

from __future__ import annotations

from typing import Any

import pytest

from servicedesk.kernel.now import now
from servicedesk.tickets import queries
from servicedesk.tickets.models import Ticket
from tests.build import open_ticket, refuse
from tests.cast import Cast
from tests.doors import Program
from tests.tickets.approving import BOSS, away, named, offer, words

REFUSAL = {"decision": "refused", "reason": "Half of it will do."}


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    offer(BOSS)
    return open_ticket(cast.maria, "it.purchase", when=now(), answers={"amount": "900"})


def address(ticket: Ticket, number: int = 0) -> str:
    return f"/api/v1/tickets/{ticket.id}/approvals/{queries.approvals(ticket.id)[number].id}"


def test_who_is_asked_is_listed(api: Program, cast: Cast, ticket: Ticket) -> None:
    found = api.as_person(cast.maria).get(f"/api/v1/tickets/{ticket.id}/approvals").json
    [row] = found["items"]
    assert found["next"] is None
    assert row == {
        "id": row["id"], "round": 1, "step": 1, "need": "any", "approver": cast.boris.email, "approver_name": "Boris",
        "cover": None, "asked_at": row["asked_at"], "decision": None, "decided_at": None, "decided_by": None,
        "decided_by_name": None, "reason": "",
    }  # fmt: skip


def test_a_ticket_without_approvals_has_an_empty_list(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria)
    assert api.as_person(cast.maria).get(f"/api/v1/tickets/{ticket.id}/approvals").json == {"items": [], "next": None}


def test_the_word_is_given_and_the_ticket_says_when(api: Program, cast: Cast, ticket: Ticket) -> None:
    where = f"/api/v1/tickets/{ticket.id}"
    assert api.as_person(cast.boris).get(where).json["approved_at"] is None
    done = api.put(address(ticket), json={"decision": "approved"})
    assert (done.status_code, done.json["decision"], done.json["decided_by"]) == (200, "approved", cast.boris.email)
    found = api.get(where)
    assert done.headers["ETag"] == found.headers["ETag"]
    assert (found.json["status"], found.json["ball"]) == ("new", "supplier")
    assert found.json["approved_at"] == done.json["decided_at"]
    assert {clock["metric"] for clock in found.json["clocks"]} == {"first_reply", "resolution", "stay"}


def test_the_same_word_once_more_changes_nothing(api: Program, cast: Cast, ticket: Ticket) -> None:
    api.as_person(cast.boris)
    first, second = (api.put(address(ticket), json=REFUSAL) for _ in range(2))
    assert (first.status_code, second.status_code, first.json) == (200, 200, second.json)
    assert first.json["reason"] == "Half of it will do."
    assert api.put(address(ticket), json={"decision": "approved"}).status_code == 409


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"decision": "refused"}, "reason"),
        ({"decision": "refused", "reason": "  "}, "reason"),
        ({"decision": "approved", "reason": "x" * 50_001}, "reason"),
        ({"decision": "void"}, "decision"),
        ({}, "decision"),
        ({"decision": None}, "decision"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    api: Program, cast: Cast, ticket: Ticket, sent: dict[str, Any], field: str
) -> None:
    answer = api.as_person(cast.boris).put(address(ticket), json=sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert words(ticket) == [(1, 1, "Boris", "asked")]


def test_another_version_is_stale(api: Program, cast: Cast, ticket: Ticket) -> None:
    answer = api.as_person(cast.boris).put(address(ticket), json=REFUSAL, headers={"If-Match": '"999"'})
    assert answer.status_code == 412
    assert words(ticket) == [(1, 1, "Boris", "asked")]


def test_others_may_not_and_strangers_find_nothing(api: Program, cast: Cast, ticket: Ticket) -> None:
    for person, status in ((cast.maria, 403), (cast.igor, 403), (cast.adam, 403), (cast.stranger, 404)):
        assert api.as_person(person).put(address(ticket), json=REFUSAL).status_code == status
    for number in (0, 2**31, 2**80):
        assert api.as_person(cast.boris).put(
            f"/api/v1/tickets/{ticket.id}/approvals/{number}", json=REFUSAL
        ).status_code == 404  # fmt: skip


def test_a_token_for_reading_decides_nothing(api: Program, cast: Cast, ticket: Ticket) -> None:
    answer = api.as_person(cast.boris, "tickets:read").put(address(ticket), json=REFUSAL)
    assert answer.status_code == 403
    assert api.get("/api/v1/approvals").status_code == 200


def test_reasons_are_not_for_who_only_follows(api: Program, cast: Cast, ticket: Ticket) -> None:
    refuse(ticket, cast.boris, now(), "Half of it.")
    list_ = f"/api/v1/tickets/{ticket.id}/approvals"
    for person, reason in ((cast.maria, "Half of it."), (cast.igor, "Half of it."), (cast.boris, "Half of it.")):
        assert api.as_person(person).get(list_).json["items"][0]["reason"] == reason


def test_a_refused_request_is_sent_again_once(api: Program, cast: Cast, ticket: Ticket) -> None:
    refuse(ticket, cast.boris, now())
    where, key = f"/api/v1/tickets/{ticket.id}/submissions", {"Idempotency-Key": "again-1"}
    sent = {"subject": "A smaller one", "fields": {"amount": "450"}}
    first, second = (api.as_person(cast.maria).post(where, json=sent, headers=key) for _ in range(2))
    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert first.status_code == 201
    assert first.headers["Location"] == f"/api/v1/tickets/{ticket.id}"
    assert (first.json["subject"], first.json["description"], first.json["fields"]) == (
        "A smaller one", "It does not even blink.", {"amount": "450"},
    )  # fmt: skip
    assert words(ticket) == [(1, 1, "Boris", "refused"), (2, 1, "Boris", "asked")]
    assert api.post(where, json={}).status_code == 409


def test_without_a_word_it_is_sent_as_it_was(api: Program, cast: Cast, ticket: Ticket) -> None:
    refuse(ticket, cast.boris, now())
    answer = api.as_person(cast.maria).post(f"/api/v1/tickets/{ticket.id}/submissions", json={})
    assert (answer.status_code, answer.json["fields"], answer.json["ball"]) == (201, {"amount": "900"}, "approver")


def test_faults_of_what_is_sent_again_stand_at_their_fields(api: Program, cast: Cast, ticket: Ticket) -> None:
    refuse(ticket, cast.boris, now())
    sent = {"subject": " ", "fields": {"amount": "a lot", "colour": "red"}}
    answer = api.as_person(cast.maria).post(f"/api/v1/tickets/{ticket.id}/submissions", json=sent)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"subject", "fields.amount", "fields.colour"})
    for person, status in ((cast.boris, 403), (cast.igor, 403), (cast.stranger, 404)):
        where = f"/api/v1/tickets/{ticket.id}/submissions"
        assert api.as_person(person).post(where, json={}).status_code == status


def test_what_waits_for_me_and_for_whom_i_stand_in(api: Program, cast: Cast) -> None:
    offer(named(cast.boris))
    today = now().strftime("%Y-%m-%d")
    away(cast.boris, cast.stranger, f"{today} 00:00", f"{int(today[:4]) + 1}-01-01 00:00")
    ticket = open_ticket(cast.maria, "it.purchase", when=now(), answers={})
    for person in (cast.boris, cast.stranger):
        [row] = api.as_person(person).get("/api/v1/approvals").json["items"]
        assert (row["approver"], row["cover"]) == (cast.boris.email, cast.stranger.email)
        assert row["ticket"]["id"] == ticket.id and row["ticket"]["requester"] == cast.maria.email
    assert api.as_person(cast.igor).get("/api/v1/approvals").json == {"items": [], "next": None}
    done = api.as_person(cast.stranger).put(address(ticket), json={"decision": "approved"})
    assert (done.json["approver_name"], done.json["decided_by_name"]) == ("Boris", "Stranger")


def test_both_lists_are_paged(api: Program, cast: Cast) -> None:
    offer(named(cast.boris, cast.olga))
    for _ in range(3):
        ticket = open_ticket(cast.maria, "it.purchase", when=now(), answers={})
    api.as_person(cast.boris)
    first = api.get("/api/v1/approvals?limit=2").json
    rest = api.get(f"/api/v1/approvals?limit=2&cursor={first['next']}").json
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    page = api.get(f"/api/v1/tickets/{ticket.id}/approvals?limit=1").json
    assert len(page["items"]) == 1 and page["next"]
    assert api.get("/api/v1/approvals?cursor=nonsense").status_code == 422


def test_the_history_names_who_was_asked(api: Program, cast: Cast, ticket: Ticket) -> None:
    refuse(ticket, cast.boris, now())
    told = {
        row["what"]: row for row in api.as_person(cast.maria).get(f"/api/v1/tickets/{ticket.id}/events").json["items"]
    }
    assert told["approval_asked"]["data"]["approver"] == cast.boris.email
    assert told["ticket_refused"]["data"]["by"] == cast.boris.email
