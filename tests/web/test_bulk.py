"""Many requests changed at once: each as if its own button were pressed, told one by one, undone where nobody came after."""

from __future__ import annotations

import re

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions as ticket_actions
from servicedesk.tickets import queries
from servicedesk.web import live
from servicedesk.workbench.models import BulkChange
from tests import build
from tests.cast import department

LIST = "/queue?assignee=none"


def filed(maria, number=2, **values):
    return [build.open_ticket(maria, subject=f"Number {n}", **values) for n in range(number)]


def send(client, tickets, do, **said):
    """A button of the bar; the form's key is that of the page once."""
    chosen = [f"{ticket.id}:{ticket.version}" for ticket in tickets]
    return client.post("/queue/bulk", data={"ticket": chosen, "do": do, "back": LIST} | said)


def now_of(tickets):
    db.session.expire_all()
    found = queries.tickets_by_id([ticket.id for ticket in tickets])
    return [found[ticket.id] for ticket in tickets]


def change():
    db.session.expire_all()
    return db.session.query(BulkChange).order_by(BulkChange.id.desc()).first()


def outcomes():
    return {line.ticket_id: line.outcome for line in change().lines}


def test_taking_many_leads_back_to_the_list_which_offers_to_undo_it(client, maria, igor):
    tickets = filed(maria)
    answer = send(client.sign_in(igor), tickets, "assign:me")
    assert (answer.status_code, answer.location) == (303, LIST)
    assert [ticket.assignee_id for ticket in now_of(tickets)] == [igor.id] * 2
    page = client.get(f"/queue/bulk/{change().id}").text
    assert "2 requests assigned" in page and f"/queue/bulk/{change().id}/undo" in page


def test_undo_makes_each_what_it_was(client, maria, igor, olga):
    first, second = filed(maria)
    build.assign(first, olga, "2026-04-06 12:00", olga)
    send(client.sign_in(igor), [first, second], "assign:me")
    assert client.post(f"/queue/bulk/{change().id}/undo").location == LIST
    assert [ticket.assignee_id for ticket in now_of([first, second])] == [olga.id, None]
    assert client.post(f"/queue/bulk/{change().id}/undo").status_code == 303, "pressed twice, undone once"
    assert f"{change().id}/undo" not in client.get(f"/queue/bulk/{change().id}").text


@pytest.mark.parametrize(
    ("do", "said", "is_as_it_was"),
    [
        ("priority:urgent", {}, lambda ticket: ticket.priority == "normal"),
        ("kind", {"request_type": "it.access"}, lambda ticket: ticket.request_type.key == "it.incident"),
        ("hold", {"reason": "third_party", "until": "", "text": "Parts"}, lambda ticket: ticket.status in ("new", "open")),
        ("follow", {}, lambda ticket: queries.watchers(ticket.id) == []),
    ],
)  # fmt: skip
def test_what_can_be_undone_is(client, maria, igor, do, said, is_as_it_was):
    tickets = filed(maria)
    if "request_type" in said:
        said = {"request_type": str(build.request_type(said["request_type"]).id)}
    assert send(client.sign_in(igor), tickets, do, **said).location == LIST
    assert not any(is_as_it_was(ticket) for ticket in now_of(tickets))
    client.post(f"/queue/bulk/{change().id}/undo")
    assert all(is_as_it_was(ticket) for ticket in now_of(tickets))


def test_undo_leaves_what_somebody_changed_meanwhile(client, maria, igor, olga):
    first, second = filed(maria)
    send(client.sign_in(igor), [first, second], "assign:me")
    build.assign(now_of([first])[0], olga, "2099-04-06 12:00", olga)
    answer = client.post(f"/queue/bulk/{change().id}/undo")
    assert answer.location == f"/queue/bulk/{change().id}"
    assert "Somebody changed it after this, so it stays as it is." in client.get(answer.location).text
    assert [ticket.assignee_id for ticket in now_of([first, second])] == [olga.id, None]


def test_one_that_fails_stops_nobody_and_what_was_typed_comes_back(client, maria, igor):
    first, changed, done = filed(maria, 3)
    build.resolve(done, igor, "2026-04-06 12:00")
    seen = changed.version
    build.reply(changed, maria, "2026-04-06 12:30")
    chosen = [f"{first.id}:{first.version}", f"{changed.id}:{seen}", f"{done.id}:{now_of([done])[0].version}"]
    answer = client.sign_in(igor).post(
        "/queue/bulk", data={"ticket": chosen, "do": "resolve", "text": "New toner <b>", "back": LIST}
    )
    assert outcomes() == {first.id: "done", changed.id: "conflict", done.id: "refused"}
    page = client.get(answer.location).text
    for sentence in (
        "Somebody changed it after you had chosen it.", "This ticket is resolved already.", "New toner &lt;b&gt;</textarea>", "1 request resolved",
    ):  # fmt: skip
        assert sentence in page
    retried = page.split("Try again with those")[0]
    again = re.findall(r'name="ticket" value="([^"]+)"', retried)
    assert again == [f"{one.id}:{one.version}" for one in now_of([changed, done])]
    send(client, now_of([changed]), "resolve", text="New toner")
    assert now_of([changed])[0].status == "resolved"


