"""What a new employee, a new agent and a new lead have to do on their first day, with nothing but what stands on the screens.

Nobody types an address here: after signing in, each goes on by links, fields and buttons, found by the words they carry.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from servicedesk.jobs.promises import look_at_clocks
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as who
from servicedesk.reports import actions as reports
from servicedesk.tickets import actions as tickets
from tests.cast import request_type
from tests.uploads import PNG

pytestmark = [pytest.mark.browser, pytest.mark.flow]

Visit = Callable[..., Page]


def test_a_new_employee(visit: Visit, own_desk: Flask) -> None:
    maria = visit("maria", viewport={"width": 390, "height": 844})
    number = ask(maria, "The scanner eats paper")
    go(maria, "My requests")
    row = maria.get_by_role("listitem").filter(has_text="The scanner eats paper")
    expect(row).to_contain_text(re.compile("answer", re.IGNORECASE))
    with own_desk.app_context():
        reply("igor", number, "Please send us a picture of it.")
    row.get_by_role("link").click()
    expect(maria.locator("main")).to_contain_text("Please send us a picture of it.")
    answer_with_a_file(maria)


def test_a_new_agent(visit: Visit, own_desk: Flask) -> None:
    with own_desk.app_context():
        first, again = (opened("maria", subject) for subject in ("The printer smokes", "Printer on fire again"))
        old = opened("boris", "Projector in the blue room", days_ago=40)
        resolve("igor", old, "The lamp is new.")
    igor = visit("igor")
    go(igor, "Queue")
    igor.get_by_role("link", name=re.compile("The printer smokes")).click()
    igor.get_by_role("button", name="Take it").click()
    expect(igor.get_by_role("status").first).to_contain_text("The request is yours.")
    write(igor, "Reply", "Switched off; a colleague comes at noon.", "Send reply")
    hold_and_go_on(igor)
    merge(igor, again, into=first)
    find(igor, "projectors blue", "Projector in the blue room")
    expect(igor.locator("main")).to_contain_text("The lamp is new.")
    hand_over(igor)


def test_a_new_lead(visit: Visit, own_desk: Flask) -> None:
    with own_desk.app_context():
        month = fifteen_broken_promises()
    olga = visit("olga")
    go(olga, "Breaches")
    olga.get_by_role("link", name="Choose all on this page").click()
    olga.get_by_role("link", name="Give the chosen ones a reason").click()
    form = olga.locator("form#reasons")
    form.get_by_label("Reason").select_option(label="Too much work for the team")
    form.get_by_label("What happened").fill("Two of five were ill in that week.")
    form.get_by_role("button", name="Save for the chosen ones").click()
    expect(olga.get_by_role("listitem").filter(has_text="No reason yet")).to_have_count(0)
    expect(olga.locator(".breach-text").filter(has_text="Two of five were ill")).to_have_count(15)
    with own_desk.app_context(), transaction():
        reports.close_month(Stamp(None, now(), "cli"), month, keys=own_desk.config["SETTINGS"].keys)
    go(olga, "Reports")
    olga.locator("main").get_by_role("link", name="It", exact=True).first.click()
    expect(olga.get_by_role("heading", level=1)).to_contain_text("It")
    expect(olga.locator("main")).to_contain_text("Two of five were ill in that week.")


def go(page: Page, section: str) -> None:
    """By the sections, which a phone folds behind a button."""
    link = page.get_by_role("navigation", name="Sections").get_by_role("link", name=re.compile(f"^{section}"))
    if not link.is_visible():
        page.get_by_role("banner").get_by_text("Menu", exact=True).click()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def ask(page: Page, subject: str) -> int:
    page.get_by_role("searchbox", name="What do you need?").fill("broken")
    page.get_by_role("link", name=re.compile("Something is broken")).first.click()
    expect(page.get_by_role("status", name="What is promised")).to_contain_text("An answer")
    page.get_by_label("What is it about?").fill(subject)
    page.get_by_label(re.compile("^Description")).fill("Every second sheet.")
    page.get_by_role("button", name="Send request").click()
    expect(page.locator("main")).to_contain_text(subject)
    return int(re.findall(r"#(\d+)", page.locator("main").inner_text())[0])


def answer_with_a_file(page: Page) -> None:
    composer = page.locator("#composer")
    composer.get_by_label("Your message").fill("Here it is.")
    composer.get_by_label("Attach files").set_input_files({"name": "jam.png", "mimeType": "image/png", "buffer": PNG})
    expect(composer.get_by_text("jam.png")).to_be_visible()
    composer.get_by_role("button", name="Send", exact=True).click()
    said = page.get_by_role("article").filter(has_text="Here it is.")
    expect(said.get_by_text("jam.png")).to_be_visible()


def write(page: Page, kind: str, text: str, submit: str) -> None:
    composer = page.locator("#composer")
    composer.get_by_role("radio", name=kind).check(force=True)
    composer.get_by_label("Your message").fill(text)
    composer.get_by_role("button", name=submit, exact=True).click()
    expect(page.get_by_role("article").filter(has_text=text)).to_be_visible()


def hold_and_go_on(page: Page) -> None:
    composer = page.locator("#composer")
    page.get_by_role("link", name="Put on hold").click()
    composer.get_by_label("Why it waits").select_option(label="Waiting for a third party")
    composer.get_by_label("Your message").fill("A spare part is on its way.")
    composer.get_by_role("button", name="Put on hold", exact=True).click()
    expect(page.locator("main")).to_contain_text("A spare part is on its way.")
    page.get_by_role("button", name="End the hold").click()
    expect(page.locator("main")).to_contain_text("ended the hold")


def merge(page: Page, number: int, *, into: int) -> None:
    go(page, "Queue")
    page.get_by_role("link", name=re.compile(f"#{number}")).first.click()
    page.locator("summary").filter(has_text="More").click()
    page.get_by_role("link", name="Merge into another request").click()
    page.get_by_role("link", name=re.compile(f"#{into}")).click()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    page.get_by_role("button", name=f"Merge into #{into}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"#{into}")
    expect(page.locator("main")).to_contain_text(f"#{number}")


def find(page: Page, words: str, subject: str) -> None:
    field = page.get_by_role("banner").get_by_role("searchbox", name="Search")
    field.fill(words)
    field.press("Enter")
    page.locator("main").get_by_role("link", name=re.compile(subject)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(subject)


def hand_over(page: Page) -> None:
    go(page, "Queue")
    page.get_by_role("link", name=re.compile("The printer smokes")).click()
    page.locator("summary").filter(has_text="Hand over").click()
    menu = page.locator("#change-handover")
    menu.get_by_label("Department", exact=True).select_option(label="Hr")
    menu.get_by_label("Note for them").fill("It is the badge printer, which is yours.")
    menu.get_by_role("button", name="Hand over").click()
    expect(page.locator("main")).to_contain_text("handed it over")


def person(name: str) -> Any:
    return who.person_by_email(f"{name}@example.com")


def opened(name: str, subject: str, days_ago: float = 0) -> int:
    asker = person(name)
    with transaction():
        moment = Stamp(asker.id, now() - timedelta(days=days_ago, minutes=5), "web")
        kind = request_type("it.incident")
        return int(tickets.open_ticket(moment, asker, subject=subject, description="", request_type=kind).id)


def reply(name: str, number: int, text: str) -> None:
    with transaction():
        tickets.reply(Stamp(person(name).id, now(), "web"), ticket_for(person(name), number), person(name), text)


def resolve(name: str, number: int, text: str, days_ago: float = 0) -> None:
    with transaction():
        moment = Stamp(person(name).id, now() - timedelta(days=days_ago), "web")
        tickets.resolve(moment, ticket_for(person(name), number), person(name), text)


def ticket_for(reader: Any, number: int) -> Any:
    from servicedesk.tickets import access

    return access.ticket_for(reader, number)


def fifteen_broken_promises() -> str:
    """Five requests of last month, each answered, done and given back too late; the month's name."""
    last = now().replace(day=1) - timedelta(days=16)
    days = (now() - last).days
    for number in range(5):
        ticket = opened("maria", f"Screen {number} is dark", days_ago=days)
        resolve("igor", ticket, "Bright again.", days_ago=days - 10)
    look_at_clocks(now())
    return f"{last:%Y-%m}"
