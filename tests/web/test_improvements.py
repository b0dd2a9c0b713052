"""What a department says of itself, heard and did: leads keep it, everybody reads it."""

from __future__ import annotations

import re

import pytest

PAGE = "/departments/it/improvements"
TOLD = {
    "said": "Nobody answers on Fridays.",
    "did": "Two of us are on duty.",
    "done_on": "2026-04-01",
    "published": "y",
}


def test_a_lead_tells_and_everybody_reads(client, olga, maria):
    client.sign_in(olga)
    assert client.get(f"{PAGE}/new").status_code == 200
    assert client.post(PAGE, data=TOLD).status_code == 303
    client.sign_in(maria)
    for page in ("/departments/it", PAGE):
        assert TOLD["said"] in client.get(page).text and TOLD["did"] in client.get(page).text
    assert "Tell what you changed" not in client.get(PAGE).text


def test_what_is_not_published_is_read_by_leads_alone(client, olga, maria):
    client.sign_in(olga).post(PAGE, data={key: text for key, text in TOLD.items() if key != "published"})
    assert TOLD["said"] in client.get(PAGE).text
    assert TOLD["said"] not in client.sign_in(maria).get(PAGE).text


@pytest.mark.parametrize("name", ["said", "did", "done_on"])
def test_nothing_typed_is_lost(client, olga, name):
    answer = client.sign_in(olga).post(PAGE, data=TOLD | {name: ""})
    assert answer.status_code == 422
    assert all(text in answer.text for key, text in TOLD.items() if key not in (name, "published"))
    assert "error-summary" in answer.text


def test_a_change_made_meanwhile_is_shown_and_not_written_over(client, olga, adam):
    client.sign_in(olga).post(PAGE, data=TOLD)
    one = re.search(rf"{PAGE}/\d+", client.get(PAGE).text)[0]
    assert client.post(one, data=TOLD | {"did": "Three of us.", "seen": "1"}).status_code == 303
    client.sign_in(adam)
    refused = client.post(one, data=TOLD | {"did": "Four of us.", "seen": "1"})
    assert refused.status_code == 409
    assert "Three of us." in refused.text and "Four of us." in refused.text
    assert client.post(one, data=TOLD | {"did": "Four of us.", "seen": "2"}).status_code == 303


def test_a_lead_describes_the_department(client, olga, maria):
    client.sign_in(olga)
    assert client.get("/departments/it/about").status_code == 200
    said = {"mission_en": "Everything works.", "customers_en": "All who have a computer.", "email": "IT@example.com"}
    assert client.post("/departments/it/about", data=said).status_code == 303
    page = client.sign_in(maria).get("/departments/it").text
    assert "Everything works." in page and "All who have a computer." in page and "it@example.com" in page


def test_an_address_that_is_none_comes_back(client, olga):
    answer = client.sign_in(olga).post("/departments/it/about", data={"mission_en": "Work.", "email": "nowhere"})
    assert answer.status_code == 422
    assert "Work." in answer.text and "This is not an e-mail address." in answer.text


def test_the_list_is_paged_and_costs_the_same(client, olga, count_queries):
    client.sign_in(olga)
    for _ in range(25):
        client.post(PAGE, data=TOLD)
    count_queries()
    first = client.get(PAGE).text
    many = count_queries()
    assert first.count(TOLD["did"]) == 20 and 'rel="next"' in first
    assert many <= 8
