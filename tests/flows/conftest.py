"""Whole rivers in a real browser: a served desk of its own, Chromium, and people signed in at it."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.people.models import Person
from tests.cast import FOUNDED, by
from tests.conftest import Templates
from tests.flows.serving import serve
from tests.flows.world import World, served_world

PASSWORD = "a password for the tests"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium's own services would ask for addresses outside.
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests: the system's, else the one Playwright has; without either the test says so."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    with sync_playwright() as play:
        try:
            browser = play.chromium.launch(executable_path=path, args=list(QUIET))
        except Error as error:
            pytest.skip(
                f"Chromium is not here: apt install chromium, or playwright install chromium ({error.message[:80]})"
            )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def world(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The demo that the gates look at, told once for each process."""
    with served_world(templates, tmp_path_factory.mktemp("world")) as found:
        yield found


@pytest.fixture
def served(own_desk: Flask) -> Iterator[str]:
    """The address of a served desk on a database of its own; everybody of the cast has `PASSWORD`."""
    with own_desk.app_context():
        set_passwords()
    with serve(own_desk) as address:
        yield address


@pytest.fixture
def visit(chromium: Browser, served: str) -> Iterator[Callable[..., Page]]:
    """A new window at the desk: `visit()` for a stranger, `visit("maria")` for somebody signed in.

    Every window collects what the browser complains of; the test fails if there is anything.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def window(name: str | None = None, **options: Any) -> Page:
        context = chromium.new_context(base_url=served, locale="en-GB", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda fault: complaints.append(str(fault)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" and _is_fault(said.text) else None,
        )
        page.on(
            "request",
            lambda sent: (
                complaints.append(f"foreign: {sent.url}") if not sent.url.startswith((served, "data:")) else None
            ),
        )
        if name is not None:
            sign_in(page, name)
        return page

    yield window
    for context in contexts:
        context.close()
    assert not complaints


def _is_fault(text: str) -> bool:
    """A refused form (422) or a used link (409) is an answer, and a window that a test takes offline has no connection;
    Chromium logs both all the same."""
    return not any(known in text for known in ("status of 4", "ERR_INTERNET_DISCONNECTED", "Failed to fetch"))


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def set_passwords() -> None:
    """One hash for all: hashing takes long on purpose."""
    hashed: str | None = None
    with transaction():
        for person in who.people_page(limit=200).items:
            hashed = _give(person, hashed)


def _give(person: Person, hashed: str | None) -> str | None:
    if hashed is None:
        people.set_password(by(None, FOUNDED, "cli"), person, PASSWORD)
    else:
        person.password_hash = hashed
    return person.password_hash


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What each check on the pages in Chromium has cost, over all processes."""
    spent: dict[str, float] = defaultdict(float)
    pages = 0
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        told = dict(report.user_properties) if report.when == "call" else {}
        pages += told.get("pages", 0)
        for check, seconds in told.get("costs", {}).items():
            spent[check] += seconds
    if pages:
        terminalreporter.section(f"{pages} pages in Chromium, seconds of all processes", sep="-")
        for check, seconds in sorted(spent.items(), key=lambda one: -one[1]):
            terminalreporter.line(f"{seconds:7.1f}  {check}")
