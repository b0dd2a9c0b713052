"""A list that is open renews itself cheaply, and what came since somebody looked at it is called new."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.web import live
from servicedesk.workbench.models import Look
from tests import build

POLL = {"X-Poll": "1"}


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch):
    """A list is rendered anew when a minute is over; here none ever is."""
    monkeypatch.setattr(live, "minute", lambda _at: 0)


def mark_in(page):
    return {"If-None-Match": f'W/"{re.search("data-poll-mark=.([0-9a-f]+)", page)[1]}"'}


def look(client, page, **said):
    fields = dict(
        re.findall(r'<input type="hidden" name="(place|at|next)" value="([^"]*)"', page.split("data-look")[1])
    )
    return client.post("/queue/looked", data=fields | said)


def test_a_list_that_did_not_change_is_not_sent_again(client, maria, igor, count_queries):
    build.open_ticket(maria)
    page = client.sign_in(igor).get("/queue").text
    count_queries()
    answer = client.get("/queue", headers=POLL | mark_in(page))
    assert (answer.status_code, answer.data) == (304, b"")
    # Who asks, with their roles, the company and what its lists are about; of the requests one question: has anything changed?
    assert count_queries() <= 5


def test_what_changed_comes_as_the_region_alone(client, maria, igor, olga):
    ticket = build.open_ticket(maria, subject="A squeak")
    page = client.sign_in(igor).get("/queue").text
    build.assign(ticket, olga, "2026-04-06 12:00", olga)
    answer = client.get("/queue", headers=POLL | mark_in(page))
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="queue-list"') and "<html" not in answer.text
    assert olga.name in answer.text
    assert client.get("/queue", headers=POLL | mark_in(answer.text)).status_code == 304


def test_the_page_itself_is_always_sent(client, maria, igor):
    build.open_ticket(maria)
    page = client.sign_in(igor).get("/queue").text
    assert client.get("/queue", headers=mark_in(page)).status_code == 200


def test_nothing_is_new_before_the_first_look_and_reading_is_no_look(client, maria, igor):
    build.open_ticket(maria, when=now())
    client.sign_in(igor)
    for _ in range(2):
        assert "chip-new" not in client.get("/queue").text
    assert db.session.query(Look).count() == 0


def test_what_others_did_since_the_look_is_new(client, maria, igor, olga):
    old, mine, theirs = (build.open_ticket(maria, subject=subject) for subject in ("Old", "Mine", "Theirs"))
    page = client.sign_in(igor).get("/queue").text
    assert look(client, page).location == "/queue"
    later = now() + timedelta(seconds=1)
    build.assign(mine, igor, later, igor)
    build.assign(theirs, olga, later, olga)
    build.open_ticket(maria, when=later, subject="Fresh")
    page = client.get("/queue").text
    marked = re.findall(r'#</?\w*>?(\d+)</span>[^<]*</a> <span class="chip chip-new">', page)
    assert len(re.findall('class="chip chip-new"', page)) == 2, marked
    assert "2 requests are new or changed since you looked" in page
    assert re.search(r"<title>\(2\) Queue", page)
    row = page.split(f'id="row-{old.id}"')[1].split("</tr>")[0]
    assert "chip-new" not in row
    assert "chip-new" not in page.split(f'id="row-{mine.id}"')[1].split("</tr>")[0]


def test_each_list_has_a_look_of_its_own_and_each_person(client, maria, igor, olga):
    page = client.sign_in(igor).get("/queue").text
    look(client, page)
    build.open_ticket(maria, when=now() + timedelta(seconds=1))
    assert "chip-new" in client.get("/queue").text
    assert "chip-new" not in client.get("/queue?sort=number").text
    assert "chip-new" not in client.sign_in(olga).get("/queue").text


def test_the_older_of_two_tabs_takes_nothing_back_and_nobody_looks_ahead(client, igor):
    page = client.sign_in(igor).get("/queue").text
    look(client, page, at="2099-01-01T00:00:00+00:00")
    db.session.expire_all()
    known = db.session.query(Look).one().looked_at
    assert known <= now()
    look(client, page, at="2026-01-01T00:00:00+00:00")
    db.session.expire_all()
    assert db.session.query(Look).one().looked_at == known


def test_only_lists_are_looked_at(client, igor):
    client.sign_in(igor)
    for said in ({"place": "rate:1", "at": "2026-04-06T10:00:00+00:00"}, {"place": "queue:" + "0" * 32, "at": "today"}):
        assert client.post("/queue/looked", data=said).status_code == 404
