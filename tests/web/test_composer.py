"""Where people write on a request: files that go with words, how the text will look, and what comes back when it is refused."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from servicedesk.tickets import access, queries
from servicedesk.workbench.queries import draft_of
from tests import build
from tests.uploads import PNG, upload


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria)


def path_of(ticket):
    return f"/tickets/{ticket.id}/messages"


def files_of(ticket, *, with_notes=True):
    return queries.attachments(ticket.id, with_notes=with_notes)


def test_files_chosen_in_the_form_go_with_the_message(client, maria, ticket):
    sent = {
        "kind": "reply",
        "text": "Here.",
        "files": [(io.BytesIO(PNG), "screen.png"), (io.BytesIO(b"log"), "log.txt")],
    }
    assert client.sign_in(maria).post(path_of(ticket), data=sent).status_code == 303
    assert {(row.file.name, row.message.text) for row in files_of(ticket)} == {
        ("screen.png", "Here."),
        ("log.txt", "Here."),
    }


@pytest.mark.parametrize("kind", ["reply", "note", "hold", "resolve"])
def test_every_kind_carries_files_and_only_a_note_hides_them(client, maria, igor, ticket, kind):
    key = upload(igor).key
    sent = {"kind": kind, "text": "See there.", "reason": "third_party", "files": key}
    assert client.sign_in(igor).post(path_of(ticket), data=sent).status_code == 303
    (row,) = files_of(ticket)
    assert (row.hold_id is not None) == (kind == "hold")
    assert f"/files/{row.id}" in client.get(f"/tickets/{ticket.id}").text
    seen_by_maria = f"/files/{row.id}" in client.sign_in(maria).get(f"/tickets/{ticket.id}").text
    assert seen_by_maria == (kind != "note")
    assert (client.get(f"/tickets/{ticket.id}/files/{row.id}").status_code == 200) == (kind != "note")


def test_what_is_not_done_is_shown_by_a_file(client, maria, igor, ticket):
    build.resolve(ticket, igor, "2026-04-07 12:00")
    sent = {"text": "Still red.", "files": (io.BytesIO(PNG), "red.png")}
    assert client.sign_in(maria).post(f"/tickets/{ticket.id}/reopening", data=sent).status_code == 303
    assert [row.message.text for row in files_of(ticket)] == ["Still red."]


def test_a_refused_form_still_has_its_files_and_lets_them_be_left_out(app, client, maria, ticket, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], file_max_bytes=2000))
    client.sign_in(maria)
    sent = {
        "kind": "reply",
        "text": "",
        "files": [(io.BytesIO(PNG), "screen.png"), (io.BytesIO(b"x" * 3000), "large.txt")],
    }
    page = client.post(path_of(ticket), data=sent)
    assert page.status_code == 422
    assert "screen.png" in page.text and "large.txt: A file may have at most" in page.text
    key = page.text.partition('name="files" value="')[2].partition('"')[0]
    again = {"kind": "reply", "text": "Without.", "files": key, "drop.files": key}
    assert client.post(path_of(ticket), data=again).status_code == 303
    assert files_of(ticket) == []


def test_somebody_elses_file_and_one_that_was_used_are_refused(client, maria, igor, ticket):
    mine = upload(maria).key
    client.sign_in(maria).post(path_of(ticket), data={"kind": "reply", "text": "One.", "files": mine})
    for key in (mine, upload(igor).key, "x" * 43):
        answer = client.post(path_of(ticket), data={"kind": "reply", "text": "Two.", "files": key})
        assert answer.status_code == 422 and "This file cannot be found any more." in answer.text


def test_more_files_than_go_with_one_message_are_refused(client, maria, ticket):
    keys = [f"{number:043}" for number in range(21)]
    answer = client.sign_in(maria).post(path_of(ticket), data={"kind": "reply", "text": "All.", "files": keys})
    assert answer.status_code == 422 and "At most 20 files" in answer.text


def test_a_file_is_taken_at_once_and_waits_with_the_draft(client, igor, ticket):
    client.sign_in(igor)
    line = client.post("/uploads", data={"file": (io.BytesIO(PNG), "screen.png")})
    assert line.status_code == 201 and "screen.png" in line.text
    key = line.text.partition('value="')[2].partition('"')[0]
    kept = client.put(f"/drafts/ticket:{ticket.id}", json={"seen": "", "fields": {}, "files": [key]})
    assert kept.status_code == 200 and draft_of(igor.id, f"ticket:{ticket.id}") is not None
    assert f'value="{key}"' in client.get(f"/tickets/{ticket.id}").text


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ((b"", "empty.txt"), "This file is empty."),
        ((b"MZ\0\0", "tool.exe"), "Files that run a program"),
        (None, "Choose a file"),
    ],
)
def test_what_is_not_taken_is_said_in_a_sentence(client, maria, file, said):
    sent = {"file": (io.BytesIO(file[0]), file[1])} if file else {}
    answer = client.sign_in(maria).post("/uploads", data=sent)
    assert answer.status_code == 422 and answer.text.startswith(said)


def test_the_preview_is_what_will_be_seen(client, maria):
    answer = client.sign_in(maria).post("/preview", data={"text": "**Well** <script>alert(1)</script>"})
    assert "<strong>Well</strong>" in answer.text and "<script" not in answer.text


def test_a_file_of_a_hold_is_for_who_sees_the_ticket(client, igor, stranger, ticket):
    client.sign_in(igor).post(
        path_of(ticket), data={"kind": "hold", "text": "", "reason": "third_party", "files": upload(igor).key}
    )
    (row,) = files_of(ticket)
    assert access.attachment_for(igor, ticket.id, row.id).id == row.id
    assert client.sign_in(stranger).get(f"/tickets/{ticket.id}/files/{row.id}").status_code == 404


def test_what_waits_to_be_sent_is_bounded(client, maria, igor, monkeypatch):
    monkeypatch.setattr("servicedesk.tickets.rules.MOST_WAITING", 2)
    client.sign_in(maria)
    send = lambda: client.post("/uploads", data={"file": (io.BytesIO(PNG), "screen.png")})  # noqa: E731
    keys = [re.search(r'value="([\w-]{43})"', send().text)[1] for _ in range(2)]
    refused = send()
    assert refused.status_code == 422 and "wait to be sent" in refused.text
    # Others are not held up by it, and what is sent waits no more.
    assert client.sign_in(igor).post("/uploads", data={"file": (io.BytesIO(PNG), "a.png")}).status_code == 201
    ticket = build.open_ticket(maria)
    client.sign_in(maria).post(f"/tickets/{ticket.id}/messages", data={"kind": "reply", "text": "Here", "files": keys})
    assert send().status_code == 201


def test_bytes_that_wait_are_bounded_as_well(client, maria, monkeypatch):
    monkeypatch.setattr("servicedesk.tickets.rules.MOST_WAITING_BYTES", len(PNG))
    client.sign_in(maria)
    codes = [client.post("/uploads", data={"file": (io.BytesIO(PNG), "a.png")}).status_code for _ in range(2)]
    assert codes == [201, 422]
