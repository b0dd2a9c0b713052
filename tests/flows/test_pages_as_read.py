"""Every page of every role in both languages, as it comes from the server: built soundly, named, strict, and all translated."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.flows.gates.reading import faults_of_page, title_of, tree_of
from tests.flows.pages import ERRORS, PAGES, REFUSALS
from tests.flows.world import World, asked_by

pytestmark = pytest.mark.flow


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_is_built_soundly(world: World, language: str) -> None:
    world.speak(language)
    faults = []
    titles: dict[tuple[str, str], set[str]] = defaultdict(set)
    answers = asked_by(world, language)
    for (role, address), answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        faults += [f"{role} {address}: {fault}" for fault in faults_of_page(answer.text, policy, language)]
        if address not in REFUSALS:
            titles[role, title_of(tree_of(answer.text))].add(address.partition("?")[0])
    faults += [
        f"{role}: {sorted(paths)} are all called {title!r}" for (role, title), paths in titles.items() if len(paths) > 1
    ]
    everything = {address for several in PAGES.values() for address in several} | set(ERRORS)
    faults += [f"nobody gets {address}" for address in sorted(everything - {address for _role, address in answers})]
    assert not faults, "\n".join(faults)
