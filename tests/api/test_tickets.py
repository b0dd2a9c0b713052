"""Filing, reading, listing and editing tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servicedesk.people.models import Person
from tests.build import assign, hold, note, open_ticket, reply, resolve
from tests.cast import Cast
from tests.doors import Program

TICKET = {"request_type": "it.incident", "subject": "The printer is silent", "description": "It does not blink."}
MEMBERS = [
    "id",
    "subject",
    "description",
    "status",
    "priority",
    "department",
    "request_type",
    "requester",
    "assignee",
    "ball",
    "created_at",
    "updated_at",
    "resolved_at",
    "closed_at",
    "version",
    "external_id",
    "clocks",
]
CLOCK_MEMBERS = [
    "id",
    "metric",
    "state",
    "started_at",
    "due_at",
    "stopped_at",
    "breached_at",
    "elapsed_seconds",
    "paused_seconds",
    "target_seconds",
    "policy",
]


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [ticket["id"] for ticket in answer.json["items"]]


def test_a_ticket_has_what_was_promised(api: Program, maria: Person) -> None:
    filed = api.as_person(maria).post(
        "/api/v1/tickets", json=TICKET | {"fields": {"device": "HP"}, "priority": "urgent"}
    )
    assert filed.status_code == 201
    ticket = filed.json
    assert set(MEMBERS) <= set(ticket)
    assert filed.headers["Location"] == f"/api/v1/tickets/{ticket['id']}"
    assert filed.headers["ETag"] == f'"{ticket["version"]}"'
    assert (ticket["department"], ticket["request_type"], ticket["requester"]) == ("it", "it.incident", maria.email)
    assert (ticket["status"], ticket["priority"], ticket["ball"], ticket["assignee"]) == (
        "new",
        "urgent",
        "supplier",
        None,
    )
    assert ticket["fields"] == {"device": "HP"}
    assert ticket["created_at"].endswith("Z")
    assert all(set(CLOCK_MEMBERS) <= set(clock) for clock in ticket["clocks"])
    assert {clock["metric"]: clock["policy"] for clock in ticket["clocks"]}[
        "resolution"
    ] == "department=it priority=urgent"
    again = api.get(filed.headers["Location"])
    assert again.json["version"] == ticket["version"]
    assert again.headers["ETag"] == filed.headers["ETag"]


def test_wrong_answers_of_the_form_are_named(api: Program, maria: Person) -> None:
    sent = {"request_type": "it.access", "subject": " ", "fields": {"system": "moon", "until": "soon", "why": "?"}}
    errors = api.as_person(maria).post("/api/v1/tickets", json=sent).json["errors"]
    assert set(errors) == {"subject", "fields.system", "fields.until", "fields.why"}


def test_an_unknown_request_type_is_named(api: Program, maria: Person) -> None:
    for key in ("it.nothing", "nothing", "\u2603", ""):
        answer = api.as_person(maria).post("/api/v1/tickets", json=TICKET | {"request_type": key})
        assert (answer.status_code, set(answer.json["errors"])) == (422, {"request_type"})


def test_who_serves_files_for_others(api: Program, maria: Person, igor: Person, anna: Person) -> None:
    refused = api.as_person(maria).post("/api/v1/tickets", json=TICKET | {"on_behalf_of": igor.email})
    assert refused.status_code == 403
    filed = api.as_person(anna).post("/api/v1/tickets", json=TICKET | {"on_behalf_of": "Maria@Example.com"})
    assert (filed.json["requester"], filed.json["registrar"]) == (maria.email, anna.email)
    unknown = api.post("/api/v1/tickets", json=TICKET | {"on_behalf_of": "nobody@example.com"})
    assert (unknown.status_code, set(unknown.json["errors"])) == (422, {"on_behalf_of"})


def test_invisible_and_missing_look_the_same(api: Program, maria: Person, stranger: Person) -> None:
    ticket = open_ticket(maria)
    api.as_person(stranger)

    def told(address: str) -> dict[str, Any]:
        answer = api.get(address)
        assert answer.status_code == 404
        return {name: value for name, value in answer.json.items() if name != "request_id"}

    for part in ("", "/messages", "/clocks", "/events", "/clocks/1/explanation"):
        seen = told(f"/api/v1/tickets/{ticket.id}{part}")
        assert seen == told(f"/api/v1/tickets/{ticket.id + 999}{part}")
        assert seen == told(f"/api/v1/tickets/0{part}")
        assert seen == told(f"/api/v1/tickets/{10**30}{part}")


CHANGES = [
    ("PATCH", "", {"priority": "high"}),
    ("POST", "/messages", {"text": "Hello?"}),
    ("POST", "/messages", {"text": "Between us", "visibility": "internal"}),
    ("PUT", "/assignment", {"assignee": None}),
    ("PUT", "/hold", {"reason": "third_party", "note": "The vendor is thinking."}),
    ("DELETE", "/hold", None),
    ("POST", "/handovers", {"department": "hr"}),
    ("PUT", "/resolution", {"text": "Done."}),
    ("DELETE", "/resolution", {"text": "Not done."}),
    ("PUT", "/closure", None),
]


@pytest.mark.parametrize(("method", "part", "sent"), CHANGES)
def test_a_stranger_changes_nothing(
    api: Program, maria: Person, stranger: Person, method: str, part: str, sent: Any
) -> None:
    ticket = open_ticket(maria)
    answer = api.as_person(stranger).open(f"/api/v1/tickets/{ticket.id}{part}", method=method, json=sent)
    missing = api.open(f"/api/v1/tickets/{ticket.id + 999}{part}", method=method, json=sent)
    assert answer.status_code == missing.status_code == 404
    assert answer.json["detail"] == missing.json["detail"]


@pytest.mark.parametrize(("method", "part", "sent"), CHANGES)
def test_whoever_sees_it_changes_only_what_is_theirs(
    api: Program, cast: Cast, method: str, part: str, sent: Any
) -> None:
    """Boris leads Maria's department: he sees her requests and does nothing with them."""
    ticket = open_ticket(cast.maria)
    answer = api.as_person(cast.boris).open(f"/api/v1/tickets/{ticket.id}{part}", method=method, json=sent)
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/not-allowed")


