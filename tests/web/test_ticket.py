"""The page of a ticket: what each side sees of it."""

import re

from servicedesk.kernel.now import now
from tests import build
from tests.web.ticket_pages import ELEVEN, TEN, page_of, path_of


def test_a_visitor_is_led_to_the_sign_in_page(client, ticket):
    assert client.get(path_of(ticket)).location.startswith("/sign-in")
    assert client.get(path_of(ticket, "why")).location.startswith("/sign-in")


def test_a_stranger_finds_nothing_there(client, stranger, ticket):
    client.sign_in(stranger)
    missing = client.get("/tickets/999999")
    for part in ([], ["why"]):
        answer = client.get(path_of(ticket, *part))
        assert answer.status_code == missing.status_code == 404
        assert ticket.subject not in answer.text


def test_the_requester_reads_how_it_stands_in_plain_words(client, maria, igor, ticket):
    assert "It has received your request." in page_of(client, maria, ticket)
    build.assign(ticket, igor, TEN, igor)
    assert "Igor from It is working on it." in page_of(client, maria, ticket)
    build.hold(ticket, igor, ELEVEN, note="Which room are you in?")
    page = page_of(client, maria, ticket)
    assert "It waits for your answer." in page
    assert "Which room are you in?" in page
    assert "Waiting for you" in page


def test_the_requester_reads_by_when_an_answer_comes(client, maria):
    ticket = build.open_ticket(maria, when=now())
    assert re.search(r"An answer by .+\. *\n.*Done by", page_of(client, maria, ticket))


def test_a_note_is_seen_by_those_who_serve_and_by_nobody_else(client, maria, igor, ticket):
    build.note(ticket, igor, TEN, "The toner is hidden in the cupboard.")
    served = page_of(client, igor, ticket)
    assert "hidden in the cupboard" in served
    assert "Internal note" in served
    assert "hidden in the cupboard" not in page_of(client, maria, ticket)


def test_the_answers_of_the_form_stand_under_the_description(client, maria):
    ticket = build.open_ticket(maria, "it.access", answers={"system": "crm", "until": "2026-05-09"})
    page = page_of(client, maria, ticket)
    assert "CRM" in page and "9 May 2026" in page


def test_what_people_write_cannot_run_in_the_page(client, maria, igor):
    ticket = build.open_ticket(maria, subject="<b>bold</b>", description="<script>alert(1)</script> **strong**")
    page = page_of(client, igor, ticket)
    assert "<script>alert(1)" not in page
    assert "<b>bold</b>" not in page
    assert "<strong>strong</strong>" in page


def test_the_story_is_told_in_order(client, maria, igor, olga, ticket):
    build.assign(ticket, olga, TEN, igor)
    build.reply(ticket, igor, "2026-04-06 10:30", "I am coming up.")
    build.change_priority(ticket, olga, ELEVEN, "high")
    build.hold(ticket, igor, "2026-04-06 12:00", "third_party", note="A part is ordered.")
    build.resume(ticket, igor, "2026-04-06 13:00")
    build.hand_over(ticket, igor, "2026-04-06 14:00", "hr")
    page = page_of(client, maria, ticket)
    told = [
        "Olga assigned it to Igor", "I am coming up.", "Olga changed the priority: Normal → High",
        "Igor put it on hold: waiting for a third party", "A part is ordered.", "Igor ended the hold", "Igor handed it over: It → Hr",
    ]  # fmt: skip
    places = [page.index(words) for words in told]
    assert places == sorted(places)


def test_each_side_sees_the_buttons_that_are_its_own(client, maria, igor, boris, ticket):
    forms = {"hold": "/handovers", "take": "/assignment", "withdraw": "/cancellation", "write": "/messages"}
    seen = {
        who: {what for what, part in forms.items() if part in page_of(client, person, ticket)}
        for who, person in (("maria", maria), ("igor", igor), ("boris", boris))
    }
    assert seen == {"maria": {"withdraw", "write"}, "igor": {"hold", "take", "write"}, "boris": set()}


def test_a_long_conversation_is_paged(client, maria, igor, ticket):
    for number in range(101):
        build.note(ticket, igor, TEN, f"Note {number:03d}.")
    page = page_of(client, igor, ticket)
    assert "Note 000." not in page and "Note 100." in page
    earlier = page.split('href="' + path_of(ticket) + "?before=")[1].split('"')[0]
    page = client.get(path_of(ticket) + "?before=" + earlier).text
    assert "Note 000." in page and "Note 100." not in page


def test_it_asks_the_same_number_of_questions_however_long_the_story(client, maria, igor, ticket, count_queries):
    build.reply(ticket, igor, TEN, "One.")
    build.note(ticket, igor, TEN, "Two.")
    build.change_priority(ticket, igor, TEN, "high")
    client.sign_in(igor)
    client.get(path_of(ticket))
    count_queries()
    client.get(path_of(ticket))
    few = count_queries()
    for number in range(20):
        build.reply(ticket, maria, ELEVEN, f"And {number}?")
        build.reply(ticket, igor, ELEVEN, f"Then {number}.")
        build.hold(ticket, igor, ELEVEN, "third_party")
        build.resume(ticket, igor, ELEVEN)
    count_queries()
    client.get(path_of(ticket))
    assert count_queries() <= few + 1  # the second person of the story
    assert few <= 33  # one of them for the prepared replies of who serves it
