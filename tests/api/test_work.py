"""Working on a ticket: messages, assignment, hold, hand-over, resolution, closure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people.models import Person
from servicedesk.sla import actions
from servicedesk.sla.agreement_rules import Line, Terms
from tests.build import change_priority, clocks, close, hold, note, open_ticket, reply, resolve, thank
from tests.cast import Cast, by, department
from tests.doors import Program
from tests.letters.rows import received


@pytest.fixture
def address(maria: Person) -> str:
    return f"/api/v1/tickets/{open_ticket(maria, when=now()).id}"


def test_messages_are_written_and_read(api: Program, cast: Cast, address: str) -> None:
    said = api.as_person(cast.igor).post(f"{address}/messages", json={"text": "  Which floor?  "})
    assert said.status_code == 201
    assert said.json == {
        "id": said.json["id"], "author": cast.igor.email, "author_name": "Igor", "visibility": "public",
        "side": "supplier", "text": "Which floor?", "filled": {}, "thanks": False, "by_mail": False, "created_at": said.json["created_at"],
    }  # fmt: skip
    api.post(f"{address}/messages", json={"text": "A note.", "visibility": "internal"})
    assert [m["visibility"] for m in api.get(f"{address}/messages").json["items"]] == ["public", "internal"]
    assert [m["visibility"] for m in api.as_person(cast.maria).get(f"{address}/messages").json["items"]] == ["public"]


def test_messages_come_in_pages(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria)
    for minute in range(5):
        note(ticket, cast.igor, f"2026-04-06 11:0{minute}", f"note {minute}")
        reply(ticket, cast.igor, f"2026-04-06 11:0{minute}", f"word {minute}")
    api.as_person(cast.maria)
    first = api.get(f"/api/v1/tickets/{ticket.id}/messages?limit=3").json
    rest = api.get(f"/api/v1/tickets/{ticket.id}/messages?limit=3&cursor={first['next']}").json
    assert [m["text"] for m in first["items"] + rest["items"]] == [f"word {n}" for n in range(5)]
    assert rest["next"] is None


def test_an_empty_message_is_refused(api: Program, igor: Person, address: str) -> None:
    for text in ("", "  \n"):
        refused = api.as_person(igor).post(f"{address}/messages", json={"text": text})
        assert (refused.status_code, set(refused.json["errors"])) == (422, {"text"})


def test_the_requester_writes_no_notes(api: Program, maria: Person, address: str) -> None:
    sent = {"text": "Psst", "visibility": "internal"}
    assert api.as_person(maria).post(f"{address}/messages", json=sent).status_code == 403


def test_it_is_given_to_somebody_of_the_team_and_taken_back(api: Program, cast: Cast, address: str) -> None:
    api.as_person(cast.igor)
    given = api.put(f"{address}/assignment", json={"assignee": "OLGA@example.com"}).json
    assert (given["assignee"], given["status"]) == (cast.olga.email, "open")
    assert api.put(f"{address}/assignment", json={"assignee": None}).json["assignee"] is None
    for wrong in (cast.anna.email, "nobody@example.com", cast.maria.email):
        refused = api.put(f"{address}/assignment", json={"assignee": wrong})
        assert (refused.status_code, set(refused.json["errors"])) == (422, {"assignee"})
    assert api.put(f"{address}/assignment", json={}).status_code == 422


def test_it_waits_and_goes_on(api: Program, igor: Person, address: str) -> None:
    until = (now() + timedelta(days=3)).isoformat()
    api.as_person(igor)
    held = api.put(f"{address}/hold", json={"reason": "scheduled", "note": "The lift comes.", "until": until}).json
    assert (held["status"], held["ball"], held["hold"]["note"]) == ("on_hold", "supplier", "The lift comes.")
    assert {clock["state"] for clock in held["clocks"] if clock["metric"] == "resolution"} == {"paused"}
    endless = api.put(f"{address}/hold", json={"reason": "scheduled", "note": "Some day."}).json
    assert (endless["ball"], endless["hold"]["until"]) == ("supplier", None)
    again = api.put(f"{address}/hold", json={"reason": "third_party"}).json
    assert (again["ball"], again["hold"]["until"]) == ("third_party", None)
    resumed = api.delete(f"{address}/hold")
    assert (resumed.json["status"], resumed.json["hold"]) == ("new", None)
    assert api.delete(f"{address}/hold").status_code == 409


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": "coffee"}, "reason"), ({}, "reason"),
        ({"reason": "third_party", "until": "tomorrow"}, "until"), ({"reason": "third_party", "until": "2026-11-30T10:00:00"}, "until"),
        ({"reason": "third_party", "until": "2020-01-01T00:00:00Z"}, "until"),
        ({"reason": "third_party", "until": "9999-12-31T23:59:59-14:00"}, "until"),
        ({"reason": "third_party", "until": "0001-01-01T00:00:00+14:00"}, "until"),
        ({"reason": "third_party", "until": 1}, "until"), ({"reason": "third_party", "note": None}, "note"),
    ],
)  # fmt: skip
def test_a_wrong_hold_is_refused_at_its_field(api: Program, igor: Person, address: str, sent: Any, field: str) -> None:
    refused = api.as_person(igor).put(f"{address}/hold", json=sent)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {field})


def test_it_moves_to_another_department(api: Program, cast: Cast, address: str) -> None:
    moved = api.as_person(cast.igor).post(f"{address}/handovers", json={"department": "hr", "note": "A contract."})
    assert moved.status_code == 201
    assert (moved.json["department"], moved.json["assignee"]) == ("hr", None)
    assert sum(clock["metric"] == "stay" for clock in moved.json["clocks"]) >= 1
    assert api.get(address).status_code == 200
    assert api.put(f"{address}/assignment", json={"assignee": None}).status_code == 403
    api.as_person(cast.anna)
    assert "A contract." in api.get(f"{address}/messages").text
    for wrong in ("hr", "moon"):
        refused = api.post(f"{address}/handovers", json={"department": wrong})
        assert (refused.status_code, set(refused.json["errors"])) == (422, {"department"})


def test_a_confidential_ticket_is_gone_for_who_hands_it_over(api: Program, cast: Cast) -> None:
    address = f"/api/v1/tickets/{open_ticket(cast.maria, 'hr.trouble').id}"
    assert api.as_person(cast.anna).post(f"{address}/handovers", json={"department": "it"}).status_code == 201
    assert api.get(address).status_code == 404
    assert api.as_person(cast.igor).get(address).status_code == 200


def test_it_is_resolved_reopened_and_confirmed(api: Program, cast: Cast, address: str) -> None:
    api.as_person(cast.igor)
    assert api.put(f"{address}/closure").status_code == 403
    solved = api.put(f"{address}/resolution", json={"text": "It prints."}).json
    assert (solved["status"], solved["ball"]) == ("resolved", "none")
    assert solved["resolved_at"] is not None
    assert api.put(f"{address}/resolution", json={"text": "It prints."}).status_code == 409
    api.as_person(cast.maria)
    assert api.delete(f"{address}/resolution").status_code == 422
    reopened = api.delete(f"{address}/resolution", json={"text": "It does not."}).json
    assert (reopened["status"], reopened["resolved_at"]) == ("open", None)
    assert api.put(f"{address}/closure").status_code == 409
    api.as_person(cast.igor).put(f"{address}/resolution", json={"text": "Now it does."})
    closed = api.as_person(cast.maria).put(f"{address}/closure").json
    assert closed["status"] == "closed"
    assert closed["closed_at"] is not None
    assert api.put(f"{address}/closure").json == closed
    refused = api.as_person(cast.igor).post(f"{address}/messages", json={"text": "By the way"})
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/conflict")


def test_clocks_say_where_the_time_went(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria, when="2026-04-06 10:00")
    hold(ticket, cast.igor, "2026-04-06 12:00", note="Which floor?")
    reply(ticket, cast.maria, "2026-04-06 15:00")
    resolve(ticket, cast.igor, "2026-04-07 10:00")
    address = f"/api/v1/tickets/{ticket.id}/clocks"
    clocks = {clock["metric"]: clock for clock in api.as_person(cast.maria).get(address).json["items"]}
    clock = clocks["resolution"]
    assert (clock["state"], clock["stopped_at"], clock["due_at"]) == (
        "met",
        "2026-04-07T07:00:00Z",
        "2026-04-09T10:00:00Z",
    )
    assert (clock["elapsed_seconds"], clock["paused_seconds"], clock["target_seconds"]) == (
        6 * 3600,
        3 * 3600,
        27 * 3600,
    )
    rows = api.get(f"{address}/{clock['id']}/explanation").json["items"]
    assert [row["why"] for row in rows] == ["open", "paused", "open", "night", "open"]
    assert sum(row["seconds"] for row in rows if row["counted"]) == clock["elapsed_seconds"]
    assert [row["to"] for row in rows[:-1]] == [row["from"] for row in rows[1:]]
    assert (rows[0]["from"], rows[-1]["to"]) == (clock["started_at"], clock["stopped_at"])


def test_a_running_clock_shows_the_time_until_now(api: Program, maria: Person) -> None:
    ticket = open_ticket(maria, when=now() - timedelta(days=28))
    clock = next(
        c
        for c in api.as_person(maria).get(f"/api/v1/tickets/{ticket.id}/clocks").json["items"]
        if c["metric"] == "resolution"
    )
    assert clock["state"] == "breached"
    assert clock["breached_at"] == clock["due_at"]
    assert clock["elapsed_seconds"] > clock["target_seconds"]


def test_a_clock_of_another_ticket_is_missing(api: Program, maria: Person) -> None:
    one, other = open_ticket(maria), open_ticket(maria)
    theirs = api.as_person(maria).get(f"/api/v1/tickets/{other.id}/clocks").json["items"][0]["id"]
    for clock_id in (theirs, 0, 10**40):
        assert api.get(f"/api/v1/tickets/{one.id}/clocks/{clock_id}/explanation").status_code == 404


def test_each_side_reads_its_part_of_the_history(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria)
    note(ticket, cast.igor, "2026-04-06 11:00")
    reply(ticket, cast.olga, "2026-04-06 16:00")
    address = f"/api/v1/tickets/{ticket.id}/events"
    mine = api.as_person(cast.maria).get(address).json["items"]
    assert [event["what"] for event in mine if event["what"] != "clock_breached"] == ["ticket_opened", "message_added"]
    assert mine[0]["actor"] == cast.maria.email
    assert (mine[0]["data"]["department"], mine[0]["data"]["request_type"]) == ("it", "it.incident")
    assert {event["data"].get("visibility") for event in mine} == {None, "public"}
    staff = api.as_person(cast.igor).get(address).json["items"]
    assert [e["data"]["visibility"] for e in staff if e["what"] == "message_added"] == ["internal", "public"]
    assert not any(
        name.endswith("_id") and name != "message_id" for e in staff for name in e["data"] if name != "clock_id"
    )


@pytest.mark.parametrize("part", ["messages", "events", "clocks", "ledger", "explanation"])
def test_a_ticket_costs_the_same_with_much_said(
    api: Program, cast: Cast, count_queries: Callable[[], int], part: str
) -> None:
    def cost() -> int:
        count_queries()
        assert api.get(f"/api/v1/tickets/{ticket.id}/{part}?limit=200").status_code == 200
        return count_queries()

    ticket = open_ticket(cast.maria)
    reply(ticket, cast.igor, "2026-04-06 11:00")
    reply(ticket, cast.maria, "2026-04-06 11:01")
    if part == "explanation":
        part = f"clocks/{clocks(ticket)['resolution'].id}/explanation"
    api.as_person(cast.igor)
    little = cost()
    for minute in range(10, 20):
        reply(ticket, cast.igor, f"2026-04-06 12:{minute}")
        note(ticket, cast.olga, f"2026-04-06 12:{minute}")
        reply(ticket, cast.maria, f"2026-04-06 12:{minute}")
    assert cost() <= little


def test_hidden_events_leave_no_gap_in_a_page(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria)
    for minute in range(6):
        note(ticket, cast.igor, f"2026-04-06 11:0{minute}")
    reply(ticket, cast.igor, "2026-04-06 12:00")
    page = api.as_person(cast.maria).get(f"/api/v1/tickets/{ticket.id}/events?limit=2").json
    assert [event["what"] for event in page["items"]] == ["ticket_opened", "message_added"]


def test_an_explanation_says_by_whom_by_what_name_and_what_the_target_was(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria, when="2026-04-30 16:00")
    change_priority(ticket, cast.igor, "2026-04-30 16:30", "urgent")
    hold(ticket, cast.igor, "2026-04-30 16:40", note="Which floor?")
    reply(ticket, cast.maria, "2026-05-04 10:00")
    resolve(ticket, cast.igor, "2026-05-04 11:00")
    address = f"/api/v1/tickets/{ticket.id}/clocks"
    rows = {clock["metric"]: clock for clock in api.as_person(cast.maria).get(address).json["items"]}
    told = api.get(f"{address}/{rows['resolution']['id']}/explanation").json
    assert (told["elapsed_seconds"], told["due_at"]) == (100 * 60, rows["resolution"]["due_at"])
    assert sum(row["seconds"] for row in told["items"] if row["counted"]) == told["elapsed_seconds"]
    (paused,) = [row for row in told["items"] if row["why"] == "paused"]
    assert (paused["by"], paused["by_name"], paused["reason"], paused["note"]) == (
        cast.igor.email, "Igor", "waiting_for_requester", "Which floor?",
    )  # fmt: skip
    assert told["retargets"] == [
        {
            "at": "2026-04-30T13:30:00Z", "cause": "priority", "before": "27h", "after": "4h", "hours_changed": False,
            "due_before": "2026-05-06T14:00:00Z", "due_after": "2026-05-04T09:00:00Z",
        }
    ]  # fmt: skip
    assert (told["target"], told["policy"], told["policy_version"], told["agreement"]) == (
        "4h", "department=it priority=urgent", 1, None,
    )  # fmt: skip


def test_a_confirmed_agreement_is_named_beside_the_stretches(api: Program, cast: Cast) -> None:
    with transaction():
        terms = Terms(promises=(Line(None, None, {"resolution": "8h"}),), valid_from=date(2026, 4, 1))
        actions.decree_agreement(by(None, "2026-04-01 10:00"), department("it"), department("sales"), terms, None)
    ticket = open_ticket(cast.maria)
    address = f"/api/v1/tickets/{ticket.id}/clocks"
    clock = next(c for c in api.as_person(cast.maria).get(address).json["items"] if c["metric"] == "resolution")
    agreement = api.get(f"{address}/{clock['id']}/explanation").json["agreement"]
    assert (agreement["version"], agreement["supplier"]["en"], agreement["customer"]["en"]) == (1, "It", "Sales")


def test_the_ledger_says_who_held_the_ball(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria, when="2026-04-06 10:00")
    hold(ticket, cast.igor, "2026-04-06 12:00")
    reply(ticket, cast.maria, "2026-04-06 15:00")
    resolve(ticket, cast.igor, "2026-04-07 10:00")
    close(ticket, cast.maria, "2026-04-07 11:00")
    told = api.as_person(cast.maria).get(f"/api/v1/tickets/{ticket.id}/ledger").json
    assert [(row["holder"], row["department"], row["seconds"]) for row in told["items"]] == [
        ("supplier", "it", 7200), ("requester", "it", 10800), ("supplier", "it", 10800), ("closed", "it", 54000),
        ("supplier", "it", 3600), ("resolved", None, 3600),
    ]  # fmt: skip
    assert [(row["holder"], row["department"], row["seconds"]) for row in told["sums"]] == [
        ("supplier", "it", 21600), ("requester", None, 10800), ("closed", None, 54000), ("resolved", None, 3600),
    ]  # fmt: skip
    assert told["seconds"] == 25 * 3600
    assert (told["items"][0]["from"], told["items"][-1]["to"]) == ("2026-04-06T07:00:00Z", "2026-04-07T08:00:00Z")
    assert api.as_person(cast.stranger).get(f"/api/v1/tickets/{ticket.id}/ledger").status_code == 404


def test_a_message_says_that_it_came_as_a_letter_and_that_it_is_thanks(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria)
    resolve(ticket, cast.igor, "2026-04-06 11:00")
    thanks = thank(ticket, cast.maria, "2026-04-06 12:00")
    received("thanked", ticket_id=ticket.id, message_id=thanks.id, person_id=cast.maria.id)
    said = api.as_person(cast.maria).get(f"/api/v1/tickets/{ticket.id}/messages").json["items"]
    assert [(one["thanks"], one["by_mail"]) for one in said] == [(False, False), (True, True)]
