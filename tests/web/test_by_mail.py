"""What of a request came by mail: its marks, its files, and the whole letter for who may read it."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest

from servicedesk.files import actions as files
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions, queries
from tests import build
from tests.cast import by
from tests.letters.rows import received, shelved, written
from tests.uploads import PNG, shelf

TEN, ELEVEN = "2026-04-06 10:00", "2026-04-06 11:00"
HTML = (
    '<p onclick="alert(1)">Look <img src="cid:pic@x"></p><script>alert(2)</script><img src="https://spy.example/one.png" width="90">'
    '<a href="https://example.com/manual">manual</a><a href="javascript:alert(3)">x</a><form action="/sign-out"><button>y</button></form>'
)


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria, when=TEN)


@pytest.fixture
def vouched(app, monkeypatch):
    """Our mail server says who wrote."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mail_authserv_id="mail.example.com"))


def page_of(client, person, ticket):
    return client.sign_in(person).get(f"/tickets/{ticket.id}").text


def path_of(letter, *parts):
    return "/".join([f"/tickets/{letter.ticket_id}/mail/{letter.id}", *parts])


@pytest.fixture
def letter(ticket, maria):
    """Maria's, by which the ticket was opened, with a picture, one from elsewhere and two files."""
    raw = written(
        "Look at it", HTML, subject="The printer", files=[("cid:pic@x", PNG), ("log.txt", b"It failed."), ("setup.exe", b"MZ\0\0")],
        Cc="Boris <boris@example.com>",
    )  # fmt: skip
    return shelved("opened", raw, ticket_id=ticket.id, person_id=maria.id, subject="The printer")


def test_a_request_and_messages_that_came_by_mail_say_so(client, maria, igor, ticket):
    message = build.reply(ticket, igor, ELEVEN)
    build.reply(ticket, maria, "2026-04-06 12:00", "From the page")
    assert "by mail" not in page_of(client, maria, ticket)
    opened = received("opened", ticket_id=ticket.id, person_id=maria.id)
    replied = received("replied", ticket_id=ticket.id, person_id=igor.id, message_id=message.id)
    page = page_of(client, igor, ticket)
    assert page.count("by mail</span>") == 2
    for letter in (opened, replied):
        assert path_of(letter) in page


def test_the_requester_is_led_to_own_letters_alone(client, maria, boris, igor, ticket, letter):
    message = build.reply(ticket, igor, ELEVEN)
    his = shelved("replied", ticket_id=ticket.id, person_id=igor.id, message_id=message.id)
    page = page_of(client, maria, ticket)
    assert path_of(letter) in page
    assert path_of(his) not in page
    assert "whole letter" not in page_of(client, boris, ticket)


def test_only_the_department_reads_that_a_sender_is_not_proved_and_only_where_somebody_could_prove_it(
    client, maria, igor, ticket, letter, vouched
):
    assert "sender not proved" in page_of(client, igor, ticket)
    assert "sender not proved" not in page_of(client, maria, ticket)


def test_without_a_server_that_vouches_nobody_is_doubted(client, igor, ticket, letter):
    assert "sender" not in re.sub(r"<form.*?</form>", "", page_of(client, igor, ticket), flags=re.DOTALL)


@pytest.mark.parametrize(("verified", "said"), [("fail", "sender is doubtful"), ("pass", None)])
def test_what_the_server_says_of_the_sender(client, igor, ticket, vouched, verified, said):
    received("opened", ticket_id=ticket.id, verified=verified)
    page = page_of(client, igor, ticket)
    assert ("sender is doubtful" in page, "sender not proved" in page) == (said is not None, False)


def test_an_automatic_answer_is_a_step_for_the_department(client, maria, igor, ticket):
    noted = received("noted", "auto_replied", ticket_id=ticket.id, subject="I am away")
    assert "An automatic answer came: “I am away”" in page_of(client, igor, ticket)
    assert path_of(noted) in page_of(client, igor, ticket)
    assert "I am away" not in page_of(client, maria, ticket)


def test_thanks_can_be_contested_by_both_sides_and_by_nobody_else(client, maria, boris, igor, ticket):
    build.resolve(ticket, igor, ELEVEN)
    thanks = build.thank(ticket, maria, "2026-04-06 12:00")
    action = f"/tickets/{ticket.id}/messages/{thanks.id}/reopen"
    assert "Reopen after all" not in page_of(client, boris, ticket)
    for person in (igor, maria):
        page = page_of(client, person, ticket)
        assert "Taken for thanks, so nothing was reopened." in page
        assert action in page
    assert client.post(action).status_code == 303
    page = page_of(client, maria, ticket)
    assert "Taken for thanks" not in page
    assert "opened it again" in page


def test_a_request_it_may_belong_to_is_named_to_who_sees_that_one(client, maria, igor, anna, ticket):
    other = build.open_ticket(maria, "hr.trouble")
    received("opened", "ended", ticket_id=ticket.id, related_ticket_id=other.id, person_id=maria.id)
    assert f'May belong to <a href="/tickets/{other.id}"' in page_of(client, maria, ticket)
    assert "May belong to" not in page_of(client, igor, ticket)


def test_files_stand_with_their_message_and_pictures_are_shown_small(client, maria, igor, ticket):
    message = build.reply(ticket, maria, ELEVEN)
    attach(ticket, maria, "log.txt", b"It failed.")
    attach(ticket, maria, "photo.png", PNG, message)
    first, rest = page_of(client, igor, ticket).split('class="timeline"')
    assert "log.txt" in first
    assert "photo.png" not in first
    picture = re.search(r'<img src="(/tickets/\d+/files/\d+\?inline=1)" alt="" loading="lazy"><span>photo.png', rest)
    assert client.get(picture[1]).headers["Content-Type"] == "image/png"


