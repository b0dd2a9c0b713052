"""Working through a list: where a request stands in it, the way to its neighbours, and on to the next when it is sent."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest

from tests import build

MINE = quote("assignee=none", safe="")


@pytest.fixture
def filed(maria):
    """Three requests, what breaks next first."""
    return [
        build.open_ticket(maria, when=f"2026-04-06 {hour}:00", subject=f"At {hour}").id for hour in ("10", "11", "12")
    ]


def page_of(client, number, queue=MINE):
    return client.get(f"/tickets/{number}?queue={queue}").text


def way(page, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return unescape(found[1]) if found else None


def test_the_list_leads_into_itself(client, igor, filed):
    queue = client.sign_in(igor).get("/queue?assignee=none").text
    address = unescape(re.search(r'class="ticket-subject" href="([^"]+)"', queue)[1])
    assert address == f"/tickets/{filed[0]}?queue=assignee%3Dnone"


@pytest.mark.parametrize(("at", "place"), [(0, "1 of 3"), (1, "2 of 3"), (2, "3 of 3")])
def test_it_says_where_one_is_and_leads_on(client, igor, filed, at, place):
    page = page_of(client.sign_in(igor), filed[at])
    assert place in page
    around = [f"/tickets/{number}?queue=assignee%3Dnone" for number in filed]
    assert way(page, "prev") == (around[at - 1] if at else None)
    assert way(page, "next") == (around[at + 1] if at < 2 else None)


def test_sending_leads_on_to_the_next_request(client, igor, filed):
    page = page_of(client.sign_in(igor), filed[0])
    on = unescape(re.search(r'<button[^>]*name="next" value="([^"]+)"', page)[1])
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    answer = client.post(
        f"/tickets/{filed[0]}/messages", data={"kind": "reply", "text": "Done.", "version": version, "next": on}
    )
    assert answer.location == f"/tickets/{filed[1]}?queue=assignee%3Dnone"
    assert "1 of 3" in client.get(answer.location).text, "the answered one stands behind it now"


def test_the_last_one_leads_back_to_the_list(client, igor, filed):
    page = page_of(client.sign_in(igor), filed[2])
    assert 'name="next" value="/queue?assignee=none"' in page
    assert "Send and back to the list" in page


def test_what_one_changes_there_keeps_the_list(client, igor, filed):
    client.sign_in(igor)
    here = f"http://localhost/tickets/{filed[0]}?queue={MINE}"
    answer = client.post(f"/tickets/{filed[0]}/assignment", data={"assignee": "me"}, headers={"Referer": here})
    assert answer.location == f"/tickets/{filed[0]}?queue=assignee%3Dnone"
    page = client.get(answer.location).text
    assert "no longer in the list" in page, "it is somebody's now"
    assert way(page, "next") == f"/tickets/{filed[1]}?queue=assignee%3Dnone", "what breaks next stands first"


@pytest.mark.parametrize("queue", ["department%3Dhr", "department%3Dnowhere", "x" * 2000])
def test_a_list_that_is_not_theirs_leads_nowhere(client, igor, filed, queue):
    assert 'class="list-place"' not in page_of(client.sign_in(igor), filed[0], queue)


def test_the_requester_knows_of_no_list(client, maria, filed):
    assert 'class="list-place"' not in page_of(client.sign_in(maria), filed[0])
