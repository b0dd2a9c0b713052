"""Prepared replies at the door: their pages, and what is inserted on a request."""

from __future__ import annotations

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.tickets.queries import messages as rows_of
from servicedesk.workbench import queries
from servicedesk.workbench.actions import Prepared, add_reply
from tests import build
from tests.cast import by, department

SENT = {
    "shortcut": "/reset",
    "title_en": "New password",
    "text_en": "Hello, {first name}! See {number}.",
    "kind": "resolve",
}


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria)


def prepare(person, text, kind=None, owner=None):
    with transaction():
        return add_reply(
            by(person, "2026-04-07 09:00"), owner or person, person, Prepared("hi", {"en": "Hi"}, text, kind)
        )


def test_a_department_keeps_its_own(client, igor, olga):
    client.sign_in(igor)
    assert client.post("/departments/it/replies/new", data=SENT).status_code == 303
    (row,) = queries.replies_of(department("it"))
    assert row.shortcut == "reset" and row.kind == "resolve"
    page = client.sign_in(olga).get("/departments/it/replies").text
    assert "/reset" in page and "New password" in page
    changed = client.post(f"/departments/it/replies/{row.id}", data=SENT | {"title_en": "Password", "version": "1"})
    assert changed.status_code == 303
    stale = client.post(f"/departments/it/replies/{row.id}", data=SENT | {"text_en": "Mine", "version": "1"})
    assert stale.status_code == 409 and "Mine</textarea>" in stale.text and "See {number}.</textarea>" in stale.text
    assert client.post(f"/departments/it/replies/{row.id}/deletion").status_code == 303
    assert queries.replies_of(department("it")) == []


def test_what_is_wrong_comes_back_with_what_was_typed(client, igor):
    answer = client.sign_in(igor).post("/account/replies/new", data=SENT | {"text_en": "Dear {boss}"})
    assert (
        answer.status_code == 422
        and "There is no variable {boss}" in answer.text
        and "Dear {boss}</textarea>" in answer.text
    )


def test_it_is_filled_in_the_requesters_language_with_what_the_requester_sees(client, igor, maria, ticket):
    prepare(igor, {"en": "{first name}: {number} {subject} {department} {me} {due}", "ru": "{имя}, ждите."})
    (item,) = client.sign_in(igor).get(f"/tickets/{ticket.id}/replies").json["items"]
    told = "ждите." if maria.language == "ru" else f"#{ticket.id} {ticket.subject}"
    assert told in item["text"] and "{" not in item["text"]


def test_a_note_is_in_the_language_of_those_who_read_it(client, igor, ticket):
    prepare(igor, {"en": "Ask {requester}.", "ru": "Спросить: {requester}."}, "note")
    (item,) = client.sign_in(igor).get(f"/tickets/{ticket.id}/replies").json["items"]
    assert item["text"].startswith("Ask" if igor.language == "en" else "Спросить") and item["kind"] == "note"


def test_without_a_script_it_is_inserted_below_what_was_typed_and_nothing_is_sent(client, igor, ticket):
    row = prepare(igor, {"en": "Bye, {requester}.", "ru": "Bye, {requester}."}, "resolve")
    sent = {"kind": "reply", "text": "It works.", "canned": str(row.id)}
    page = client.sign_in(igor).post(f"/tickets/{ticket.id}/replies", data=sent)
    assert page.status_code == 200 and f"It works.\n\nBye, {ticket.requester.name}.</textarea>" in page.text
    assert rows_of(ticket.id, with_notes=True).items == []


def test_only_the_department_and_oneself_are_offered(client, igor, anna, ticket):
    prepare(anna, {"en": "Anna's"})
    assert client.sign_in(igor).get(f"/tickets/{ticket.id}/replies").json["items"] == []
