"""The story of a ticket: what is shown of it, in which order, on which page a message is, and on paper."""

import re
from datetime import UTC, timedelta

import pytest

from servicedesk.web.quoted import parts_of
from servicedesk.web.timeline import COOKIE, View, asked_view
from tests import build
from tests.cast import at

NINE, TEN, ELEVEN = "2026-04-06 09:00", "2026-04-06 10:00", "2026-04-06 11:00"


@pytest.fixture
def told(maria, igor):
    """A request with a word, a note and a change."""
    ticket = build.open_ticket(maria, when=NINE)
    build.reply(ticket, igor, TEN, "A public word.")
    build.note(ticket, igor, TEN, "A quiet word.")
    build.change_priority(ticket, igor, ELEVEN, "high")
    return ticket


def page_of(client, person, ticket, query=""):
    answer = client.sign_in(person).get(f"/tickets/{ticket.id}{query}")
    assert answer.status_code == 200
    return answer.text


WORDS = {"public": "A public word.", "quiet": "A quiet word.", "change": "changed the priority"}


@pytest.mark.parametrize(
    ("show", "seen"),
    [
        ("all", {"public", "quiet", "change"}), ("messages", {"public"}), ("notes", {"quiet"}), ("changes", {"change"}),
        ("files", set()), ("nonsense", {"public", "quiet", "change"}),
    ],
)  # fmt: skip
def test_the_address_says_what_is_shown(client, igor, told, show, seen):
    page = page_of(client, igor, told, f"?show={show}")
    assert {name for name, words in WORDS.items() if words in page} == seen


def test_nobody_gets_notes_by_asking_for_them(client, maria, told):
    assert "A quiet word." not in page_of(client, maria, told, "?show=notes")


def test_the_newest_stands_first_where_the_browser_remembers_it(client, igor, told):
    page = page_of(client, igor, told)
    assert page.index("A public word.") < page.index("changed the priority")
    answer = client.post(f"/tickets/{told.id}/order", data={"order": "newest", "show": "messages"})
    assert answer.location == f"/tickets/{told.id}?show=messages#conversation"
    assert f"{COOKIE}=newest" in answer.headers["Set-Cookie"]
    assert asked_view({}, {COOKIE: "newest"}).newest_first
    page = page_of(client, igor, told, "?order=newest")
    assert page.index("changed the priority") < page.index("A public word.")


def test_an_order_that_is_none_is_not_remembered(client, igor, told):
    answer = client.sign_in(igor).post(f"/tickets/{told.id}/order", data={"order": "sideways"})
    assert COOKIE not in answer.headers.get("Set-Cookie", "")
    assert asked_view({"show": "x"}, {COOKIE: "sideways"}) == View()


def test_days_stand_between(client, maria, igor, told):
    build.reply(told, maria, "2026-04-08 10:00", "Two days later.")
    page = page_of(client, igor, told)
    assert re.search(r'id="day-2026-04-06".*A public word.*id="day-2026-04-08".*Two days later', page, re.DOTALL)


def test_the_days_are_those_of_the_reader(client, igor, told):
    build.reply(told, igor, at("2026-04-06 23:30").astimezone(UTC) + timedelta(hours=1), "After midnight.")
    assert 'id="day-2026-04-07"' in page_of(client, igor, told)


def test_a_link_to_a_message_finds_its_page(client, igor, told):
    first = build.note(told, igor, ELEVEN, "The first of many.")
    for number in range(100):
        build.note(told, igor, ELEVEN, f"Note {number}.")
    client.sign_in(igor)
    answer = client.get(f"/tickets/{told.id}/messages/{first.id}")
    assert answer.status_code == 303 and answer.location.endswith(f"#message-{first.id}")
    page = client.get(answer.location.split("#")[0]).text
    assert f'id="message-{first.id}"' in page and "To the newest messages" in page
    newest = build.note(told, igor, ELEVEN, "The last of many.")
    answer = client.get(f"/tickets/{told.id}/messages/{newest.id}")
    assert answer.location == f"/tickets/{told.id}#message-{newest.id}"


def test_a_link_to_a_note_tells_the_requester_nothing(client, maria, igor, told):
    note, word = build.note(told, igor, ELEVEN, "Quiet."), build.reply(told, igor, ELEVEN, "Loud.")
    client.sign_in(maria)
    assert client.get(f"/tickets/{told.id}/messages/{word.id}").status_code == 303
    assert client.get(f"/tickets/{told.id}/messages/{note.id}").status_code == 404
    other = build.open_ticket(maria)
    assert client.get(f"/tickets/{other.id}/messages/{word.id}").status_code == 404


QUOTE = "> One\n> Two\n\n> Three\n> Four"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"Yes.\n\nOn Tue, Igor\nwrote:\n{QUOTE}", "Yes."),
        (f"Yes.\n\n{QUOTE}\n", "Yes."),
        (f"First:\nlong\nlist:\n{QUOTE}", "First:\nlong"),
        ("Yes.\n> One\n> Two", "Yes.\n> One\n> Two"),
        (QUOTE, QUOTE),
        (f"{QUOTE}\nNo.", f"{QUOTE}\nNo."),
        ("", ""),
    ],
)
def test_what_a_message_repeats_at_its_end_is_folded(text, said):
    parts = parts_of(text)
    assert parts.said == said
    assert text.split() == (parts.said + "\n" + parts.quote).split()


def test_a_folded_quotation_is_on_the_page(client, maria, igor, told):
    build.reply(told, maria, ELEVEN, f"It works now.\n\n{QUOTE}")
    page = page_of(client, igor, told)
    folded = page.split('<details class="quoted">')[1].split("</details>")[0]
    assert "Four" in folded and "It works now." not in folded


def printed(client, person, ticket, query=""):
    return page_of(client, person, ticket, f"/print{query}")


def test_on_paper_there_is_all_of_it(client, igor, told):
    for number in range(130):
        build.reply(told, igor, ELEVEN, f"Word {number:03d}.")
    page = printed(client, igor, told)
    assert "Word 000." in page and "Word 129." in page and "changed the priority" in page
    assert "First reply" in page and "A quiet word." not in page


def test_notes_are_on_paper_only_when_asked_for_and_for_who_reads_them(client, maria, igor, told):
    assert "A quiet word." in printed(client, igor, told, "?notes=1")
    page = printed(client, maria, told, "?notes=1")
    assert "A quiet word." not in page and "A public word." in page
