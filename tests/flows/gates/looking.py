"""Rules on a page in Chromium: axe, both themes, a phone, twice as large text, the console, what moves while it loads."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    # What is in order is not told one by one: telling takes longer than looking.
    "resultTypes": ["violations"],
}
# The only rule whose answer depends on the theme.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
AXE = Axe().axe_script
LOOK = f"({(Path(__file__).parent / 'look.js').read_text('utf-8').partition(chr(10))[2]})()"
# Runs before anything of the page: what moves by itself, and what the policy refused.
FROM_THE_START = """
window.moved = 0; window.refused = [];
new PerformanceObserver((list) => list.getEntries().forEach((one) => { if (!one.hadRecentInput) window.moved += one.value; }))
  .observe({ type: "layout-shift", buffered: true });
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
STILL = 0.1
# A refused form or a page that is not there is an answer, and Chromium logs it all the same; what runs before anything of a
# page is kept from frames that may run nothing.
EXPECTED = re.compile("status of 4|Blocked script execution in .* frame is sandboxed")
DESKTOP, PHONE, HALF = ({"width": width, "height": 900} for width in (1280, 320, 640))


class Costs:
    """Seconds by check, for who wonders where the time goes."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def of(self, check: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.spent[check] += time.perf_counter() - began


def window(chromium: Browser, address: str, faults: list[str]) -> BrowserContext:
    """A window that adds to `faults` whatever the browser complains of, on any of its pages."""
    context = chromium.new_context(
        base_url=address, viewport=DESKTOP, color_scheme="light", locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)
    context.add_init_script(FROM_THE_START)

    def complain(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not EXPECTED.search(said.text):
            faults.append(f"{said.page.url if said.page else ''}: the console says {said.text}")

    def asks(sent: Request) -> None:
        if not sent.url.startswith((address, "data:", "blob:")):
            faults.append(f"foreign: {sent.url}")

    context.on("console", complain)
    context.on("request", asks)
    context.on("weberror", lambda fault: faults.append(f"{fault.page.url if fault.page else ''}: {fault.error}"))
    return context


def faults_of_sight(page: Page, costs: Costs | None = None) -> Iterator[str]:
    """Everything that can be seen of the page that is open, in both themes and all sizes."""
    costs = costs or Costs()
    with costs.of("layout shift, policy"):
        yield from at_rest(page)
    yield from faults_of_shape(page, costs)


def faults_of_shape(page: Page, costs: Costs | None = None) -> Iterator[str]:
    """The same without what must be watched while it loads: for a page of any window."""
    costs = costs or Costs()
    with costs.of("axe"):
        page.evaluate(AXE)
        yield from axe(page, RULES)
    with costs.of("axe, colours of the dark theme"):
        page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")
        yield from (f"dark: {fault}" for fault in axe(page, COLOURS))
    with costs.of("320 px"):
        page.evaluate(LOOK)
        page.set_viewport_size(PHONE)
        yield from page.evaluate("look.sideways()")
    with costs.of("200 %"):
        yield from twice_as_large(page)


def at_rest(page: Page) -> Iterator[str]:
    """Nothing has moved by itself, and nothing was refused."""
    moved, refused = page.evaluate("[window.moved, window.refused]")
    if moved >= STILL:
        yield f"the layout shifted by {moved:.2f}"
    yield from (f"the policy refused {what}" for what in refused)


def axe(page: Page, options: dict[str, Any]) -> Iterator[str]:
    found = page.evaluate("(options) => axe.run(options).then(({ violations }) => violations)", options)
    for violation in found:
        where = [node["target"] for node in violation["nodes"]][:3]
        yield f"axe {violation['id']}: {violation['help']} {where}"


def twice_as_large(page: Page) -> Iterator[str]:
    """Half a desktop's width and letters of double size: nothing is cut, covered, or beyond the edge."""
    page.set_viewport_size(HALF)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for rule in ("sideways", "cut", "overlapping"):
        yield from (f"at 200 %: {fault}" for fault in page.evaluate(f"look.{rule}()"))
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(DESKTOP)
