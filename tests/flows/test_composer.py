"""The composer in a real browser: what is typed survives a closed page, a picture is pasted, replies are inserted by a slash,
people are offered after an @, and Ctrl-Enter sends."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as who
from servicedesk.workbench.actions import Prepared, add_reply
from tests import build
from tests.cast import by, department

pytestmark = [pytest.mark.browser, pytest.mark.flow]

PASTE = """async (area) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 4, height: 4 });
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const held = new DataTransfer();
  held.items.add(new File([blob], "image.png", { type: "image/png" }));
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def number(own_desk: Flask) -> int:
    with own_desk.app_context():
        maria, igor = (who.person_by_email(f"{name}@example.com") for name in ("maria", "igor"))
        assert maria is not None and igor is not None
        ticket = build.open_ticket(maria)
        said = Prepared(
            "bye", {"en": "Goodbye"}, {"en": "Goodbye, {requester}.", "ru": "Goodbye, {requester}."}, "resolve"
        )
        with transaction():
            add_reply(by(igor, "2026-04-07 09:00"), department("it"), igor, said)
        return ticket.id


def test_a_message_from_the_first_letter_to_the_sending(visit: Callable[..., Page], number: int) -> None:
    page = visit("igor")
    page.goto(f"/tickets/{number}")
    type_and_paste(page)
    page.close()
    page = visit("igor")
    page.goto(f"/tickets/{number}")
    area = page.get_by_label("Your message")
    expect(area).to_have_value("**Half** a thought")
    expect(page.get_by_text(re.compile("^Draft of"))).to_be_visible()
    expect(page.locator(".file-list")).to_contain_text("screenshot-")
    look_at_it(page)
    insert_a_reply(page)
    call_a_colleague(page)
    area.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text("resolved")
    main = page.locator("main")
    expect(main).to_contain_text("Goodbye, Maria")
    expect(main.locator(".attached img")).to_have_count(1)
    page.goto(f"/tickets/{number}")
    expect(page.get_by_text(re.compile("^Draft of"))).to_have_count(0)


def type_and_paste(page: Page) -> None:
    """Bold by a key, a picture from the clipboard; both are on the server before the page is closed."""
    area = page.get_by_label("Your message")
    area.fill("Half a thought")
    area.evaluate("(area) => area.setSelectionRange(0, 4)")
    area.press("Control+b")
    expect(area).to_have_value("**Half** a thought")
    area.evaluate(PASTE)
    expect(page.locator("[data-file]")).to_have_count(1)
    expect(page.get_by_text(re.compile("^Saved "))).to_be_visible()


def look_at_it(page: Page) -> None:
    page.get_by_role("tab", name="Preview").click()
    expect(page.get_by_role("tabpanel").locator("strong")).to_have_text("Half")
    page.get_by_role("tab", name="Write").click()


def insert_a_reply(page: Page) -> None:
    area = page.get_by_label("Your message")
    area.press("Control+End")
    area.press_sequentially("\n/by")
    expect(page.locator("[role=option]", has_text="/bye")).to_have_attribute("aria-selected", "true")
    area.press("Enter")
    expect(area).to_have_value(re.compile("\nGoodbye, Maria"))
    expect(page.get_by_role("radio", name="Resolve")).to_be_checked()


def call_a_colleague(page: Page) -> None:
    area = page.get_by_label("Your message")
    area.press_sequentially(" @olg")
    page.locator("#people-list [role=option]", has_text="Olga").click()
    expect(area).to_have_value(re.compile("@Olga"))


def test_two_windows_never_push_a_text_away(visit: Callable[..., Page], number: int) -> None:
    desk, phone = visit("igor"), visit("igor")
    for page in (desk, phone):
        page.goto(f"/tickets/{number}")
    phone.get_by_label("Your message").fill("On the phone")
    expect(phone.get_by_text(re.compile("^Saved "))).to_be_visible()
    desk.get_by_label("Your message").fill("At the desk")
    expect(desk.locator(".draft-elsewhere textarea:visible")).to_have_value("On the phone")
    desk.get_by_role("button", name="Keep what stands here").click()
    expect(desk.get_by_text(re.compile("^Saved "))).to_be_visible()
    desk.get_by_role("button", name="Discard").click()
    expect(desk.get_by_label("Your message")).to_have_value("")
    desk.get_by_role("button", name="Bring it back").click()
    expect(desk.get_by_label("Your message")).to_have_value("At the desk")
