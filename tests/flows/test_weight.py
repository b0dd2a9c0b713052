"""What a page weighs: lists of fifty rows as text, the first page as it travels, and what browsers may keep for ever."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as who
from servicedesk.tickets import actions as tickets
from tests.cast import request_type
from tests.doors import Browser

FIRST_PAGE, PAGE = 200_000, 60_000
ROWS = 50
HASHED = re.compile(r"/static/dist/[\w-]+\.[0-9a-f]{10}\.(?:js|css|svg)$")


@pytest.fixture
def full(client: Browser, maria: Any, igor: Any) -> Browser:
    """Igor's browser; Maria has asked his department for more than a page holds."""
    kind = request_type("it.incident")
    with transaction():
        for number in range(ROWS + 5):
            tickets.open_ticket(
                Stamp(maria.id, now(), "api"), maria, subject=f"The printer on floor {number} leaves stripes on paper",
                description="It began on Monday, after the new toner came.", request_type=kind,
            )  # fmt: skip
    return client.sign_in(igor)


@pytest.mark.parametrize(("address", "rows"), [("/queue", '<tr id="row-'), ("/search?q=printer", '<li class="hit"')])
def test_a_full_list_is_light(full: Browser, address: str, rows: str) -> None:
    page = full.get(address).text
    shown = page.count(rows)
    assert shown >= 20, "there is no list to weigh"
    assert len(page.encode()) < PAGE


@pytest.mark.browser
@pytest.mark.flow
def test_the_first_page_travels_light_and_its_files_are_kept(visit: Callable[..., Page], own_desk: Flask) -> None:
    with own_desk.app_context():
        maria = who.person_by_email("maria@example.com")
        assert maria is not None
    page = visit()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    travelled: dict[str, int] = {}
    network.on("Network.loadingFinished", lambda told: travelled.update({told["requestId"]: told["encodedDataLength"]}))
    answers: dict[str, dict[str, str]] = {}
    page.on("response", lambda answer: answers.update({answer.url: answer.headers}))
    page.goto("/sign-in", wait_until="networkidle")
    assert travelled
    assert sum(travelled.values()) < FIRST_PAGE, f"{sum(travelled.values())} bytes"
    files = {url: headers for url, headers in answers.items() if "/static/" in url}
    assert files
    for url, headers in files.items():
        assert HASHED.search(url), f"{url} does not carry the hash of its content"
        assert "immutable" in headers["cache-control"] and "max-age=31536000" in headers["cache-control"], url
        assert headers.get("content-encoding") == "gzip", f"{url} travels unpacked"
