"""The page of a chain and the line at the side of a request: what they say, to whom, and what they cost."""

from __future__ import annotations

import re

import pytest

from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions
from servicedesk.tickets.access import ticket_for
from tests.build import hand_over, open_ticket
from tests.cast import by, request_type
from tests.sla.test_chain_of import ask


@pytest.fixture
def ticket(maria):
    return open_ticket(maria, when="2026-04-06 09:00", subject="Anna begins on Monday")


def page_of(client, person, ticket) -> str:
    answer = client.sign_in(person).get(f"/tickets/{ticket.id}/chain")
    assert answer.status_code == 200
    return plain(answer.text)


def side_of(client, person, ticket) -> str:
    page = plain(client.sign_in(person).get(f"/tickets/{ticket.id}").text)
    found = re.search(r'<details class="card card-dense side-card" id="chain" open>(.*?)</details>', page, re.DOTALL)
    return found[1] if found else ""


def plain(page: str) -> str:
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_plain_request_says_nothing_of_chains_and_asks_nothing(client, maria, igor, ticket, count_queries):
    assert side_of(client, igor, ticket) == ""
    client.get(f"/tickets/{ticket.id}")
    count_queries()
    client.get(f"/tickets/{ticket.id}")
    plain_one = count_queries()
    ask(ticket, igor, "2026-04-06 10:00", "sales.offer")
    client.get(f"/tickets/{ticket.id}")
    count_queries()
    client.get(f"/tickets/{ticket.id}")
    assert plain_one + 5 <= count_queries() <= plain_one + 16


def test_the_side_says_who_broke_it_and_leads_to_every_link(client, igor, ticket):
    child = ask(ticket, igor, "2026-04-06 10:00", "sales.offer", subject="Draw up the contract")
    side = side_of(client, igor, ticket)
    # IT may keep a request 18 working hours: until Wednesday 9:00; sales promised until Thursday 10:00.
    assert "It broke it: due there" in side
    assert "3 links in" not in side and "2 links in 2 departments" in side
    assert f'href="/tickets/{ticket.id}/chain"' in side
    assert "2 links in 2 departments" in side_of(client, igor, child)


def test_every_link_stands_in_the_drawing_and_in_the_table(client, igor, ticket):
    child = ask(ticket, igor, "2026-04-06 10:00", "sales.offer", subject="Draw up the contract")
    hand_over(ticket, igor, "2026-04-06 12:00", "hr")
    page = page_of(client, igor, ticket)
    drawing = re.search(r'<svg[^>]*class="graph chain-graph chain-wide".*?</svg>', page, re.DOTALL)[0]
    assert [words in drawing for words in ("It", f"#{child.id} Sales", "Hr", "the whole is due")] == [True] * 4
    assert "style=" not in page
    rows = re.findall(r'<th scope="row".*?</tr>', page, re.DOTALL)
    assert len(rows) == 3
    assert ["Kept" in rows[0], "Broken" in rows[1], "Hr" in rows[2]] == [True] * 3
    assert "Draw up the contract" in rows[1] and f'href="/tickets/{child.id}"' in rows[1]
    assert page.count("broke it</strong>") == 1


def test_while_it_is_on_track_nobody_is_named(client, maria, igor):
    at = now()
    running = open_ticket(maria, when=at)
    with transaction():
        row = ticket_for(igor, running.id, to="ask_others")
        actions.ask_department(
            by(igor, at), row, igor, subject="A part", description="", request_type=request_type("hr.certificate")
        )
    page = page_of(client, maria, running)
    assert "On track" in page
    assert "broke it" not in page and "about to break it" not in page


def test_a_child_shows_where_it_stands_in_the_whole(client, igor, anna, ticket):
    child = ask(ticket, igor, "2026-04-06 10:00", "hr.certificate")
    page = page_of(client, igor, child)
    assert f"The chain of #{ticket.id}" in page
    assert f"You came from #{child.id}" in page
    assert page.count("this request</span>") == 1
    # Anna sees her own part alone.
    assert f"The chain of #{child.id}" in page_of(client, anna, child)


def test_who_may_not_see_a_child_reads_neither_its_number_nor_its_subject(client, maria, igor, ticket):
    child = ask(ticket, igor, "2026-04-06 10:00", "hr.certificate", subject="Secret words")
    page = page_of(client, maria, ticket)
    assert "Hr" in page and "Secret words" not in page and f"#{child.id}" not in page


def test_a_confidential_child_is_not_even_counted(client, maria, igor, olga, ticket):
    ask(ticket, igor, "2026-04-06 10:00", "hr.trouble", subject="Secret words")
    assert "2 links" in page_of(client, igor, ticket)
    for person in (maria, olga):
        page = page_of(client, person, ticket)
        assert "1 link in 1 department" in page and "Secret words" not in page
        assert re.search(r"(?<![\w-])Hr(?![\w-])", page) is None
        assert side_of(client, person, ticket) == ""


def test_strangers_find_nothing(client, stranger, ticket):
    assert client.sign_in(stranger).get(f"/tickets/{ticket.id}/chain").status_code == 404
