"""Saved views on pages: saving, opening, changing, sharing; the rail with its counts; the load of a team."""

from __future__ import annotations

import re

import pytest

from servicedesk.workbench import queries
from tests import build


def shown(page: str) -> list[str]:
    return [
        re.sub(r"<[^>]+>|#\d+", " ", part.split("</a>")[0]).split(">")[-1].strip()
        for part in page.split('class="ticket-subject"')[1:]
    ]


def rail(page: str) -> dict[str, str]:
    """Names of the views with what is counted in each."""
    stops = re.findall(r'<span class="views-name">(.*?)</span> <span class="count">(.*?)</span>', page)
    return dict(stops)


@pytest.fixture
def three(maria, igor):
    one = build.open_ticket(maria, subject="Mine")
    build.assign(one, igor, "2026-04-06 10:05", igor)
    build.open_ticket(maria, subject="Urgent", priority="urgent")
    build.open_ticket(maria, subject="Loose")


def save(client, query: str, name: str = "Pressing", shared: str = "") -> str:
    answer = client.post("/views", data={"name": name, "query": query, "shared_with": shared})
    assert answer.status_code == 303
    return answer.location


def test_everybody_has_views_with_counts(client, igor, three):
    page = client.sign_in(igor).get("/queue").text
    assert rail(page) == {"My work": "1", "At risk": "0", "Broken": "3", "Unassigned": "2", "All": "3"}


def test_a_list_is_saved_opened_and_shown_under_its_name(client, igor, three):
    where = save(client.sign_in(igor), "priority=urgent&sort=-created&columns=promise,request,age")
    page = client.get(where).text
    assert shown(page) == ["Urgent"]
    assert rail(page)["Pressing"] == "1"
    assert re.search(r'aria-current="page"><span class="views-name">Pressing<', page)


def test_another_choice_is_offered_to_be_saved_in_it(client, igor, three):
    where = save(client.sign_in(igor), "priority=urgent")
    number = where.rpartition("=")[2]
    page = client.get(f"/queue?priority=normal&view={number}").text
    assert shown(page) == ["Mine", "Loose"]
    assert "Save in “Pressing”" in page
    assert client.post(f"/views/{number}/query", data={"query": "priority=normal"}).location == where
    assert shown(client.get(where).text) == ["Mine", "Loose"]


def test_a_shared_view_shows_each_reader_their_own(client, igor, olga, maria, three):
    where = save(client.sign_in(igor), "assignee=me", "In hand", "it")
    assert shown(client.get(where).text) == ["Mine"]
    page = client.sign_in(olga).get(where).text
    assert shown(page) == []
    assert rail(page)["In hand"] == "0"
    assert client.sign_in(maria).get(where).status_code == 404


def test_a_form_without_a_name_comes_back_with_what_was_chosen(client, igor):
    answer = client.sign_in(igor).post("/views", data={"name": " ", "query": "priority=urgent", "shared_with": "it"})
    assert answer.status_code == 422
    assert "Give the view a name." in answer.text
    assert 'name="query" type="hidden" value="priority=urgent"' in answer.text
    assert re.search(r'checked[^>]*value="it"|value="it"[^>]*checked', answer.text)


def test_it_is_not_shared_with_a_department_that_is_not_theirs(client, igor):
    answer = client.sign_in(igor).post("/views", data={"name": "For HR", "query": "", "shared_with": "hr"})
    assert answer.status_code == 422
    assert queries.views_seen_by(igor) == []


def test_what_is_removed_can_be_brought_back(client, igor, three):
    number = save(client.sign_in(igor), "priority=urgent").rpartition("=")[2]
    page = client.post(f"/views/{number}/removal", follow_redirects=True).text
    assert "The view “Pressing” is removed." in page
    assert client.get(f"/queue?view={number}").status_code == 404
    client.post(f"/views/{number}/return")
    assert client.get(f"/queue?view={number}").status_code == 200


def test_the_queue_opens_with_what_was_chosen_and_everything_can_still_be_asked_for(client, igor, three):
    client.sign_in(igor).post("/views/opening", data={"view": "mine"})
    assert shown(client.get("/queue").text) == ["Mine"]
    assert len(shown(client.get("/queue?view=all").text)) == 3
    assert shown(client.get("/queue?assignee=none&sort=number").text) == ["Urgent", "Loose"]


def test_a_form_leads_to_an_address_in_order(client, igor):
    sent = "/queue?apply=1&sort=due&q=&status=open&status=new&assignee=&columns=promise&columns=status&density="
    answer = client.sign_in(igor).get(sent)
    assert (answer.status_code, answer.location) == (303, "/queue?status=new,open&columns=promise,request,status")


@pytest.mark.parametrize("query", ["view=0", "view=999999", "view=²", "view=x"])
def test_a_view_that_is_none_is_not_found(client, igor, query):
    assert client.sign_in(igor).get(f"/queue?{query}").status_code == 404


def test_leads_see_who_has_how_much_and_get_to_it(client, olga, igor, three):
    page = client.sign_in(olga).get("/queue/it/load").text
    assert f"/queue/it?assignee={igor.id}&amp;promise=broken" in page
    assert "/queue/it?assignee=none" in page
    assert client.sign_in(igor).get("/queue/it/load").status_code == 404


def test_groups_say_how_many_they_are(client, igor, three):
    page = client.sign_in(igor).get("/queue?group=assignee&sort=number").text
    heads = re.findall(r'scope="rowgroup">(.*?) <span class="count">(\d+)<', page)
    assert heads == [("Nobody yet", "2"), (igor.name, "1")]
