"""Bars of time drawn to scale as SVG: why a deadline is when it is, who held the ball.

Draws what it is given: no rows, no working time, no words of its own. Every kind has a colour and a texture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from servicedesk.web.svg import WIDTH, box, drawing, rule, text

TOP, TALL = 24, 36
EDGE = 1
# Thinner stretches than this part of a bar cannot be seen; a bar of more parts than so many is drawn without them.
THINNEST, MOST_PARTS = 1 / 250, 150


@dataclass(frozen=True)
class Part:
    """A stretch with its kind, one of `KINDS`, and what it is called."""

    begin: datetime
    end: datetime
    kind: str
    words: str


@dataclass(frozen=True)
class Flag:
    """A moment worth a line through the bar."""

    at: datetime
    words: str


KINDS = {
    "counted": ("c-bar", ""), "late": ("c-broken", "slopes"), "ahead": ("c-band", ""), "paused": ("c-excused", "stripes"),
    "closed": ("c-track", ""), "supplier": ("c-bar", ""), "supplier-2": ("c-bar", "rows"), "supplier-3": ("c-bar", "grid"),
    "requester": ("c-requester", "stripes"), "approver": ("c-approver", "columns"), "third_party": ("c-third", "dots"),
    "resolved": ("c-rest", ""),
}  # fmt: skip


def bar(parts: Sequence[Part], flags: Sequence[Flag], title: str, desc: str, say: Callable[[datetime], str]) -> Markup:
    """The parts from the first to the last moment; `say` writes the moments under both ends."""
    moments = _moments(parts, flags)
    if not moments:
        return drawing([], TALL, title, desc)
    drawn = _boxes(parts, moments, TOP, TALL)
    for flag in flags:
        x = _place(flag.at, moments)
        drawn.append(rule(x, TOP - 6, x, TOP + TALL + 6, "c-axis"))
        drawn.append(text(x, TOP - 10, flag.words, "c-strong", _anchor(x), bold=True))
    drawn.append(text(0, TOP + TALL + 22, say(moments[0])))
    drawn.append(text(WIDTH, TOP + TALL + 22, say(moments[1]), anchor="end"))
    return drawing(drawn, TOP + TALL + 30, title, desc)


def strip(parts: Sequence[Part], flags: Sequence[Flag], title: str, desc: str) -> Markup:
    """The same without words in it, for a narrow column; the flags stand out of the bar."""
    moments = _moments(parts, flags)
    if not moments:
        return drawing([], TALL, title, desc, kind="graph strip")
    drawn = _boxes(parts, moments, 8, 32)
    for flag in flags:
        x = _place(flag.at, moments)
        drawn += [rule(x + shift, 0, x + shift, 48, "c-axis") for shift in (-1, 0, 1)]
    return drawing(drawn, 48, title, desc, kind="graph strip")


def swatch(kind: str) -> Markup:
    """A small piece of a kind, for legends."""
    fill, texture = KINDS[kind]
    return drawing([box(0, 0, 16, 24, fill, "", texture)], 24, "", "", width=16, kind="graph swatch")


def _moments(parts: Sequence[Part], flags: Sequence[Flag]) -> tuple[datetime, datetime] | None:
    moments = [p.begin for p in parts] + [p.end for p in parts] + [flag.at for flag in flags]
    return (min(moments), max(moments)) if moments else None


def _place(at: datetime, moments: tuple[datetime, datetime]) -> float:
    span = max(1.0, (moments[1] - moments[0]).total_seconds())
    return EDGE + (WIDTH - 2 * EDGE) * (at - moments[0]).total_seconds() / span


def _boxes(parts: Sequence[Part], moments: tuple[datetime, datetime], top: float, tall: float) -> list[str]:
    drawn = []
    for part in _seen(parts, moments):
        begin, end = _place(part.begin, moments), _place(part.end, moments)
        fill, texture = KINDS[part.kind]
        drawn.append(box(begin, top, max(0.5, end - begin), tall, fill, part.words, texture))
    return drawn


def _seen(parts: Sequence[Part], moments: tuple[datetime, datetime]) -> list[Part]:
    """Where there are many, nights too thin to be seen are drawn as a part of what stands beside them."""
    if len(parts) <= MOST_PARTS:
        return list(parts)
    least = (moments[1] - moments[0]) * THINNEST
    kept: list[Part] = []
    for part in parts:
        last = kept[-1] if kept else None
        if last and (last.kind == part.kind or (part.kind == "closed" and part.end - part.begin < least)):
            kept[-1] = replace(last, end=part.end)
        elif last and last.kind == "closed" and last.end - last.begin < least:
            kept[-1] = replace(part, begin=last.begin)
        else:
            kept.append(part)
    return kept


def _anchor(x: float) -> str:
    return "start" if x < WIDTH * 0.15 else "end" if x > WIDTH * 0.85 else "middle"