def test_a_fault_at_one_stops_nobody_either(client, maria, igor, monkeypatch):
    first, second = filed(maria)
    assign, broken = ticket_actions.assign, first.id

    def break_once(stamp, ticket, assignee):
        if ticket.id == broken:
            raise RuntimeError("a bug")
        return assign(stamp, ticket, assignee)

    monkeypatch.setattr(ticket_actions, "assign", break_once)
    answer = send(client.sign_in(igor), [first, second], "assign:me")
    assert outcomes() == {first.id: "refused", second.id: "done"}
    assert "Something went wrong at this request" in client.get(answer.location).text


def test_what_is_not_theirs_looks_like_what_is_not_there(client, maria, anna, igor):
    hidden = build.open_ticket(maria, "hr.trouble", subject="A quarrel")
    answer = client.sign_in(igor).post(
        "/queue/bulk", data={"ticket": [f"{hidden.id}:1", "999999:1"], "do": "assign:me"}
    )
    assert answer.status_code == 422 or "A quarrel" not in client.get(answer.location).text
    page = client.post("/queue/bulk", data={"ticket": [f"{hidden.id}:1", "999998:1"], "do": "reply"}).text
    assert "A quarrel" not in page
    assert page.count("There is no such ticket, or you may not see it.") == 2


def test_a_button_that_needs_words_leads_to_where_they_are_written(client, maria, igor):
    open_one, done = filed(maria)
    build.resolve(done, igor, "2026-04-06 12:00")
    answer = send(client.sign_in(igor), now_of([open_one, done]), "resolve")
    assert answer.status_code == 200 and change() is None
    assert 'name="text"' in answer.text and "It cannot be called back" in answer.text
    boxes = re.findall(r'name="ticket" value="(\d+):\d+"[^>]*?( checked)?>', answer.text)
    assert boxes == [(str(open_one.id), " checked"), (str(done.id), "")]


@pytest.mark.parametrize(
    ("do", "said", "words"),
    [
        ("reply", {"text": "  "}, "Write something first."),
        ("hand_over", {"department": "", "text": ""}, "Choose one of the list."),
        ("hold", {"reason": "scheduled", "until": "", "text": "Kept"}, "Say until when the work is scheduled."),
        ("hold", {"reason": "third_party", "until": "soon", "text": "Kept"}, "A day and time are expected here"),
        ("dance", {"text": "Kept"}, "Choose what is to be done."),
    ],
)
def test_what_can_be_done_to_none_of_them_comes_back_as_it_was_typed(client, maria, igor, do, said, words):
    answer = send(client.sign_in(igor), filed(maria), do, **said)
    assert (answer.status_code, change()) == (422, None)
    assert words in answer.text
    if said.get("text") == "Kept" and do == "hold":
        assert "Kept</textarea>" in answer.text


def test_nothing_chosen_and_too_many_are_refused(client, igor):
    client.sign_in(igor)
    assert "Choose at least one request." in client.post("/queue/bulk", data={"do": "assign:me"}).text
    many = [f"{number}:1" for number in range(1, 202)]
    answer = client.post("/queue/bulk", data={"ticket": many, "do": "assign:me"})
    assert answer.status_code == 422 and "At most 200 requests" in answer.text


def test_two_presses_do_it_once_and_another_choice_is_another_change(client, maria, igor):
    first, second = filed(maria)
    client.sign_in(igor)
    once = {"key": "one page", "text": "We are at it."}
    pressed = {"ticket": [f"{first.id}:{first.version}"], "do": "reply", "back": LIST} | once
    answer, again = (client.post("/queue/bulk", data=pressed) for _ in range(2))
    assert (answer.location, again.location) == (LIST, f"/queue/bulk/{change().id}")
    assert len(queries.messages(first.id, with_notes=True).items) == 1
    assert send(client, [second], "reply", **once).location == LIST
    assert len(queries.messages(second.id, with_notes=True).items) == 1


def test_handed_over_they_leave_the_sight_of_who_did_it(client, maria, igor):
    ticket = build.open_ticket(maria, "it.incident", subject="A door that squeaks")
    answer = send(client.sign_in(igor), [ticket], "hand_over", department=str(department("hr").id), text="Yours")
    assert answer.location == LIST
    assert now_of([ticket])[0].department.key == "hr"
    assert "Undo (until" not in client.get(f"/queue/bulk/{change().id}").text


def test_only_its_maker_sees_what_came_of_it(client, maria, igor, olga):
    send(client.sign_in(igor), filed(maria), "assign:me")
    number = change().id
    client.sign_in(olga)
    assert client.get(f"/queue/bulk/{number}").status_code == 404
    assert client.post(f"/queue/bulk/{number}/undo").status_code == 404
    assert client.sign_in(maria).post("/queue/bulk", data={"do": "assign:me"}).status_code == 404


def test_what_was_interrupted_goes_on_where_it_was(client, maria, igor, monkeypatch):
    first, second = filed(maria)
    send(client.sign_in(igor), [first, second], "assign:me")
    number = change().id
    with transaction():
        made = db.session.get(BulkChange, number)
        made.finished_at, made.lines[1].outcome, made.lines[1].seen = None, "waiting", None
    monkeypatch.setattr(live, "minute", lambda _at: 0)
    page = client.get(f"/queue/bulk/{number}")
    assert "1 of 2 had their turn" in page.text
    assert client.get(f"/queue/bulk/{number}", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    client.post(f"/queue/bulk/{number}/rest")
    assert set(outcomes().values()) == {"done", "same"}


def test_who_was_signed_out_keeps_what_they_wrote(client):
    answer = client.post("/queue/bulk", data={"ticket": ["1:1"], "do": "reply", "text": "A long answer"})
    assert answer.status_code == 401 and "A long answer" in answer.text
