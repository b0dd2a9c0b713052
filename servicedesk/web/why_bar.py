"""The bar of a deadline: counted and uncounted stretches from the start of a clock, drawn to scale as SVG.

Draws what it is given: no rows, no working time, no words of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from servicedesk.web.svg import WIDTH, box, drawing, rule, text

TOP, TALL = 24, 36
EDGE = 1


@dataclass(frozen=True)
class Part:
    """A stretch with its kind (counted, late, ahead, paused or closed) and what it is called."""

    begin: datetime
    end: datetime
    kind: str
    words: str


@dataclass(frozen=True)
class Flag:
    """A moment worth a line through the bar."""

    at: datetime
    words: str


KINDS = {"counted": "c-bar", "late": "c-broken", "ahead": "c-band", "paused": "c-excused", "closed": "c-track"}


def bar(parts: Sequence[Part], flags: Sequence[Flag], title: str, desc: str, say: Callable[[datetime], str]) -> Markup:
    """The parts from the first to the last moment; `say` writes the moments under both ends."""
    moments = [p.begin for p in parts] + [p.end for p in parts] + [flag.at for flag in flags]
    if not moments:
        return drawing([], TALL, title, desc)
    first, last = min(moments), max(moments)
    span = max(1.0, (last - first).total_seconds())

    def x(at: datetime) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (at - first).total_seconds() / span

    drawn = [box(x(p.begin), TOP, max(0.5, x(p.end) - x(p.begin)), TALL, KINDS[p.kind], p.words) for p in parts]
    for flag in flags:
        drawn.append(rule(x(flag.at), TOP - 6, x(flag.at), TOP + TALL + 6, "c-axis"))
        drawn.append(text(x(flag.at), TOP - 10, flag.words, "c-strong", _anchor(x(flag.at)), bold=True))
    drawn.append(text(0, TOP + TALL + 22, say(first)))
    drawn.append(text(WIDTH, TOP + TALL + 22, say(last), anchor="end"))
    return drawing(drawn, TOP + TALL + 30, title, desc)


def _anchor(x: float) -> str:
    return "start" if x < WIDTH * 0.15 else "end" if x > WIDTH * 0.85 else "middle"
