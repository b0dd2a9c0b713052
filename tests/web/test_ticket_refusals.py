"""A change that is refused on the page of a ticket loses nothing that was typed."""

import pytest

from tests import build
from tests.web.ticket_pages import ELEVEN, NINE, TEN, fresh, page_of, path_of, texts

CHANGES = [
    "messages", "hold", "hold/end", "resolution", "reopening", "closure", "cancellation", "assignment", "handovers", "priority",
    "type", "subject", "watch",
]  # fmt: skip


@pytest.mark.parametrize("part", CHANGES)
def test_a_change_by_a_stranger_finds_nothing(client, stranger, ticket, part):
    assert client.sign_in(stranger).post(path_of(ticket, part), data={}).status_code == 404


@pytest.mark.parametrize("part", CHANGES)
def test_a_change_without_a_sign_in_is_led_to_it(client, ticket, part):
    assert client.post(path_of(ticket, part), data={}).location.startswith("/sign-in")
    assert texts(ticket) == []


def test_who_was_signed_out_meanwhile_gets_the_text_back(client, ticket):
    answer = client.post(path_of(ticket, "messages"), data={"text": "An hour of <work>"})
    assert answer.status_code == 401
    assert "An hour of &lt;work&gt;" in answer.text
    assert 'href="/sign-in"' in answer.text
    assert ticket.subject not in answer.text
    assert texts(ticket) == []


@pytest.mark.parametrize("part", ["hold", "resolution", "assignment", "handovers", "priority", "subject"])
def test_the_requester_may_not_do_the_departments_work(client, maria, ticket, part):
    given = {
        "text": "I try",
        "reason": "third_party",
        "assignee": "me",
        "priority": "urgent",
        "subject": "Mine",
        "department": "1",
    }
    answer = client.sign_in(maria).post(path_of(ticket, part), data=given)
    assert answer.status_code == 403
    assert "this is for others to do" in answer.text
    assert fresh(ticket).version == ticket.version


def test_an_agent_does_not_confirm_for_the_requester(client, igor, ticket):
    build.resolve(ticket, igor, TEN)
    assert client.sign_in(igor).post(path_of(ticket, "closure"), data={}).status_code == 403


def test_the_administrator_only_reads(client, adam, ticket):
    page = page_of(client, adam, ticket)
    assert "/messages" not in page
    assert client.post(path_of(ticket, "messages"), data={"text": "Me too"}).status_code == 403


def test_a_stale_page_changes_nothing_keeps_the_text_and_shows_what_happened(client, igor, olga, ticket):
    client.sign_in(igor)
    seen = {"version": ticket.version, "seen": ticket.updated_at.isoformat()}
    build.reply(ticket, olga, TEN, "I have it already.")
    answer = client.post(path_of(ticket, "messages"), data={"text": "My long answer", **seen})
    assert answer.status_code == 409
    assert texts(ticket) == ["I have it already."]
    conflict = answer.text.split('id="conflict"')[1].split("</section>")[0]
    assert "Olga" in conflict and "I have it already." in conflict and "My long answer" in conflict
    assert "My long answer" in answer.text.split('id="composer"')[1]


def test_the_kept_text_can_be_sent_from_the_page_that_came_back(client, igor, olga, ticket):
    client.sign_in(igor)
    stale = {"version": ticket.version, "seen": ticket.updated_at.isoformat()}
    build.note(ticket, olga, TEN)
    page = client.post(path_of(ticket, "messages"), data={"text": "My answer", **stale}).text.split('id="composer"')[1]
    version = page.split('name="version" value="')[1].split('"')[0]
    assert client.post(path_of(ticket, "messages"), data={"text": "My answer", "version": version}).status_code == 303


@pytest.mark.parametrize("part", ["closure", "cancellation"])
def test_a_stale_button_does_nothing(client, maria, igor, ticket, part):
    seen = ticket.version
    build.resolve(ticket, igor, TEN)
    answer = client.sign_in(maria).post(path_of(ticket, part), data={"version": seen})
    assert answer.status_code == 409
    assert fresh(ticket).status == "resolved"


def test_a_word_on_a_closed_ticket_is_kept_to_be_copied(client, maria, igor, ticket):
    build.resolve(ticket, igor, TEN)
    build.close(ticket, maria, ELEVEN)
    answer = client.sign_in(maria).post(path_of(ticket, "messages"), data={"text": "One more thing"})
    assert answer.status_code == 409
    assert "This ticket is closed." in answer.text
    assert "One more thing" in answer.text.split('id="kept-text"')[1].split("</textarea>")[0]


def test_a_word_on_a_ticket_that_went_to_others_is_kept_to_be_copied(client, igor, ticket):
    build.hand_over(ticket, igor, TEN, "hr")
    answer = client.sign_in(igor).post(path_of(ticket, "messages"), data={"text": "One more thing"})
    assert answer.status_code == 403
    assert "One more thing" in answer.text.split('id="kept-text"')[1].split("</textarea>")[0]


def test_a_word_on_a_ticket_that_vanished_is_kept_to_be_copied(client, maria, anna):
    ticket = build.open_ticket(maria, "hr.trouble", when=NINE)
    build.hand_over(ticket, anna, TEN, "legal")
    answer = client.sign_in(anna).post(path_of(ticket, "messages"), data={"text": "One more thing"})
    assert answer.status_code == 404
    assert "One more thing" in answer.text
    assert ticket.subject not in answer.text
