"""The list of months and the lists of a department's month: paged, each reader's part, with what a lead is asked."""

from __future__ import annotations

import pytest

from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.reports import actions, queries, rules
from servicedesk.reports.document import lists
from tests import build
from tests.cast import at, by, department


@pytest.fixture
def april(maria, igor):
    break_three(maria, igor)
    close_april()


def break_three(maria, igor):
    """IT breaks three resolutions."""
    for day in ("06", "07", "08"):
        ticket = build.open_ticket(maria, when=f"2026-04-{day} 10:00", subject="Late")
        build.reply(ticket, igor, f"2026-04-{day} 11:00")
        build.resolve(ticket, igor, f"2026-04-2{day[1]} 12:00")


def close_april():
    with transaction():
        actions.close_month(by(None, at("2026-05-08 12:00"), "worker"), "2026-04")


def test_a_lead_is_told_what_will_be_asked_before_the_close(client, maria, olga, rita):
    build.open_ticket(maria, when=now())
    assert "has its reason so far" in client.sign_in(olga).get("/reports").text
    assert "has its reason so far" not in client.sign_in(rita).get("/reports").text


def test_unexplained_promises_of_the_month_to_close_lead_to_their_list(client, maria, igor, olga):
    month = rules.shifted(rules.month_of(now(), queries.company_zone()), -1)
    begin, end = rules.bounds(month, queries.company_zone())
    ticket = build.open_ticket(maria, when=begin)
    build.resolve(ticket, igor, end)
    page = client.sign_in(olga).get("/reports").text
    assert "you are asked to explain" in page
    assert f'href="/reports/breaches?month={month}&amp;standing=unexplained"' in page


def test_a_lead_is_reminded_of_actions_that_are_open(client, olga, boris):
    with transaction():
        actions.set_improvement(by(olga, now()), department("it"), olga, title="Two on duty")
    assert 'href="/departments/it/improvements?state=open"' in client.sign_in(olga).get("/reports").text
    assert "improvements?state=open" not in client.sign_in(boris).get("/reports").text


def test_months_come_in_pages(client, april, rita):
    for month in ("2026-05", "2026-06"):
        with transaction():
            actions.close_month(by(None, at("2026-09-08 12:00"), "worker"), month)
    client.sign_in(rita)
    first = queries.newest_issues(limit=2)
    assert ([row.month for row in first.items], first.next) == (["2026-06", "2026-05"], "2026-05")
    page = client.get("/reports?before=2026-05").text
    assert 'href="/reports/2026-04"' in page and 'href="/reports/2026-05"' not in page
    assert client.get("/reports?before=April").status_code == 422


def test_earlier_issues_of_a_month_are_in_the_list(client, april, rita, olga):
    with transaction():
        actions.close_month(by(olga, "2026-05-20 12:00"), "2026-04", reason="A hand-over was missing.")
    page = client.sign_in(rita).get("/reports").text
    assert 'href="/reports/2026-04?issue=1"' in page
    assert page.count('href="/reports/2026-04"') == 1


def test_a_long_list_goes_on_on_a_page_of_its_own(client, maria, igor, olga, monkeypatch):
    monkeypatch.setattr(lists, "PAGE_ROWS", 2)
    break_three(maria, igor)
    close_april()
    own = client.sign_in(olga).get("/reports/2026-04/it").text
    assert own.count("ticket-link") == 2
    assert 'href="/reports/2026-04/it/breaches"' in own
    first = client.get("/reports/2026-04/it/breaches").text
    assert first.count("ticket-link") == 2 and 'href="/reports/2026-04/it/breaches?page=2"' in first
    last = client.get("/reports/2026-04/it/breaches?page=2").text
    assert last.count("ticket-link") in (1, 2) and ">To the start<" in last


def test_a_department_list_is_for_who_may_read_it(client, april, cast):
    for reader, name, code in (
        ("olga", "breaches", 200), ("olga", "comments", 200), ("rita", "breaches", 200), ("adam", "breaches", 200),
        ("boris", "breaches", 404), ("maria", "comments", 404), ("stranger", "thanks", 404),
    ):  # fmt: skip
        answer = client.sign_in(getattr(cast, reader)).get(f"/reports/2026-04/it/{name}")
        assert answer.status_code == code, (reader, name)
    assert client.sign_in(cast.olga).get("/reports/2026-04/it/secrets").status_code == 404
    assert client.get("/reports/2026-04/it/breaches?page=first").status_code == 422
