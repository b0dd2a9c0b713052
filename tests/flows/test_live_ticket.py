"""Two people at one request: each sees that the other is there, that they write, and what they wrote, and loses nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from servicedesk.people import queries as people
from tests import build

pytestmark = [pytest.mark.browser, pytest.mark.flow]
SOON = 11_000


def test_two_people_at_one_request(visit, own_desk):
    with own_desk.app_context():
        maria = people.person_by_email("maria@example.com")
        ticket = build.open_ticket(maria)
        path = f"/tickets/{ticket.id}"
    igor, olga, asker = visit("igor"), visit("olga"), visit("maria")
    for page in (igor, olga, asker):
        page.goto(path)

    # Igor writes; Olga is told so, and by nothing on her page does Maria learn of either.
    text = igor.locator("#composer textarea[name=text]")
    text.press_sequentially("Half a sentence")
    expect(olga.locator("#presence")).to_contain_text("Igor is writing a reply", timeout=SOON)
    expect(asker.locator("#presence")).to_have_count(0)

    # Olga replies and changes the priority: it is on Igor's page while he goes on typing.
    olga.locator("#change-priority summary").click()
    olga.locator("#change-priority select").select_option("urgent")
    olga.locator("#change-priority button[type=submit]").click()
    olga.locator("#composer textarea[name=text]").fill("I have just been there.")
    olga.locator("#composer button[type=submit]").last.click()
    expect(igor.locator("#conversation")).to_contain_text("I have just been there.", timeout=SOON)
    expect(igor.locator("#change-priority summary")).to_contain_text("Urgent")
    expect(igor.locator("#announcer")).to_contain_text("New message from Olga")
    expect(igor.locator("[data-news]")).to_be_visible()
    expect(text).to_have_value("Half a sentence")
    expect(text).to_be_focused()
    expect(asker.locator("#conversation")).to_contain_text("I have just been there.", timeout=SOON)

    # What he wrote beside her words is sent as it is.
    text.press_sequentially(", and the rest of it.")
    igor.locator("#composer button[type=submit]").last.click()
    expect(igor.locator("#conversation")).to_contain_text("Half a sentence, and the rest of it.", timeout=SOON)
    assert igor.url.split("#")[0].endswith(path)