@pytest.mark.parametrize(("method", "part", "sent"), CHANGES)
def test_a_stale_version_is_refused(api: Program, cast: Cast, method: str, part: str, sent: Any) -> None:
    ticket = open_ticket(cast.maria)
    who = cast.maria if part == "/closure" else cast.igor
    stale = {"If-Match": f'"{ticket.version + 5}"'}
    answer = api.as_person(who).open(f"/api/v1/tickets/{ticket.id}{part}", method=method, json=sent, headers=stale)
    assert (answer.status_code, answer.json["type"]) == (412, "/problems/precondition-failed")


@pytest.mark.parametrize("tag", ['"{}"', '"999", "{}"', "*"])
def test_a_fitting_version_is_taken(api: Program, igor: Person, maria: Person, tag: str) -> None:
    ticket = open_ticket(maria)
    address = f"/api/v1/tickets/{ticket.id}"
    fitting = {"If-Match": tag.format(ticket.version)}
    changed = api.as_person(igor).patch(address, json={"priority": "high"}, headers=fitting)
    assert (changed.status_code, changed.json["priority"]) == (200, "high")
    assert changed.headers["ETag"] != f'"{ticket.version - 1}"'
    assert changed.headers["ETag"] == api.get(address).headers["ETag"]


@pytest.mark.parametrize("tag", ['W/"{}"', "{}", '""', "abc", '"-1"'])
def test_what_is_no_strong_tag_never_fits(api: Program, igor: Person, maria: Person, tag: str) -> None:
    ticket = open_ticket(maria)
    sent = {"If-Match": tag.format(ticket.version)}
    assert api.as_person(igor).patch(f"/api/v1/tickets/{ticket.id}", json={}, headers=sent).status_code == 412


def test_editing_changes_priority_type_and_subject_together(api: Program, igor: Person, maria: Person) -> None:
    ticket = open_ticket(maria)
    sent = {"priority": "urgent", "request_type": "it.access", "subject": "Let me in"}
    changed = api.as_person(igor).patch(f"/api/v1/tickets/{ticket.id}", json=sent).json
    assert {name: changed[name] for name in sent} == sent
    refused = api.patch(f"/api/v1/tickets/{ticket.id}", json={"subject": "New", "request_type": "hr.certificate"})
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"request_type"})
    assert api.get(f"/api/v1/tickets/{ticket.id}").json["subject"] == "Let me in"


def test_a_list_has_only_what_one_may_see(api: Program, cast: Cast) -> None:
    own, secret = open_ticket(cast.maria), open_ticket(cast.maria, "hr.trouble")
    assert ids(api.as_person(cast.maria).get("/api/v1/tickets")) == [secret.id, own.id]
    assert ids(api.as_person(cast.igor).get("/api/v1/tickets")) == [own.id]
    assert ids(api.as_person(cast.anna).get("/api/v1/tickets")) == [secret.id]
    assert ids(api.as_person(cast.boris).get("/api/v1/tickets")) == [own.id]
    assert ids(api.as_person(cast.adam).get("/api/v1/tickets")) == [own.id]
    for person in (cast.stranger, cast.rita):
        assert ids(api.as_person(person).get("/api/v1/tickets?q=printer")) == []


