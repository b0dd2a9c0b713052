"""The administrator's page of confidential requests, and what the department sees of it."""

from __future__ import annotations

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.tickets import queries
from tests.build import note, open_ticket
from tests.cast import by, department

WHY = "Somebody says that this was told around."


@pytest.fixture
def secret(cast):
    ticket = open_ticket(cast.maria, "hr.trouble", subject="Quarrel", description="With the boss.")
    note(ticket, cast.anna, "2026-04-06 11:00", "Keep it low.")
    with transaction():
        people.grant(by(None, "2026-04-06 09:00"), cast.anna, "lead", department("hr"))
    return ticket


def send(client, number, reason=WHY):
    return client.post("/admin/seals", data={"number": str(number), "reason": reason})


def test_one_opens_it_and_is_led_there(client, adam, secret):
    client.sign_in(adam)
    assert client.get(f"/tickets/{secret.id}").status_code == 404
    answer = send(client, f"#{secret.id}")
    assert (answer.status_code, answer.location) == (303, f"/tickets/{secret.id}")
    page = client.get(answer.location).text
    assert "Quarrel" in page and "Keep it low." in page and WHY in page
    assert "Really withdraw it?" not in page and 'name="kind"' not in page


def test_the_page_tells_the_number_and_nothing_of_the_request(client, adam, secret):
    client.sign_in(adam)
    send(client, secret.id)
    page = client.get("/admin/seals").text
    assert f"#{secret.id}" in page and WHY in page and "Adam" in page
    assert "Quarrel" not in page and "boss" not in page


def test_it_is_closed_again(client, adam, secret):
    client.sign_in(adam)
    send(client, secret.id)
    seal = queries.open_seal(adam.id, secret.id)
    assert client.post(f"/admin/seals/{seal.id}/close").status_code == 303
    assert client.get(f"/tickets/{secret.id}").status_code == 404
    assert client.post(f"/admin/seals/{seal.id}/close").status_code == 409


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "²", "99999999999999999999", "424242", "1 or 1"])
def test_a_wrong_number_changes_nothing_and_loses_nothing(client, adam, secret, number):
    client.sign_in(adam)
    answer = send(client, number)
    assert answer.status_code == 422
    assert WHY in answer.text and 'id="number-error"' in answer.text
    assert queries.seals(are_open=True).items == []


def test_a_request_that_is_not_confidential_is_answered_as_one_that_is_not_there(client, adam, maria, secret):
    client.sign_in(adam)
    ordinary = open_ticket(maria).id
    told = [send(client, number).text.count("There is no confidential request") for number in (ordinary, ordinary + 99)]
    assert told[0] == told[1] > 0


def test_a_short_reason_comes_back_before_the_number_is_looked_at(client, adam, secret):
    client.sign_in(adam)
    pages = [send(client, number, "Because").text for number in (secret.id, secret.id + 99)]
    assert all('id="reason-error"' in page and "There is no confidential request" not in page for page in pages)


def test_who_leads_the_department_reads_who_opened_it_and_why(client, cast, secret):
    client.sign_in(cast.adam)
    send(client, secret.id)
    page = client.sign_in(cast.anna).get(f"/tickets/{secret.id}").text
    assert "Opened by Adam on" in page and WHY in page
    assert "Opened by Adam on" not in client.sign_in(cast.maria).get(f"/tickets/{secret.id}").text
    assert "An administrator opened a confidential request" in client.sign_in(cast.anna).get("/notifications").text


def test_the_audit_says_that_it_was_opened_and_nothing_else_of_it(client, cast, secret):
    client.sign_in(cast.adam)
    send(client, secret.id)
    page = client.get("/admin/audit").text
    rows = [row for row in page.split("<tr>") if f"#{secret.id}<" in row]
    assert len(rows) == 1 and "Confidential request opened for a reason" in rows[0]
    assert "Quarrel" not in page


def test_the_api_knows_nothing_of_it(api, adam, anna, secret, client):
    send(client.sign_in(adam), secret.id)
    assert api.as_person(anna).get(f"/api/v1/tickets/{secret.id}/events").text.count("seal") == 0


def test_many_past_ones_are_paged_by_a_fixed_number_of_queries(client, adam, maria, count_queries):
    client.sign_in(adam)

    def one_more():
        ticket = open_ticket(maria, "hr.trouble")
        send(client, ticket.id)
        seal = queries.open_seal(adam.id, ticket.id)
        client.post(f"/admin/seals/{seal.id}/close")

    one_more()
    client.get("/admin/seals")
    count_queries()
    client.get("/admin/seals")
    few = count_queries()
    for _ in range(3):
        one_more()
    count_queries()
    client.get("/admin/seals")
    assert count_queries() == few
