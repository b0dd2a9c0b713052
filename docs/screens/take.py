"""Takes the pictures of this folder: python docs/screens/take.py [http://127.0.0.1:8000] [queue …]

Without an address it tells a demo of its own, always the same one, serves it and takes it away again. Chromium must be
installed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PASSWORD = "demo demo demo"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Bytes of a picture, so that the repository stays small.
MOST = 150_000


@dataclass(frozen=True)
class Screen:
    """One picture. `then` is what is done on the page before it is taken."""

    who: str
    path: str
    language: str = "en"
    theme: str = "light"
    width: int = 1280
    height: int = 860
    then: Callable[[Page], None] | None = None


def open_first(selector: str, number: int = 0) -> Callable[[Page], None]:
    def follow(page: Page) -> None:
        link = page.locator(selector).nth(number)
        page.goto(str(link.get_attribute("href")))

    return follow


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("dialog[open] input").fill("принтер")
    page.wait_for_timeout(600)


REQUESTER, AGENT, LEAD, ADMIN = "mariya.yaseneva", "igor.polozov", "andrey.luginin", "kirill.staroverov"
SCREENS = {
    "home-phone-ru": Screen(REQUESTER, "/", "ru", width=390, height=844),
    "new-request": Screen(REQUESTER, "/requests/new/it.incident"),
    "my-request": Screen(REQUESTER, "/requests", then=open_first("main a[href*='/tickets/']")),
    "queue": Screen(AGENT, "/queue"),
    "queue-dark-ru": Screen(AGENT, "/queue", "ru", "dark"),
    "ticket": Screen(AGENT, "/queue", then=open_first("main .ticket-subject", 3)),
    "search": Screen(AGENT, "/search?q=%D0%BF%D1%80%D0%B8%D0%BD%D1%82%D0%B5%D1%80"),
    "breaches": Screen(LEAD, "/reports/breaches"),
    "report": Screen("viktoriya.zalesskaya", "/reports", then=open_first("main a[href*='/reports/20']")),
    "palette": Screen(AGENT, "/queue", "ru", then=open_palette),
    "components": Screen(ADMIN, "/admin/components"),
}


def main(address: str | None, *names: str) -> int:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with own_demo() if address is None else given(address) as where, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-device-scale-factor=1"]
        )  # fmt: skip
        for name in names or SCREENS:
            screen = SCREENS[name]
            file = HERE / f"{name}.png"
            take(browser, where, screen, file)
            size = file.stat().st_size
            print(f"{file.name}: {size // 1000} kB{' — too heavy for the repository' if size > MOST else ''}")
        browser.close()
    return 0


def take(browser: Browser, address: str, screen: Screen, file: Path) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": screen.width, "height": screen.height}, color_scheme=screen.theme,
        reduced_motion="reduce",
    )  # fmt: skip
    page = context.new_page()
    enter(page, screen.who)
    choose(page, "language", screen.language)
    choose(page, "theme", screen.theme)
    page.goto(screen.path)
    if screen.then:
        screen.then(page)
    # Pages that live are never quiet.
    page.wait_for_timeout(500)
    page.screenshot(path=str(file), animations="disabled", caret="hide")
    context.close()


def enter(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.locator("main input[name=email][type=email]").fill(f"{who}@north.example")
    page.locator("main input[name=password][type=password]").fill(PASSWORD)
    page.locator("main form").filter(has=page.locator("input[type=password]")).locator("button").first.click()
    page.wait_for_url("**/")


def choose(page: Page, what: str, value: str) -> None:
    page.locator("header details.menu > summary").last.click()
    page.locator(f"header details.menu button[name={what}][value={value}]").click()
    page.wait_for_timeout(300)


@contextmanager
def given(address: str) -> Iterator[str]:
    yield address


@contextmanager
def own_demo() -> Iterator[str]:
    """Served on a free port from a folder that is gone afterwards."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        surroundings = os.environ | {
            "DEMO": "1", "DATABASE_URL": f"sqlite:///{folder}/desk.sqlite", "FILES_DIR": f"{folder}/files",
            "SECRET_KEY": "pictures of a demo", "PUBLIC_URL": f"http://127.0.0.1:{port}",
        }  # fmt: skip
        flask = [str(Path(sys.executable).parent / "flask")]
        for command in (["db", "upgrade"], ["desk", "demo", "--tickets", "400"]):
            subprocess.run(
                flask + command,
                cwd=ROOT,
                env=surroundings,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        server = subprocess.Popen(
            [*flask, "desk", "serve", "--port", str(port)], cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/health/live")
            yield address
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def wait_for(address: str) -> None:
    for _try in range(480):
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The demo does not answer.")


if __name__ == "__main__":
    given_address = next((word for word in sys.argv[1:] if word.startswith("http")), None)
    sys.exit(main(given_address, *(word for word in sys.argv[1:] if word in SCREENS)))
