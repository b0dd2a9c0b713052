"""The living page shows every macro of templates/_macros, in both themes, as its own source calls it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from servicedesk.web import assets
from servicedesk.web.components import GROUPS, SPECIMEN

TEMPLATES = Path(assets.__file__).parent / "templates"
MACRO = re.compile(r"{%-?\s*macro (\w+)\(")
# Attributes for other elements: there is nothing to see.
UNSEEN = {"live.html"}


@pytest.fixture
def page(client, cast):
    return client.sign_in(cast.adam).get("/admin/components").text


def test_every_macro_is_on_it(page):
    shown = set(re.findall(r"<h3>(.*?)</h3>", page))
    names = {name for heading in shown for name in re.findall(r"<code>(\w+)</code>", heading)}
    for file in (TEMPLATES / "_macros").glob("*.html"):
        if file.name not in UNSEEN:
            public = {name for name in MACRO.findall(file.read_text("utf-8")) if not name.startswith("_")}
            assert public <= names, f"{file.name}: {public - names} are shown nowhere in templates/components"


def test_every_specimen_stands_on_both_stages(page):
    specimens = sum(
        len(SPECIMEN.findall((TEMPLATES / "components" / f"{name}.html").read_text("utf-8"))) for name in GROUPS
    )
    assert specimens > 20
    for theme in ("light", "dark"):
        assert page.count(f'<div class="specimen-stage" data-bs-theme="{theme}">') == specimens


def test_a_specimen_prints_the_source_that_made_it(page):
    assert "{{ button(_(&#34;Send request&#34;), busy=true) }}" in page
    assert re.search(r'aria-busy="true" aria-disabled="true">.*Send request', page)


def test_every_standing_of_a_promise_is_shown(page):
    for standing in ("on-track", "at-risk", "broken", "paused", "met", "cancelled", "none"):
        assert f'class="promise promise-{standing}"' in page
