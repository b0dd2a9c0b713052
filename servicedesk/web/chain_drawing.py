"""A chain drawn as SVG: a bar for each link on one axis of time, with the promise of the whole through all of them.

Draws what it is given: no rows, no working time, no words of its own. A state is told by sign and word beside the bar,
by texture in it, and only then by colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from servicedesk.web.svg import LETTER, WIDTH, box, drawing, rule, short, text
from servicedesk.web.why_bar import Flag

# Columns: names up to STATES, signs and words of states up to LEFT, then the axis of time.
STATES, LEFT, RIGHT = 216, 330, WIDTH - 4
ROW, BAR, TOP, INDENT = 30, 16, 44, 10

# State -> sign, class of the bar, texture over it.
LOOKS = {
    "on-track": ("•", "c-bar", ""), "at-risk": ("!", "c-requester", "stripes"), "broken": ("✕", "c-broken", "slopes"),
    "met": ("✓", "c-kept", ""), "none": ("–", "c-excused", ""), "planned": ("…", "c-excused", ""),
}  # fmt: skip
KIND_TEXTURES = {"approval": "columns", "wait": "dots"}


@dataclass(frozen=True)
class Strip:
    """One link: `late_from` is when its promise broke, `whole` what is read out for it."""

    name: str
    depth: int
    kind: str
    standing: str
    word: str
    spans: Sequence[tuple[datetime, datetime]]
    late_from: datetime | None
    marked: bool
    whole: str


def draw(
    strips: Sequence[Strip], flags: Sequence[Flag], ends: tuple[datetime, datetime], words: tuple[str, str], title: str,
    desc: str,
) -> Markup:  # fmt: skip
    """`ends` are the first and the last moment of the axis, `words` what is written under them."""
    bottom = TOP + ROW * len(strips)
    drawn: list[str] = []
    for number, strip in enumerate(strips):
        drawn += _row(strip, TOP + ROW * number, ends)
    for level, flag in enumerate(flags):
        x = _place(flag.at, ends)
        drawn.append(rule(x, TOP - 4, x, bottom + 4, "c-axis"))
        drawn.append(text(x, 12 + 16 * level, flag.words, "c-strong", _anchor(x), bold=level == 0))
    drawn.append(text(LEFT, bottom + 20, words[0]))
    drawn.append(text(RIGHT, bottom + 20, words[1], anchor="end"))
    return drawing(drawn, bottom + 30, title, desc, kind="graph chain-graph")


def _row(strip: Strip, top: float, ends: tuple[datetime, datetime]) -> list[str]:
    sign, fill, texture = LOOKS[strip.standing]
    middle, indent = top + ROW / 2 + 4, INDENT * min(strip.depth, 6)
    limit = int((STATES - indent - 8) / LETTER)
    name = ("▶ " if strip.marked else "") + strip.name
    drawn = [box(0, top + 1, WIDTH, ROW - 2, "c-band")] if strip.marked else [rule(0, top + ROW, WIDTH, top + ROW)]
    drawn.append(text(indent, middle, short(name, limit), "c-strong", bold=strip.marked, whole=strip.whole))
    drawn.append(text(STATES, middle, f"{sign} {short(strip.word, 15)}", "c-strong" if strip.marked else "c-soft"))
    bar = top + (ROW - BAR) / 2
    for begin, end in strip.spans:
        for a, b, late in _cut(begin, end, strip.late_from):
            x, until = _place(a, ends), _place(b, ends)
            kind = LOOKS["broken"] if late else (sign, fill if strip.standing != "broken" else "c-bar", texture)
            over = kind[2] if late or strip.standing != "broken" else ""
            drawn.append(
                box(x, bar, max(2.0, until - x), BAR, kind[1], strip.whole, over or KIND_TEXTURES.get(strip.kind, ""))
            )
    return drawn


def _cut(begin: datetime, end: datetime, late_from: datetime | None) -> list[tuple[datetime, datetime, bool]]:
    if late_from is None or late_from >= end:
        return [(begin, end, False)]
    if late_from <= begin:
        return [(begin, end, True)]
    return [(begin, late_from, False), (late_from, end, True)]


def _place(at: datetime, ends: tuple[datetime, datetime]) -> float:
    span = max(1.0, (ends[1] - ends[0]).total_seconds())
    return LEFT + (RIGHT - LEFT) * (at - ends[0]).total_seconds() / span


def _anchor(x: float) -> str:
    return "start" if x < LEFT + (RIGHT - LEFT) * 0.2 else "end" if x > LEFT + (RIGHT - LEFT) * 0.8 else "middle"