def test_files_of_a_note_stay_in_the_department(client, maria, igor, ticket):
    attach(ticket, igor, "secret.txt", b"They never pay.", build.note(ticket, igor, ELEVEN))
    assert "secret.txt" in page_of(client, igor, ticket)
    assert "secret.txt" not in page_of(client, maria, ticket)


def attach(ticket, person, name, content, message=None):
    with transaction():
        file = files.store(by(person, ELEVEN), shelf(), BytesIO(content), name, person.id)
        actions.attach(queries.tickets_by_id([ticket.id])[ticket.id], [file], message)


def test_marks_ask_the_same_number_of_questions_however_many_letters(client, maria, igor, ticket, count_queries):
    client.sign_in(igor)
    received("opened", ticket_id=ticket.id, person_id=maria.id)
    client.get(f"/tickets/{ticket.id}")
    count_queries()
    client.get(f"/tickets/{ticket.id}")
    few = count_queries()
    for minute in range(5):
        message = build.reply(ticket, maria, f"2026-04-06 12:0{minute}")
        received("replied", ticket_id=ticket.id, person_id=maria.id, message_id=message.id)
    received("noted", ticket_id=ticket.id)
    count_queries()
    client.get(f"/tickets/{ticket.id}")
    assert count_queries() <= few


# the whole letter


def test_the_whole_letter_has_what_a_person_cares_about(client, maria, letter):
    page = client.sign_in(maria).get(path_of(letter)).text
    for text in ("The printer", "Maria", "maria@example.com", "desk@example.com", "Boris", "log.txt", "Look at it"):
        assert text in page
    assert '<iframe class="mail-frame letter-frame"' in page
    assert "1 picture from elsewhere is not loaded" in page
    assert "pic@x" not in page
    assert "setup.exe" in page
    assert "it would run a program" in page


def test_the_frame_runs_nothing_and_loads_only_our_pictures(client, maria, letter):
    answer = client.sign_in(maria).get(path_of(letter, "page"))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src 'self';" in policy
    assert "frame-ancestors 'self'" in policy
    assert "allow-scripts" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    for text in ("script", "onclick", "javascript:", "<form", "spy.example"):
        assert text not in answer.text
    assert 'href="https://example.com/manual"' in answer.text
    picture = re.search(r'src="([^"]*)"', answer.text)[1].replace("&amp;", "&")
    shown = client.get(picture)
    assert (shown.data, shown.headers["Content-Type"]) == (PNG, "image/png")
    assert "attachment" not in shown.headers["Content-Disposition"]


def test_pictures_from_elsewhere_are_loaded_only_where_asked_for_and_in_this_frame_alone(client, maria, letter):
    page = client.sign_in(maria).get(path_of(letter) + "?pictures=1")
    assert "img-src 'self' data: blob:;" in page.headers["Content-Security-Policy"]
    assert path_of(letter, "page") + "?pictures=1" in page.text
    frame = client.get(path_of(letter, "page") + "?pictures=1")
    assert "img-src 'self' https: http:;" in frame.headers["Content-Security-Policy"]
    assert frame.headers["Referrer-Policy"] == "no-referrer"
    assert "https://spy.example/one.png" in frame.text


def test_files_are_downloaded_and_programs_are_not(client, maria, letter):
    client.sign_in(maria)
    number = int(re.search(r"/files/(\d+)\"[^>]*>log.txt", client.get(path_of(letter)).text)[1])
    answer = client.get(path_of(letter, "files", str(number)))
    assert answer.data == b"It failed."
    assert answer.headers["Content-Disposition"].startswith("attachment")
    codes = [client.get(path_of(letter, "files", str(other))).status_code for other in range(5)]
    assert sorted(codes) == [200, 200, 404, 404, 404]
    assert (
        client.get(path_of(letter, "files", str(number)) + "?inline=1")
        .headers["Content-Disposition"]
        .startswith("attachment")
    )


def test_a_plain_letter_is_shown_as_text(client, maria, ticket):
    letter = shelved("opened", written("<b>Hello</b>"), ticket_id=ticket.id, person_id=maria.id)
    page = client.sign_in(maria).get(path_of(letter)).text
    assert "&lt;b&gt;Hello" in page
    assert "<iframe" not in page
    assert client.get(path_of(letter, "page")).status_code == 404


def test_a_letter_that_is_not_kept_any_more_says_so(client, maria, ticket):
    letter = received("opened", ticket_id=ticket.id, person_id=maria.id)
    assert "not kept any more" in client.sign_in(maria).get(path_of(letter)).text
    assert client.get(path_of(letter, "raw")).status_code == 404


def test_the_letter_is_not_there_for_others_nor_under_another_request(client, maria, boris, stranger, letter):
    for person in (boris, stranger):
        client.sign_in(person)
        for parts in ([], ["page"], ["raw"], ["files", "0"]):
            assert client.get(path_of(letter, *parts)).status_code == 404
    other = build.open_ticket(maria)
    assert client.sign_in(maria).get(f"/tickets/{other.id}/mail/{letter.id}").status_code == 404


def test_who_opened_a_confidential_request_for_a_reason_reads_its_letters(client, maria, adam):
    ticket = build.open_ticket(maria, "hr.trouble")
    letter = shelved("opened", ticket_id=ticket.id, person_id=maria.id)
    client.sign_in(adam)
    assert client.get(path_of(letter)).status_code == 404
    client.post("/admin/seals", data={"number": str(ticket.id), "reason": "A complaint about a leak."})
    assert client.get(path_of(letter)).status_code == 200