def test_a_list_is_filtered(api: Program, cast: Cast) -> None:
    printer = open_ticket(cast.maria, when="2026-04-06 10:00", external_id="INC0001")
    access = open_ticket(
        cast.anna, "it.access", "2026-04-06 11:00", subject="Let me in", answers={"system": "crm"}, priority="high"
    )
    assign(access, cast.igor, "2026-04-06 12:00", cast.igor)
    waiting = open_ticket(cast.maria, when="2026-04-06 13:00", subject="The lamp")
    hold(waiting, cast.igor, "2026-04-06 14:00")
    api.as_person(cast.igor)
    for query, found in {
        "status=new": [printer], "status=waiting,open": [waiting, access], "assignee=me": [access],
        "assignee=none": [waiting, printer], f"assignee={cast.igor.email}": [access], "assignee=nobody@example.com": [],
        f"requester={cast.anna.email}": [access], "requester=me": [], "q=printer": [printer], f"q=%23{access.id}": [access],
        "external_id=INC0001": [printer], "priority=high": [access], "request_type=it.access": [access],
        "department=it": [waiting, access, printer], "department=hr": [], "status=": [waiting, access, printer],
        "sort=updated": [waiting, access, printer], "sort=due": [printer, access, waiting],
    }.items():  # fmt: skip
        assert ids(api.get(f"/api/v1/tickets?{query}")) == [ticket.id for ticket in found], query


@pytest.mark.parametrize("sort", ["created", "updated", "due"])
def test_pages_follow_each_other_without_gap_or_repetition(api: Program, cast: Cast, sort: str) -> None:
    made = {open_ticket(cast.maria, when=f"2026-04-06 10:{minute:02}").id for minute in range(7)}
    api.as_person(cast.igor)
    seen, address = [], f"/api/v1/tickets?limit=3&sort={sort}"
    cursor = ""
    for _ in range(3):
        page = api.get(f"{address}&cursor={cursor}")
        seen.extend(ids(page))
        cursor = page.json["next"]
    assert cursor is None
    assert len(seen) == len(set(seen)) == 7
    assert set(seen) == made


@pytest.mark.parametrize("sort", ["created", "due"])
def test_a_list_costs_the_same_for_many(api: Program, cast: Cast, count_queries: Callable[[], int], sort: str) -> None:
    def cost() -> int:
        count_queries()
        assert api.get(f"/api/v1/tickets?limit=200&sort={sort}").status_code == 200
        return count_queries()

    tickets = [open_ticket(cast.maria), open_ticket(cast.anna, "it.access", answers={"system": "crm"})]
    hold(tickets[0], cast.igor, "2026-04-06 11:00")
    api.as_person(cast.igor)
    few = cost()
    for number in range(8):
        ticket = open_ticket([cast.maria, cast.anna, cast.boris][number % 3], when="2026-04-07 10:00")
        [assign, hold, resolve][number % 3](
            *[ticket, cast.igor, "2026-04-07 11:00", *([cast.igor] if number % 3 == 0 else [])]
        )
    assert cost() == few


def test_the_link_for_an_opinion_is_the_requesters_alone(api: Program, cast: Cast) -> None:
    from servicedesk.kernel.now import now

    ticket = open_ticket(cast.maria, when=now(), registrar=cast.anna)
    resolve(ticket, cast.igor, now())
    address = f"/api/v1/tickets/{ticket.id}"
    link = api.as_person(cast.maria).get(address).json
    assert link["rating_url"] == f"http://desk.test/rate/{link['rating_token']}"
    for person in (cast.igor, cast.olga, cast.anna, cast.boris, cast.adam):
        assert api.as_person(person).get(address).json["rating_token"] is None
        assert link["rating_token"] not in api.get("/api/v1/tickets").text


def test_notes_are_nowhere_to_be_seen_by_the_requester(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria)
    note(ticket, cast.igor, "2026-04-06 11:00", "She always calls twice")
    reply(ticket, cast.igor, "2026-04-06 12:00")
    api.as_person(cast.maria)
    for part in ("", "/messages", "/events", "/clocks"):
        assert "twice" not in api.get(f"/api/v1/tickets/{ticket.id}{part}").text
        assert "internal" not in api.get(f"/api/v1/tickets/{ticket.id}{part}").text
    assert ids(api.get("/api/v1/tickets?q=twice")) == []
