"""Text can be read in both themes: every pair of text and ground that the styles use has 4.5:1 or more."""

import re

import pytest

from servicedesk.web.assets import STATIC

TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (STATIC / "src/css/tokens.css").read_text("utf-8")
    )
}
PAIRS = [
    (text, ground) for text in ("ink", "ink-soft", "ink-faint") for ground in ("ground", "surface", "surface-sunk")
]
PAIRS += [(text, ground) for text in ("accent", "accent-strong") for ground in ("ground", "surface", "surface-sunk")]
PAIRS += [("accent-strong", "accent-soft"), ("ink", "surface-hover"), ("ink-soft", "surface-hover")]
PAIRS += [(state, f"{state}-soft") for state in ("on-track", "at-risk", "broken", "met", "paused")]
PAIRS += [("broken", "surface"), ("on-track", "surface"), ("ink-soft", "paused-soft")]


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of an sRGB colour."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str, theme: int) -> None:
    assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_white_stands_out_from_filled_buttons(theme: int) -> None:
    for fill in ("accent-fill", "accent-fill-hover"):
        assert contrast("#ffffff", TOKENS[fill][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_control_borders_stand_out(theme: int) -> None:
    """WCAG 1.4.11 asks 3:1 of what marks a control."""
    assert contrast(TOKENS["line-strong"][theme], TOKENS["surface"][theme]) >= 3
