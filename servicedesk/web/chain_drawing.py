"""A chain drawn as SVG: a bar for each link on one axis of time, with the promise of the whole through all of them.

Draws what it is given: no rows, no working time, no words of its own. A state is told by sign and word beside the bar,
by texture in it, and only then by colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from servicedesk.web.svg import LETTER, box, drawing, rule, short, text
from servicedesk.web.why_bar import Flag

BAR, TOP, INDENT = 16, 44, 10


@dataclass(frozen=True)
class Layout:
    """Where things stand: names from the left, states from `states` on, the axis of time between `left` and `right`.

    Where the axis begins at the left edge, names and states stand above their bars.
    """

    width: int
    states: int
    left: int
    right: int
    row: int


WIDE, NARROW = Layout(900, 250, 372, 896, 30), Layout(330, 206, 2, 328, 46)

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
    desc: str, at: Layout = WIDE,
) -> Markup:  # fmt: skip
    """`ends` are the first and the last moment of the axis, `words` what is written under them."""
    bottom = TOP + at.row * len(strips)
    drawn: list[str] = []
    for number, strip in enumerate(strips):
        drawn += _row(strip, TOP + at.row * number, ends, at)
    for level, flag in enumerate(flags):
        drawn += _flag(flag, level, len(strips), ends, at)
    drawn.append(text(at.left, bottom + 20, words[0]))
    drawn.append(text(at.right, bottom + (20 if at is WIDE else 36), words[1], anchor="end"))
    kind = f"graph chain-graph chain-{'wide' if at is WIDE else 'narrow'}"
    return drawing(drawn, bottom + (30 if at is WIDE else 46), title, desc, width=at.width, kind=kind)


def _row(strip: Strip, top: float, ends: tuple[datetime, datetime], at: Layout) -> list[str]:
    sign, fill, texture = LOOKS[strip.standing]
    line, indent = top + (20 if at is WIDE else 17), INDENT * min(strip.depth, 6)
    name = ("▶ " if strip.marked else "") + strip.name
    drawn = [rule(0, top + at.row, at.width, top + at.row)]
    if strip.marked:
        drawn = [box(0, top + 1, at.width, at.row - 2, "c-band")]
    limit = int((at.states - indent - 8) / LETTER)
    drawn.append(text(indent, line, short(name, limit), "c-strong", bold=strip.marked, whole=strip.whole))
    drawn.append(text(at.states, line, f"{sign} {short(strip.word, 15)}", "c-strong" if strip.marked else "c-soft"))
    bar = top + ((at.row - BAR) / 2 if at is WIDE else at.row - BAR - 6)
    for begin, end in strip.spans:
        for a, b, late in _cut(begin, end, strip.late_from):
            x, until = _place(a, ends, at), _place(b, ends, at)
            over = KIND_TEXTURES.get(strip.kind, "")
            look = (
                LOOKS["broken"] if late else LOOKS["on-track"] if strip.standing == "broken" else (sign, fill, texture)
            )
            drawn.append(box(x, bar, max(2.0, until - x), BAR, look[1], strip.whole, look[2] or over))
    return drawn


def _flag(flag: Flag, level: int, rows: int, ends: tuple[datetime, datetime], at: Layout) -> list[str]:
    """A moment through all the bars, its words above them; where names stand above the bars it passes by these."""
    x, half = _place(flag.at, ends, at), len(flag.words) * LETTER / 2
    middle = min(max(x, half), at.width - half)
    drawn = [text(middle, 14 + 16 * level, flag.words, "c-strong", "middle", bold=level == 0)]
    if at is WIDE:
        return [*drawn, rule(x, TOP - 4, x, TOP + at.row * rows + 4, "c-axis")]
    bars = [TOP + at.row * (row + 1) - BAR - 6 for row in range(rows)]
    return [*drawn, *(rule(x, top - 3, x, top + BAR + 3, "c-axis") for top in bars)]


def _cut(begin: datetime, end: datetime, late_from: datetime | None) -> list[tuple[datetime, datetime, bool]]:
    if late_from is None or late_from >= end:
        return [(begin, end, False)]
    if late_from <= begin:
        return [(begin, end, True)]
    return [(begin, late_from, False), (late_from, end, True)]


def _place(moment: datetime, ends: tuple[datetime, datetime], at: Layout) -> float:
    span = max(1.0, (ends[1] - ends[0]).total_seconds())
    return at.left + (at.right - at.left) * (moment - ends[0]).total_seconds() / span
