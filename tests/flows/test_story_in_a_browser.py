"""The whole story as people live it: request → reply → hold → resume → resolve → rate → the month's report."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import MetaData, select

from servicedesk.kernel.db import db
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as who
from servicedesk.ratings import actions as ratings
from servicedesk.ratings import queries as invitations
from servicedesk.reports import actions as reports
from servicedesk.tickets import actions as tickets
from tests.cast import request_type
from tests.opinions import KEYS

pytestmark = [pytest.mark.browser, pytest.mark.flow]

COMMENT = "It took two days and a second visit."
# Where words stand that five people's figures let through.
PUBLISHED = ("report_issue", "report_list_page", "low_rating_case")


def test_from_a_request_to_the_report(visit: Callable[..., Page], own_desk: Flask) -> None:
    maria, igor = visit("maria"), visit("igor")
    number = ask(maria)
    answer(igor, number)
    hold_and_go_on(igor, maria, number)
    resolve(igor, number)
    rate(maria, number)
    month = close_the_month(own_desk)
    read_the_report(visit("rita"), month)
    with own_desk.app_context():
        nothing_joins_rating_and_person(number)


def ask(page: Page) -> int:
    """Maria finds the kind of request, sees what is promised before she sends it, and corrects what is marked."""
    page.goto("/")
    page.get_by_role("searchbox", name="What do you need?").fill("broken")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=re.compile("Something is broken")).first.click()
    expect(page.get_by_role("status", name="What is promised")).to_contain_text("An answer")
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("alert")).to_contain_text("Say in a few words what it is about.")
    page.get_by_label("What is it about?").fill("The printer smokes")
    page.get_by_label(re.compile("^Description")).fill("Since *this morning*.")
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url(re.compile(r"/tickets/\d+"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("The printer smokes")
    return int(re.findall(r"/tickets/(\d+)", page.url)[0])


def answer(page: Page, number: int) -> None:
    page.goto("/queue")
    page.get_by_role("link", name=re.compile(f"#{number}")).click()
    write(page, "Reply", "Switched off; a colleague comes at noon.", "Send reply")
    expect(page.locator("main")).to_contain_text("a colleague comes at noon")


def hold_and_go_on(agent: Page, requester: Page, number: int) -> None:
    """A hold with a reason that Maria sees; her answer ends it."""
    agent.goto(f"/tickets/{number}")
    write(agent, "Hold", "Which floor is it on?", "Put on hold")
    requester.goto(f"/tickets/{number}")
    expect(requester.locator("main")).to_contain_text("Which floor is it on?")
    requester.locator("#composer textarea").fill("The third.")
    requester.locator("#composer").get_by_role("button", name="Send").click()
    expect(requester.locator("main")).to_contain_text("The third.")
    agent.goto(f"/tickets/{number}")
    expect(agent.locator("main")).to_contain_text("The third.")
    expect(agent.locator("main")).to_contain_text("In progress")


def resolve(page: Page, number: int) -> None:
    write(page, "Resolve", "A new fuser is in, it prints.", "Resolve")
    expect(page.locator("main")).to_contain_text("Resolved")


def write(page: Page, kind: str, text: str, submit: str) -> None:
    composer = page.locator("#composer")
    composer.get_by_role("radio", name=kind).check(force=True)
    composer.locator("textarea").fill(text)
    composer.get_by_role("button", name=submit).click()


def rate(page: Page, number: int) -> None:
    """Four without a comment is refused and nothing typed is lost; with one it is taken, once."""
    page.goto(f"/tickets/{number}")
    form = page.locator("#rate form")
    link = str(form.get_attribute("action"))
    expect(form.get_by_label(re.compile("Comment"))).to_be_hidden()
    for row, score in (("Quality", "9"), ("Speed", "4"), ("Helpfulness", "10 — excellent")):
        page.get_by_role("group", name=row).get_by_label(score, exact=True).check(force=True)
    expect(form.get_by_label(re.compile("Comment"))).to_be_visible()
    form.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("needs a comment")
    expect(page.get_by_role("group", name="Speed").get_by_label("4", exact=True)).to_be_checked()
    page.get_by_label(re.compile("Comment")).fill(COMMENT)
    page.locator("main").get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    page.goto(link)
    expect(page.locator("main")).to_contain_text("was used already")


def close_the_month(desk: Flask) -> str:
    """Four colleagues rate as well, since fewer than five stay hidden; then the month is over."""
    with desk.app_context():
        for name in ("boris", "anna", "stranger", "rita"):
            rate_by_action(name)
        later = Stamp(None, now() + timedelta(days=40), "cli")
        month = f"{now().astimezone(ZoneInfo('Europe/Moscow')):%Y-%m}"  # by the company's clock
        with transaction():
            assert reports.close_month(later, month, keys=desk.config["SETTINGS"].keys).number == 1
        return month


def rate_by_action(name: str) -> None:
    asker, agent = who.person_by_email(f"{name}@example.com"), who.person_by_email("igor@example.com")
    assert asker is not None
    assert agent is not None
    with transaction():
        ticket = tickets.open_ticket(
            Stamp(asker.id, now(), "api"),
            asker,
            subject="Slow mail",
            description="",
            request_type=request_type("it.incident"),
        )
    with transaction():
        tickets.resolve(Stamp(agent.id, now(), "api"), ticket, agent, "Faster now.")
    waiting = invitations.waiting_of(KEYS, ticket.id, asker.id, now().date())
    assert waiting is not None
    with transaction():
        scores = {"quality": 8, "speed": 8, "helpfulness": 9}
        ratings.rate(Stamp(None, now(), "api"), waiting, keys=KEYS, scores=scores)


def read_the_report(page: Page, month: str) -> None:
    page.goto(f"/reports/{month}")
    expect(page.locator("main")).to_contain_text("8.")
    page.goto(f"/reports/{month}/it")
    expect(page.locator("main")).to_contain_text(COMMENT)


def nothing_joins_rating_and_person(number: int) -> None:
    """No row of any table holds an id of a rating beside a person or ticket, and no text of it stands elsewhere."""
    tables = MetaData()
    tables.reflect(db.engine)
    rows: dict[str, list[Any]] = {
        name: [dict(row) for row in db.session.execute(select(table)).mappings()]
        for name, table in tables.tables.items()
    }
    rated = rows["rating"]
    assert rated == []
    assert [row["secret"] for row in rows["rating_month"]] == [None]
    elsewhere = str({name: content for name, content in rows.items() if name not in PUBLISHED})
    assert COMMENT not in elsewhere
    asked = [row for row in rows["rating_invitation"] if row["ticket_id"] == number]
    assert len(asked) == 1
