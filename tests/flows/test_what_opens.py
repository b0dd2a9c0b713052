"""What a page keeps closed until somebody opens it, looked at while it is open: menus, panels, dialogs, the bar of the chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from servicedesk.people import queries as who
from tests import build
from tests.flows.gates.looking import AXE, COLOURS, RULES, axe

pytestmark = [pytest.mark.browser, pytest.mark.flow]

Visit = Callable[..., Page]


@pytest.fixture
def number(own_desk: Flask) -> int:
    """A request of Maria's; another one stands beside it in the queue."""
    with own_desk.app_context():
        maria = who.person_by_email("maria@example.com")
        assert maria is not None
        build.open_ticket(maria, subject="The screen is dark")
        return int(build.open_ticket(maria, subject="The printer smokes").id)


def test_menus_panels_and_dialogs_of_the_queue(visit: Visit, number: int) -> None:
    page = visit("olga", reduced_motion="reduce")
    page.goto("/queue")
    faults = list(faults_of_each(page, ".masthead .menu > summary, .facet > summary"))
    page.locator(f"#row-{number} input").check()
    bar = page.locator("#bulk")
    expect(bar).to_be_visible()
    faults += [*faults_here(page, "the bar"), *faults_of_each(page, "#bulk .menu > summary")]
    page.locator(f"#row-{number} input").uncheck()
    page.locator("h1").click()
    page.keyboard.press("Shift+Slash")
    expect(page.locator("#keys")).to_be_visible()
    faults += faults_here(page, "the keys")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("#palette-input").fill("printer")
    expect(page.locator("#palette [role=option]", has_text="The printer smokes").first).to_be_visible()
    faults += faults_here(page, "the palette")
    assert not faults, "\n".join(faults)


def test_tools_and_lists_of_a_request(visit: Visit, number: int) -> None:
    page = visit("olga", reduced_motion="reduce")
    page.goto(f"/tickets/{number}")
    faults = list(faults_of_each(page, "main details > summary"))
    area = page.get_by_label("Your message")
    area.press_sequentially("@igo")
    expect(page.locator("#people-list [role=option]").first).to_be_visible()
    faults += faults_here(page, "colleagues")
    assert not faults, "\n".join(faults)


def faults_of_each(page: Page, summaries: str) -> Iterator[str]:
    """Opens what these stand for, one after the other."""
    every = page.locator(summaries)
    seen = 0
    for one in every.all():
        if one.is_visible() and one.locator("xpath=..").get_attribute("open") is None:
            one.click()
            expect(one.locator("xpath=..")).to_have_attribute("open", "")
            yield from faults_here(page, one.inner_text().strip() or str(one.get_attribute("aria-label")))
            page.keyboard.press("Escape")
            seen += 1
    assert seen, f"nothing opens by {summaries}"


def faults_here(page: Page, name: str) -> Iterator[str]:
    page.wait_for_load_state("networkidle")
    page.evaluate(AXE)
    yield from (f"{name}: {fault}" for fault in axe(page, RULES))
    page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
    yield from (f"{name}, dark: {fault}" for fault in axe(page, COLOURS))
    page.evaluate("document.documentElement.removeAttribute('data-bs-theme')")
    beyond: Any = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if beyond > 0:
        yield f"{name}: the page scrolls {beyond} px sideways"
