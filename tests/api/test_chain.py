"""GET /tickets/{id}/chain: every link with its promise, the promise of the whole, and which link lost the time."""

from __future__ import annotations

from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions
from servicedesk.tickets.access import ticket_for
from tests.build import assign, hand_over, hold, open_ticket
from tests.cast import Cast, by, request_type
from tests.doors import Program


def test_it_names_every_link_and_the_culprit(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria, when="2026-04-06 10:00")
    with transaction():
        parent = ticket_for(cast.igor, ticket.id, to="ask_others")
        child = actions.ask_department(
            by(cast.igor, "2026-04-06 11:00"), parent, cast.igor, subject="Who is she?", description="",
            request_type=request_type("hr.certificate"),
        )  # fmt: skip
    assign(child, cast.anna, "2026-04-06 12:00", cast.anna)
    hold(child, cast.anna, "2026-04-06 13:00", "third_party")
    told = api.as_person(cast.igor).get(f"/api/v1/tickets/{child.id}/chain").json
    assert told["ticket"] == ticket.id
    assert (told["end_to_end"]["state"], told["end_to_end"]["due_at"]) == ("broken", "2026-04-09T07:00:00Z")
    assert [
        (link["kind"], link["ticket"], link["department"], link["parent"], link["person"]) for link in told["links"]
    ] == [
        ("stay", ticket.id, "it", None, None),
        ("child", child.id, "hr", 0, "anna@example.com"),
        ("wait", child.id, "hr", 1, None),
    ]
    stay, asked, wait = told["links"]
    # IT promises to keep a request 18 hours at most.
    assert (stay["promise"]["metric"], stay["promise"]["own"], stay["state"]) == ("stay", True, "broken")
    assert (told["culprit"], told["culprit_how"]) == (0, "late")
    assert asked["begin"] == "2026-04-06T08:00:00Z" and asked["end"] is None
    assert asked["promise"]["metric"] == "resolution" and asked["promise"]["paused"]
    assert (wait["reason"], wait["state"]) == ("third_party", "no_promise")


def test_a_stranger_and_a_missing_number_are_the_same(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria)
    api.as_person(cast.stranger)
    answers = [api.get(f"/api/v1/tickets/{number}/chain") for number in (ticket.id, 999999, 2**40)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_of_a_ticket_that_is_not_theirs_only_whose_turn_it_was(api: Program, cast: Cast) -> None:
    ticket = open_ticket(cast.maria)
    with transaction():
        parent = ticket_for(cast.igor, ticket.id, to="ask_others")
        actions.ask_department(
            by(cast.igor, "2026-04-06 11:00"), parent, cast.igor, subject="Secret words", description="",
            request_type=request_type("hr.certificate"),
        )  # fmt: skip
    hand_over(ticket, cast.igor, "2026-04-06 12:00", "sales")
    answer = api.as_person(cast.maria).get(f"/api/v1/tickets/{ticket.id}/chain")
    assert "Secret words" not in answer.text
    assert [(link["department"], link["ticket"]) for link in answer.json["links"]] == [
        ("it", ticket.id), ("hr", None), ("sales", ticket.id),
    ]  # fmt: skip


def test_it_is_documented(api: Program) -> None:
    document = api.get("/api/v1/openapi.json").json
    answer = document["paths"]["/api/v1/tickets/{ticket_id}/chain"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/Chain")
    assert {"end_to_end", "links", "culprit"} <= set(document["components"]["schemas"]["Chain"]["properties"])
