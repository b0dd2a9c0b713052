"""Every page of every role in both languages and both themes, as it is painted.

A page of one role that is made of nothing new, compared with what other roles got under the same address, is not painted
again: what is read in test_pages_as_read.py is read for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

import pytest
from playwright.sync_api import Browser

from tests.flows.gates.looking import Costs, faults_of_sight, window
from tests.flows.world import World, to_paint

pytestmark = [pytest.mark.browser, pytest.mark.flow]

SHARES = 6


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_sound(
    chromium: Browser, world: World, language: str, share: int, record_property: Callable[[str, object], None]
) -> None:
    costs, faults = Costs(), list[str]()
    world.speak(language)
    mine = sorted(to_paint(world)[share::SHARES])
    for role, pages in groupby(mine, key=lambda one: one[0]):
        context = window(chromium, world.address, faults)
        context.add_cookies([world.cookie(role, language)])  # type: ignore[list-item]
        page = context.new_page()
        for _role, address in pages:
            with costs.of("loading"):
                page.goto(world.fill(address))
            faults.extend(f"{role} {address}: {fault}" for fault in faults_of_sight(page, costs))
        context.close()
    record_property("pages", len(mine))
    record_property("costs", dict(costs.spent))
    assert not faults, "\n".join(faults)
