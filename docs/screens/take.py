"""Takes the pictures of this folder from a served demo: python docs/screens/take.py [http://127.0.0.1:8000]

Sign-ins and pages are those of the demo company; Chromium must be installed.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
PASSWORD = "demo demo demo"
# picture -> (who, page, language, theme, width)
SCREENS = {
    "report": ("viktoriya.zalesskaya", "/reports", "en", "light", 1280),
    "queue": ("igor.polozov", "/queue", "en", "light", 1280),
    "queue-dark-ru": ("igor.polozov", "/queue", "ru", "dark", 1280),
    "ticket": ("igor.polozov", "/queue", "en", "light", 1280),
    "home-phone-ru": ("mariya.yaseneva", "/", "ru", "light", 390),
}


def main(address: str) -> int:
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for name, (who, page_path, language, theme, width) in SCREENS.items():
            context = browser.new_context(
                base_url=address, viewport={"width": width, "height": 900}, color_scheme=theme
            )
            page = context.new_page()
            enter(page, who)
            choose(page, "language", language)
            choose(page, "theme", theme)
            page.goto(page_path)
            if name == "report":
                page.locator("main a[href*='/reports/20']").first.click()
            if name == "ticket":
                page.locator("main .ticket-subject").nth(3).click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=str(HERE / f"{name}.png"))
            context.close()
        browser.close()
    return 0


def enter(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.locator("main input[name=email][type=email]").fill(f"{who}@north.example")
    page.locator("main input[name=password][type=password]").fill(PASSWORD)
    page.locator("main form").filter(has=page.locator("input[type=password]")).locator("button").first.click()
    page.wait_for_url("**/")


def choose(page: Page, what: str, value: str) -> None:
    page.locator("details.menu > summary").click()
    page.locator(f"details.menu button[name={what}][value={value}]").click()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
