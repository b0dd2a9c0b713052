"""Colours, radii and shadows have names: they stand in tokens.css alone, and both themes know each colour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.sources import PROGRAM

SHEETS = PROGRAM / "web" / "static" / "src" / "css"
TOKENS = SHEETS / "tokens.css"
OTHERS = [path for path in sorted(SHEETS.glob("*.css")) if path != TOKENS]
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NAMED = "white black gray grey red green blue yellow orange purple pink brown silver navy teal olive maroon"
COLOUR = re.compile(rf"#[0-9a-f]{{3,8}}\b|\b(?:rgba?|hsla?|hwb|oklch|oklab|lab|lch|light-dark)\(|:[^;]*(?<![\w-])(?:{'|'.join(NAMED.split())})(?![\w-])", re.IGNORECASE)  # fmt: skip
ROUND = re.compile(r"border(?:-[\w-]+)?-radius:[^;}]*\d(?:px|rem|em)")
SHADOW = re.compile(r"(?:box|text)-shadow:(?!\s*(?:none|var\())[^;}]+")


def literals(text: str) -> list[str]:
    """What a style sheet says itself and should name instead."""
    text = COMMENT.sub("", text)
    return [found.group().strip() for rule in (COLOUR, ROUND, SHADOW) for found in rule.finditer(text)]


@pytest.mark.parametrize("sheet", OTHERS, ids=lambda path: path.name)
def test_a_sheet_has_no_colour_radius_or_shadow_of_its_own(sheet: Path) -> None:
    assert literals(sheet.read_text("utf-8")) == [], "give it a name in tokens.css"


@pytest.mark.parametrize(
    "fault",
    [
        "a { color: #fff; }", "a { background: rgb(0 0 0 / 40%); }", "a { color: white; }", "a { fill: light-dark(a, b); }",
        "a { border-radius: 4px; }", "a { border-start-start-radius: 0.5rem; }", "a { box-shadow: 0 1px 2px var(--line); }",
    ],
)  # fmt: skip
def test_a_literal_is_seen(fault: str) -> None:
    assert literals(fault)


@pytest.mark.parametrize(
    "sound",
    [
        "a { color: var(--ink); border: 1px solid currentColor; white-space: nowrap; }", "#main { margin: 0; }", "/* #fff */",
        "a { border-radius: var(--radius) 0; box-shadow: none; }", ".c-red { width: 1px; }", "a { border-radius: 50%; }",
    ],
)  # fmt: skip
def test_what_has_a_name_is_let_through(sound: str) -> None:
    assert literals(sound.replace("#main", ".main")) == []


def test_every_token_that_is_used_is_there() -> None:
    made = {name for path in SHEETS.glob("*.css") for name in re.findall(r"(--[\w-]+)\s*:", path.read_text("utf-8"))}
    used = {name for path in SHEETS.glob("*.css") for name in re.findall(r"var\((--[\w-]+)", path.read_text("utf-8"))}
    # Tabler has its own, and the build draws the marks.
    assert {name for name in used - made if not name.startswith(("--tblr-", "--mark-"))} == set()


def test_charts_on_paper_have_the_light_colours_of_the_page() -> None:
    """Where no style sheet is, svg.py says the colours itself: the same as the tokens' light ones."""
    from servicedesk.web.svg import FILLS

    tokens = dict(re.findall(r"(--[\w-]+): light-dark\((#\w+),", TOKENS.read_text("utf-8")))
    named = {
        "c-kept": "--chart-kept", "c-broken": "--chart-broken", "c-excused": "--chart-excused", "c-requester": "--ball-requester",
        "c-approver": "--ball-approver", "c-third": "--ball-third", "c-strong": "--ink", "c-soft": "--ink-soft", "c-bar": "--accent-fill",
    }  # fmt: skip
    assert {name: FILLS[name] for name in named} == {name: tokens[token] for name, token in named.items()}
