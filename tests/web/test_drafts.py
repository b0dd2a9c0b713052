"""Drafts at the door: kept while somebody types, shown on the next visit, gone with what is sent."""

from __future__ import annotations

import re

import pytest

from servicedesk.workbench.queries import draft_of
from tests.build import open_ticket, resolve


@pytest.fixture
def place(maria):
    return f"ticket:{open_ticket(maria).id}"


def put(client, place, seen="", **fields):
    return client.put(f"/drafts/{place}", json={"seen": seen, "fields": fields})


def page_of(client, place):
    return client.get(f"/tickets/{place.partition(':')[2]}").text


def test_it_comes_back_on_the_next_visit_and_as_the_kind_it_was(client, igor, place):
    client.sign_in(igor)
    answer = put(client, place, text="Half a thought", kind="note")
    assert answer.status_code == 200 and "Saved" in answer.text
    page = page_of(client, place)
    assert "Half a thought</textarea>" in page and "Draft of" in page
    assert re.search(r'<input checked[^>]*value="note"', page)


def test_it_is_gone_when_it_is_sent(client, igor, place):
    client.sign_in(igor)
    put(client, place, text="Half a thought")
    number = place.partition(":")[2]
    refused = client.post(f"/tickets/{number}/messages", data={"kind": "reply", "text": " "})
    assert refused.status_code == 422 and draft_of(igor.id, place) is not None
    assert client.post(f"/tickets/{number}/messages", data={"kind": "reply", "text": "A whole one"}).status_code == 303
    assert draft_of(igor.id, place) is None


def test_nobody_else_sees_it(client, igor, maria, place):
    put(client.sign_in(igor), place, text="Half a thought")
    assert "Half a thought" not in page_of(client.sign_in(maria), place)


def test_two_windows_are_shown_both_texts(client, igor, place):
    client.sign_in(igor)
    put(client, place, text="On the phone")
    answer = put(client, place, text="At the desk")
    assert answer.status_code == 409
    assert "On the phone</textarea>" in answer.text
    seen = draft_of(igor.id, place).changed_at.isoformat()
    assert f'data-changed-at="{seen}"' in answer.text
    assert put(client, place, seen=seen, text="At the desk").status_code == 200


def test_discarding_can_be_undone_without_a_script(client, igor, place):
    client.sign_in(igor)
    put(client, place, text="Half a thought")
    back = client.post(f"/drafts/{place}/discard")
    assert back.status_code == 303 and back.location.endswith(f"/tickets/{place.partition(':')[2]}#composer")
    page = page_of(client, place)
    assert "Half a thought" not in page and "Bring it back" in page
    client.post(f"/drafts/{place}/restore")
    assert "Half a thought</textarea>" in page_of(client, place)


@pytest.mark.parametrize("body", [None, [], {}, {"fields": []}, {"fields": {"text": 7}}, {"fields": {"text": [1]}}])
def test_what_is_no_draft_is_refused(client, maria, place, body):
    assert client.sign_in(maria).put(f"/drafts/{place}", json=body).status_code == 422


@pytest.mark.parametrize("body", ["", "{", "[" * 50_000])
def test_what_cannot_be_read_is_refused_and_leaves_what_was_kept(client, maria, place, body):
    put(client.sign_in(maria), place, text="Half a thought")
    assert client.put(f"/drafts/{place}", data=body, content_type="application/json").status_code == 422
    assert "Half a thought</textarea>" in page_of(client, place)


def test_a_moment_that_is_none_counts_as_nothing_seen(client, maria, place):
    assert put(client.sign_in(maria), place, seen="yesterday", text="Hello").status_code == 200


@pytest.mark.parametrize("place", ["rate:7", "survey:7", "account"])
def test_other_places_keep_nothing(client, maria, place):
    client.sign_in(maria)
    assert put(client, place, text="They were slow").status_code == 404
    assert client.delete(f"/drafts/{place}").status_code == 404


def test_why_it_is_not_done_is_kept_too_and_apart_from_the_composer(client, maria, igor):
    ticket = open_ticket(maria)
    resolve(ticket, igor, "2026-04-06 12:00")
    client.sign_in(maria)
    put(client, f"reopen:{ticket.id}", text="The left door still squeaks")
    page = client.get(f"/tickets/{ticket.id}").text
    assert "The left door still squeaks</textarea>" in page
    back = client.post(f"/drafts/reopen:{ticket.id}/discard")
    assert back.location.endswith(f"/tickets/{ticket.id}#reopen")
    client.post(f"/drafts/reopen:{ticket.id}/restore")
    client.post(f"/tickets/{ticket.id}/reopening", data={"text": "The left door still squeaks"})
    assert draft_of(maria.id, f"reopen:{ticket.id}") is None
