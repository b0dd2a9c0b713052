"""The main flows with nothing but keys: every stop is seen, has a name, and what follows begins where one expects it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as who
from servicedesk.people.models import Person
from servicedesk.reports import actions as reports
from servicedesk.tickets import access
from servicedesk.tickets import actions as tickets
from tests import build
from tests.cast import request_type
from tests.flows.gates.focus import Walk, where_am_i

pytestmark = [pytest.mark.browser, pytest.mark.flow]

# Where the focus is, is asked at once: it must not still be on its way there.
STILL: dict[str, Any] = {"reduced_motion": "reduce"}


def test_to_ask_to_follow_and_to_reply(visit: Callable[..., Page], own_desk: Flask) -> None:
    page = visit("maria", **STILL)
    walk = Walk(page)
    page.goto("/")
    walk.to("Skip to content")
    walk.press("Enter")
    assert where_am_i(page).id == "main"
    walk.to("What do you need", "input")
    walk.type("broken")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    walk.go("Something is broken", "a")
    walk.to("What is it about", "input")
    walk.type("The printer smokes")
    walk.to("Description", "textarea")
    walk.type("Since this morning.")
    walk.go("Send request", "button")
    page.wait_for_url(re.compile(r"/tickets/\d+"))
    number = int(re.findall(r"/tickets/(\d+)", page.url)[0])
    with own_desk.app_context():
        answer("igor", number, "Which floor is it on?")
    page.goto("/")
    walk.go("The printer smokes", "a")
    expect(page.locator("main")).to_contain_text("Which floor is it on?")
    walk.to("Message|Your message|Reply|Answer", "textarea", most=120)
    walk.type("The third.")
    walk.go("Send", "button")
    expect(page.locator("main")).to_contain_text("The third.")


def test_an_agent_serves_a_request(visit: Callable[..., Page], own_desk: Flask) -> None:
    with own_desk.app_context():
        number = file("maria", "The printer smokes")
    page = visit("igor", **STILL)
    walk = Walk(page)
    page.goto("/queue")
    walk.go(f"#{number}", "a", most=120)
    write(walk, "Reply", "We are looking at it.", "Send reply")
    expect(page.locator("main")).to_contain_text("We are looking at it.")
    write(walk, "[Hh]old", "Which floor is it on?", "Put on hold")
    expect(page.locator("main")).to_contain_text("Waiting for requester")
    write(walk, "Resolve", "A new fuser is in.", "Resolve")
    expect(page.locator("main")).to_contain_text("Resolved")


def test_a_lead_explains_a_breach_and_reads_the_report(visit: Callable[..., Page], own_desk: Flask) -> None:
    with own_desk.app_context():
        late = build.open_ticket(person("maria"), "it.incident", "2026-04-06 09:00", subject="The printer smokes")
        build.reply(late, person("igor"), "2026-04-10 17:00")
        with transaction():
            reports.close_month(Stamp(None, now(), "cli"), "2026-04", keys=own_desk.config["SETTINGS"].keys)
    page = visit("olga", **STILL)
    walk = Walk(page)
    page.goto("/reports/breaches")
    walk.to("^Give a reason #", "summary", most=120)
    walk.press("Enter")
    walk.to("^Reason", "select")
    walk.press("ArrowDown")
    walk.to("What happened", "textarea")
    walk.type("Two of us were ill.")
    walk.go("Save the reason", "button")
    expect(page.locator("main")).to_contain_text("Two of us were ill.")
    page.goto("/reports")
    walk.go("April 2026", "a", most=60)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    walk.to("The numbers as a table", "summary")
    walk.press("Enter")
    expect(page.locator("details[open] table").first).to_be_visible()


def write(walk: Walk, kind: str, text: str, send: str) -> None:
    """The kinds are one group: Tab enters it, arrows choose, the next Tab leaves it."""
    here = walk.to("Reply|Note|Hold|Resolve", "input:radio", most=120)
    for _step in range(4):
        if re.search(kind, here.name):
            break
        here = walk.press("ArrowRight")
    assert re.search(kind, here.name) and here.fault is None, here
    walk.to("Message|Text|Your|Reply|What", "textarea")
    walk.type(text)
    walk.go(send, "button:submit")


def file(name: str, subject: str) -> int:
    asker = person(name)
    with transaction():
        stamp, kind = Stamp(asker.id, now(), "api"), request_type("it.incident")
        return tickets.open_ticket(stamp, asker, subject=subject, description="", request_type=kind).id


def answer(name: str, number: int, text: str) -> None:
    agent = person(name)
    with transaction():
        tickets.reply(Stamp(agent.id, now(), "api"), access.ticket_for(agent, number, "reply"), agent, text)


def person(name: str) -> Person:
    found = who.person_by_email(f"{name}@example.com")
    assert found is not None
    return found
