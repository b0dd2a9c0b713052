"""Asking other departments through the API, and what a request says of its parent and children."""

from __future__ import annotations

import pytest

from servicedesk.tickets import queries
from tests.build import adopt, ask, ask_by_template, open_ticket, resolve, template

CHILDREN = "/api/v1/tickets/{}/children"
NEW = {"request_type": "hr.certificate", "subject": "A badge", "description": "For the newcomer."}


@pytest.fixture
def parent(maria):
    return open_ticket(maria)


def test_a_department_is_asked(api, parent, igor):
    answer = api.as_person(igor).post(CHILDREN.format(parent.id), json=NEW | {"waits": False})
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/tickets/{answer.json['id']}"
    assert answer.json["parent"] == {"id": parent.id} and answer.json["customer_department"] == "it"
    assert queries.parent_of(answer.json["id"]).waits is False
    assert api.get(f"/api/v1/tickets/{parent.id}").json["children"] == 1


def test_the_same_key_asks_once(api, parent, igor):
    sent = {"json": NEW, "headers": {"Idempotency-Key": "once"}}
    first, second = (api.as_person(igor).post(CHILDREN.format(parent.id), **sent) for _ in range(2))
    assert first.json["id"] == second.json["id"] and len(queries.children(parent.id)) == 1


def test_an_existing_request_is_put_below(api, parent, igor):
    row = open_ticket(igor, "hr.certificate")
    answer = api.as_person(igor).post(CHILDREN.format(parent.id), json={"ticket": row.id, "waits": True})
    assert (answer.status_code, answer.json["id"], answer.json["parent"]) == (201, row.id, {"id": parent.id})


def test_a_template_asks_its_first_step(api, parent, igor):
    template("it.newcomer", ("hr.certificate", 1), ("sales.offer", 1), ("hr.certificate", 2))
    answer = api.as_person(igor).post(CHILDREN.format(parent.id), json={"template": "it.newcomer", "chosen": [0, 2]})
    assert (answer.status_code, answer.json["id"], answer.json["children"]) == (201, parent.id, 2)
    items = api.get(answer.headers["Location"]).json["items"]
    assert [(row["status"], row["step"], row["subject"]) for row in items] == [
        ("new", 1, "hr.certificate 0"),
        ("planned", 2, "hr.certificate 2"),
    ]


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({}, {"request_type", "subject"}),
        ({"subject": "A badge"}, {"request_type"}),
        (NEW | {"on_behalf_of": "maria@example.com"}, {"on_behalf_of"}),
        (NEW | {"request_type": "hr.nothing"}, {"request_type"}),
        (NEW | {"chosen": [0]}, {"chosen"}),
        ({"chosen": [0]}, {"request_type", "subject", "chosen"}),
        ({"ticket": 1, "subject": "A badge"}, {"subject"}),
        ({"ticket": 999_999}, {"ticket"}),
        ({"ticket": -1}, {"ticket"}),
        ({"ticket": 2**40}, {"ticket"}),
        ({"ticket": "1"}, {"ticket"}),
        ({"template": "it.nothing"}, {"template"}),
        ({"template": "it.newcomer", "waits": True}, {"waits"}),
        ({"template": "it.newcomer", "ticket": 1}, {"template"}),
        ({"template": "it.newcomer", "chosen": [7]}, {"template"}),
        ({"template": "it.newcomer", "chosen": []}, {"chosen"}),
    ],
)
def test_what_does_not_fit_is_refused_at_its_name(api, parent, igor, sent, faults):
    template("it.newcomer", ("hr.certificate", 1))
    answer = api.as_person(igor).post(CHILDREN.format(parent.id), json=sent)
    assert (answer.status_code, set(answer.json["errors"])) == (422, faults)
    assert queries.children(parent.id) == []


def test_a_circle_is_a_problem_of_its_number(api, parent, igor, maria):
    other = open_ticket(maria)
    adopt(parent, other, igor, "2026-04-06 11:00")
    for number in (parent.id, other.id):
        answer = api.as_person(igor).post(CHILDREN.format(other.id), json={"ticket": number})
        assert answer.status_code == 422 and set(answer.json["errors"]) == {"ticket"}


def test_resolving_over_an_open_child_needs_a_word(api, parent, igor):
    child = ask(parent, igor, "2026-04-06 11:00")
    path = f"/api/v1/tickets/{parent.id}/resolution"
    answer = api.as_person(igor).put(path, json={"text": "Done."})
    assert answer.status_code == 409 and f"#{child.id}" in answer.json["detail"]
    assert answer.mimetype == "application/problem+json"
    assert api.put(path, json={"text": "Done.", "despite_children": True}).json["status"] == "resolved"


def test_who_sees_the_parent_alone_learns_department_and_state(api, parent, cast):
    ask(parent, cast.igor, "2026-04-06 11:00")
    (row,) = api.as_person(cast.maria).get(CHILDREN.format(parent.id)).json["items"]
    assert (row["department"], row["status"], row["waits"]) == ("hr", "new", True)
    assert (row["ticket"], row["subject"], row["request_type"]) == (None, None, None)


def test_a_child_more_secret_than_its_parent_is_not_counted(api, parent, cast):
    child = ask(parent, cast.igor, "2026-04-06 11:00", "hr.trouble")
    for person in (cast.maria, cast.boris, cast.olga, cast.adam):
        api.as_person(person)
        assert api.get(CHILDREN.format(parent.id)).json["items"] == []
        assert api.get(f"/api/v1/tickets/{parent.id}").json["children"] == 0
        events = api.get(f"/api/v1/tickets/{parent.id}/events").json["items"]
        assert not any(event["data"].get("child_id") == child.id for event in events)
    api.as_person(cast.igor)
    assert api.get(f"/api/v1/tickets/{parent.id}").json["children"] == 1


def test_the_parent_is_named_to_who_may_see_it(api, parent, cast):
    child = ask(parent, cast.igor, "2026-04-06 11:00")
    assert api.as_person(cast.anna).get(f"/api/v1/tickets/{child.id}").json["parent"] is None
    assert api.as_person(cast.igor).get(f"/api/v1/tickets/{child.id}").json["parent"] == {"id": parent.id}


def test_lists_ask_no_more_for_many_children(api, maria, igor, anna, count_queries):
    api.as_person(igor)
    counted = []
    for number in (1, 20):
        row = open_ticket(maria)
        ask_by_template(row, igor, "2026-04-06 11:00", template(f"it.n{number}", *[("hr.certificate", 1)] * number))
        api.get("/api/v1/tickets")
        count_queries()
        assert {item["children"] for item in api.get("/api/v1/tickets").json["items"]} >= {number}
        counted.append(count_queries())
        resolve(queries.children(row.id)[0].ticket, anna, "2026-04-06 12:00")
    assert counted[0] == counted[1]
