"""What a department heard, decides on and did: leads keep it, owners finish it, everybody reads what is published."""

from __future__ import annotations

import re

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.reports.actions import close_month
from tests.cast import by

PAGE = "/departments/it/improvements"
TOLD = {
    "title": "Two on duty on Fridays",
    "said": "Nobody answers on Fridays.",
    "did": "Two of us are on duty.",
    "done_on": "2026-04-01",
    "published": "y",
}
PLANNED = {"title": "A plain letter", "said": "Nobody understands you.", "due_on": "2026-04-30", "metric": "speed"}


@pytest.fixture
def planned(client, olga, igor):
    """The address of an action that Olga decided on and Igor sees to; not published."""
    answer = client.sign_in(olga).post(PAGE, data=PLANNED | {"owner": str(igor.id)})
    assert answer.status_code == 303
    return re.search(rf"{PAGE}/\d+", answer.headers["Location"])[0]


def test_a_lead_tells_and_everybody_reads(client, olga, maria):
    client.sign_in(olga)
    assert client.get(f"{PAGE}/new").status_code == 200
    assert client.post(PAGE, data=TOLD).status_code == 303
    client.sign_in(maria)
    for page in ("/departments/it", PAGE):
        assert TOLD["said"] in client.get(page).text and TOLD["did"] in client.get(page).text
    assert "Decide on an action" not in client.get(PAGE).text


def test_what_is_not_published_is_read_by_who_works_there(client, igor, maria, planned):
    assert "A plain letter" in client.sign_in(igor).get(PAGE).text
    client.sign_in(maria)
    assert "A plain letter" not in client.get(PAGE).text
    assert client.get(planned).status_code == 404


def test_the_owner_hears_of_it_and_says_that_it_is_done(client, igor, planned):
    bell = client.sign_in(igor).get("/notifications").text
    assert "An action is yours to see to: A plain letter" in bell and planned in bell
    assert "A plain letter" in client.get("/improvements").text
    assert client.get(f"{planned}/edit").status_code == 403
    assert (
        client.post(f"{planned}/done", data={"did": "We read it aloud first.", "done_on": "2026-04-20"}).status_code
        == 303
    )
    page = client.get(planned).text
    assert "We read it aloud first." in page and "Mark as done" not in page


def test_who_does_not_say_what_was_done_is_asked(client, igor, planned):
    answer = client.sign_in(igor).post(f"{planned}/done", data={"did": " ", "done_on": "2999-01-01"})
    assert answer.status_code == 422
    assert "Write something first." in answer.text and "This day is still to come." in answer.text


def test_a_lead_gives_up_with_a_reason_and_takes_up_again(client, olga, planned):
    client.sign_in(olga)
    assert client.post(f"{planned}/drop", data={"why": ""}).status_code == 422
    assert client.post(f"{planned}/drop", data={"why": "Too dear this year."}).status_code == 303
    assert "Too dear this year." in client.get(planned).text
    assert client.post(f"{planned}/done", data={"did": "Done after all."}).status_code == 409
    assert client.post(f"{planned}/reopen").status_code == 303
    page = client.get(planned).text
    assert "Too dear this year." not in page and "Mark as done" in page


def test_the_list_is_narrowed_by_state(client, olga, planned):
    client.sign_in(olga).post(PAGE, data=TOLD)
    assert "A plain letter" in client.get(f"{PAGE}?state=open").text
    done = client.get(f"{PAGE}?state=done").text
    assert TOLD["title"] in done and "A plain letter" not in done


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "\u200b"},
        {"did": " \u2060"},
        {"done_on": "2999-01-01"},
        {"owner": "1000000"},
        {"metric": "beauty"},
    ],
)
def test_nothing_typed_is_lost(client, olga, wrong):
    answer = client.sign_in(olga).post(PAGE, data=TOLD | wrong)
    assert answer.status_code == 422
    assert all(text in answer.text for key, text in TOLD.items() if key not in wrong and key != "published")
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


def test_the_report_tells_of_the_actions_and_leads_to_a_new_one(client, olga, rita, planned):
    client.sign_in(olga).post(PAGE, data=TOLD)
    with transaction():
        close_month(by(None, "2999-04-20 09:00", "worker"), "2026-04")
    page = client.get("/reports/2026-04/it").text
    assert "A plain letter" in page and TOLD["title"] in page and f"{PAGE}/new" in page
    assert "A plain letter" in client.sign_in(rita).get("/reports/2026-04/it").text


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
    assert many <= 9
