"""Why a deadline is when it is: the page of the explanations."""

import re

import pytest

from servicedesk.kernel.now import now
from servicedesk.sla.queries import clocks_of, explain
from tests import build
from tests.web.ticket_pages import ELEVEN, TEN, path_of


def test_the_explanation_covers_every_promise_and_sums_up_to_its_elapsed_time(client, maria, igor, ticket):
    build.reply(ticket, igor, TEN)
    build.hold(ticket, igor, ELEVEN, "third_party")
    build.resume(ticket, igor, "2026-04-07 10:00")
    build.resolve(ticket, igor, "2026-04-08 12:00")
    page = client.sign_in(maria).get(path_of(ticket, "why")).text
    assert "Why this deadline" in page
    assert "Waiting for a third party" in page
    assert "department=it" in page and "version 1" in page
    assert "Promised: 27 h of working time" in page.replace("\u00a0", " ")
    assert "<rect" in page and "style=" not in page
    for clock in clocks_of([ticket.id])[ticket.id]:
        rows = explain(clock, now())
        assert sum(row.seconds for row in rows if row.counted) == pytest.approx(clock.elapsed_seconds, abs=1e-6)
        if clock.metric != "stay":
            assert f'id="clock-{clock.id}"' in page
    assert "department=it" in page and "put on hold by Igor" in page
    assert "Who held the ball" in page and "Third party" in page
    totals = re.findall(r'<th scope="row" colspan="3">Counted in all</th><td class="number">([\d,]+)</td>', page)
    assert totals == ["3,600", "46,800"]


def test_a_change_of_the_promise_is_told_with_both_due_dates(client, maria, igor, ticket):
    build.change_priority(ticket, igor, TEN, "urgent")
    page = client.sign_in(maria).get(path_of(ticket, "why")).text.replace("\u00a0", " ")
    assert "How the promise changed" in page and "Another priority" in page
    assert "27 h of working time" in page and "4 h of working time" in page
    assert "department=it priority=urgent" in page


def test_an_agreed_date_is_explained_as_such(client, maria, igor, ticket):
    build.agree(ticket, igor, maria, TEN, "2026-04-10 15:00")
    page = client.sign_in(maria).get(path_of(ticket, "why")).text
    assert "Both sides agreed on a date" in page
    assert "Both sides agreed on this date for this request alone." in page


def test_explaining_asks_the_same_number_of_questions_however_long_the_story(
    client, maria, igor, ticket, count_queries
):
    def cost():
        count_queries()
        assert client.get(path_of(ticket, "why")).status_code == 200
        return count_queries()

    build.reply(ticket, igor, TEN)
    build.reply(ticket, maria, TEN)
    build.hold(ticket, igor, TEN, "third_party")
    client.sign_in(maria)
    cost()
    few = cost()
    for _ in range(10):
        build.reply(ticket, maria, ELEVEN)
        build.change_priority(ticket, igor, ELEVEN, "urgent")
        build.hold(ticket, igor, ELEVEN, "third_party")
        build.reply(ticket, igor, ELEVEN)
        build.change_priority(ticket, igor, ELEVEN, "normal")
    assert cost() <= few


def test_the_page_shows_who_held_the_ball_and_where_the_time_went(client, maria, igor, stranger, ticket):
    build.reply(ticket, igor, TEN)
    build.hold(ticket, igor, ELEVEN, "third_party")
    page = client.sign_in(maria).get(path_of(ticket)).text
    assert 'id="ball"' in page and "Third party" in page and "Outside working hours" in page
    assert page.count('class="graph strip"') == 2 and f"/tickets/{ticket.id}/why#ledger" in page
    rows = re.findall(r'<tr><th scope="row">.*?</svg>(.*?)</th><td class="number">(.*?)</td>', page)
    assert [name for name, _ in rows] == ["It", "Third party", "Outside working hours"]
    why = client.get(path_of(ticket, "why")).text
    assert 'id="ledger"' in why and "style=" not in why
    assert client.sign_in(stranger).get(path_of(ticket, "why")).status_code == 404


def test_the_stay_is_explained_to_those_who_serve_only(client, maria, igor, ticket):
    assert "Stay" in client.sign_in(igor).get(path_of(ticket, "why")).text
    assert "Stay" not in client.sign_in(maria).get(path_of(ticket, "why")).text


def test_one_letter_can_be_explained_alone(client, maria, igor, ticket):
    build.reply(ticket, igor, TEN)
    for hour in (11, 13):
        build.reply(ticket, maria, f"2026-04-06 {hour}:00")
        build.reply(ticket, igor, f"2026-04-06 {hour + 1}:00")
    first = next(clock for clock in clocks_of([ticket.id])[ticket.id] if clock.metric == "reply")
    page = client.sign_in(maria).get(path_of(ticket, "why")).text
    assert f"?clock={first.id}" in page and f'id="clock-{first.id}"' not in page
    assert f'id="clock-{first.id}"' in client.get(path_of(ticket, f"why?clock={first.id}")).text


def test_a_ticket_without_promises_says_so(client, maria, monkeypatch):
    monkeypatch.setattr("servicedesk.sla.reactions.queries.chosen", lambda *_: None)
    ticket = build.open_ticket(maria)
    page = client.sign_in(maria).get(path_of(ticket, "why")).text
    assert "No promise covers this request" in page
