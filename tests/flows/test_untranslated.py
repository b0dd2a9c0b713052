"""No page of any role says a word that the translators do not have, and longer words fit."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.flows.gates import pseudo
from tests.flows.gates.looking import LOOK, PHONE, window
from tests.flows.world import World, asked_by

pytestmark = pytest.mark.flow

# Where the most words stand side by side.
CROWDED = {
    "employee": ("/", "/requests/new/it.incident", "/requests", "/tickets/{ticket}", "/account"),
    "agent": ("/queue", "/tickets/{ticket}"),
    "lead": ("/reports/breaches", "/reports/{month}/it"),
}


def test_every_word_is_in_the_catalogue(world: World) -> None:
    world.speak("ru")
    known = pseudo.known_values()
    with pseudo.spoken():
        answers = asked_by(world, "ru")
    faults = {
        f"{address}: {fault}"
        for (_role, address), answer in answers.items()
        for fault in pseudo.untranslated(answer.text, known, address)
    }
    silent = [address for (_role, address), answer in answers.items() if answer.text.count(pseudo.OPEN) < 5]
    assert silent == [], "these pages were not asked in the language of brackets"
    assert not faults, "\n".join(sorted(faults))


@pytest.mark.browser
def test_words_that_are_two_fifths_longer_fit_a_phone(chromium: Browser, world: World) -> None:
    world.speak("ru")
    faults: list[str] = []
    with pseudo.spoken():
        for role, addresses in CROWDED.items():
            context = window(chromium, world.address, faults)
            context.add_cookies([world.cookie(role, "ru")])  # type: ignore[list-item]
            page = context.new_page()
            page.set_viewport_size(PHONE)
            for address in addresses:
                page.goto(world.fill(address))
                page.evaluate(LOOK)
                for rule in ("sideways", "cut", "overlapping"):
                    faults += [f"{role} {address}: {fault}" for fault in page.evaluate(f"look.{rule}()")]
            context.close()
    assert not faults, "\n".join(faults)
