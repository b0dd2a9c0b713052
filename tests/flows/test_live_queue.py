"""The queue in two browsers: a change of one is seen in the other, nothing moves under a pointer; keys walk, and many
requests are changed at once and had back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from servicedesk.people import queries as who
from servicedesk.tickets import queries as tickets
from tests import build

pytestmark = [pytest.mark.browser, pytest.mark.flow]

WITHIN = 10_000


def file(desk: Flask, *subjects: str, **values: Any) -> list[int]:
    with desk.app_context():
        maria = who.person_by_email("maria@example.com")
        assert maria is not None
        return [build.open_ticket(maria, subject=subject, **values).id for subject in subjects]


def row(page: Page, number: int) -> Any:
    return page.locator(f"#row-{number}")


def test_two_see_each_others_changes_and_nothing_moves(visit: Callable[..., Page], own_desk: Flask) -> None:
    taken, watched, done = file(own_desk, "Taken", "Watched", "Done")
    igor, olga = visit("igor"), visit("olga")
    for page in (igor, olga):
        page.goto("/queue")
    row(igor, watched).hover()
    stood = row(igor, watched).bounding_box()
    row(olga, taken).get_by_role("button", name="Take it").click()
    expect(row(olga, taken)).to_contain_text("You")
    (fresh,) = file(own_desk, "Most urgent", priority="urgent")
    with own_desk.app_context():
        build.resolve(tickets.tickets_by_id([done])[done], who.person_by_email("olga@example.com"), "2026-04-06 18:00")
    expect(row(igor, taken)).to_contain_text("Olga", timeout=WITHIN)
    expect(igor.get_by_role("button", name="1 request came — show")).to_be_visible(timeout=WITHIN)
    expect(row(igor, done)).to_contain_text("No longer in this list")
    expect(row(igor, fresh)).to_have_count(0)
    assert row(igor, watched).bounding_box() == stood
    expect(igor).to_have_title(re.compile(r"^\(1\) Queue"))
    igor.keyboard.press("s")
    expect(row(igor, fresh)).to_be_visible()
    expect(row(igor, done)).to_have_count(0)
    expect(igor).to_have_title(re.compile("^Queue"))


def test_keys_walk_choose_take_and_undo(visit: Callable[..., Page], own_desk: Flask) -> None:
    first, second, third = file(own_desk, "First", "Second", "Third")
    page = visit("igor")
    page.goto("/queue")
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("#announcer")).to_have_text("2 requests chosen")
    page.keyboard.press("a")
    expect(page.get_by_text("2 requests assigned")).to_be_visible()
    expect(row(page, second)).to_contain_text("You")
    page.keyboard.press("z")
    expect(page.get_by_text("2 requests are as they were.")).to_be_visible()
    expect(row(page, second).get_by_role("button", name="Take it")).to_be_visible()

    # On a Russian layout the place of the key counts; in a field every key is a letter.
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'о', code: 'KeyJ', bubbles: true}))")
    expect(row(page, first).locator("a").first).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("jx")
    expect(page.get_by_role("searchbox", name="Words or number")).to_have_value("jx")
    page.keyboard.press("Shift+Tab")
    page.locator("body").press("k")
    expect(row(page, third).locator("a").first).to_be_focused()

    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{second}?queue=*")
    expect(page.get_by_text("2 of 3")).to_be_visible()
    page.keyboard.press("]")
    page.wait_for_url(f"**/tickets/{third}?queue=*")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys on this page")
    expect(keys.get_by_text("Back to the list")).to_be_visible()
    expect(keys.get_by_text("Choose the row")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.wait_for_url("**/queue")
