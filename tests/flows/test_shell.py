"""What surrounds every page, in a browser: messages that leave or stay, no connection, slow answers, the palette, the phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = [pytest.mark.browser, pytest.mark.flow]

# Once the line shows, the button is pressed again; the desk hears of it by an address, since the page itself waits for its answer.
PRESSES_AGAIN = """() => {
  const button = document.querySelector(".request-form [type=submit]");
  const look = () => {
    if (!document.documentElement.classList.contains("is-waiting")) return setTimeout(look, 20);
    const busy = button.getAttribute("aria-busy");
    button.click();
    fetch(`/health/live?busy=${busy}`);
  };
  look();
}"""


def test_the_frame_speaks_keeps_what_is_typed_and_leads_everywhere(visit):
    what_went_well_leaves_unless_it_is_looked_at(visit("maria"))
    page = visit("maria")
    nothing_is_sent_without_a_connection(page)
    a_slow_answer_is_waited_for_once(page)
    the_palette_leads_from_any_keyboard(page)


def test_on_a_phone_the_sections_fit_and_more_opens(visit):
    page = visit("boris", viewport={"width": 320, "height": 640})
    page.goto("/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    more = page.locator(".nav-more summary")
    more.click()
    expect(page.locator(".nav-more a", has_text="Directory")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(more).to_be_focused()


def what_went_well_leaves_unless_it_is_looked_at(page: Page) -> None:
    page.clock.install()
    page.goto("/account")
    page.locator("#you").get_by_role("button", name="Save").click()
    told = page.get_by_role("status").filter(has_text="Saved.")
    expect(told).to_be_visible()
    told.get_by_text("Saved.").hover()
    page.clock.run_for(60_000)
    expect(told).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(60_000)
    expect(told).to_have_count(0)


def nothing_is_sent_without_a_connection(page: Page) -> None:
    page.goto("/requests/new/it.incident")
    page.get_by_label("What is it about?").fill("The printer smokes")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("#connection")).to_contain_text("You are offline")
    expect(page.get_by_label("What is it about?")).to_have_value("The printer smokes")
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_contain_text("You are online again")


def a_slow_answer_is_waited_for_once(page: Page) -> None:
    waiting: list[Route] = []
    page.route(
        "**/requests/new/it.incident",
        lambda route: waiting.append(route) if route.request.method == "POST" else route.continue_(),
    )
    page.evaluate(PRESSES_AGAIN)
    with page.expect_request("**/health/live?busy=true"):
        page.get_by_role("button", name="Send request").click(no_wait_after=True)
    assert len(waiting) == 1
    waiting[0].continue_()
    page.wait_for_url(re.compile(r"/tickets/\d+/sent"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("The printer smokes")


def the_palette_leads_from_any_keyboard(page: Page) -> None:
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="A page, a request")
    expect(field).to_be_focused()
    # "directory", typed on the Russian keyboard.
    field.fill("вшкусещкн")
    expect(page.locator("[data-palette-pages] .palette-choice:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("group", name="Requests of late")).to_contain_text("The printer smokes")
    field.fill("dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
