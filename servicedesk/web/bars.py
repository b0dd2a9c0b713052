"""Lying bars as SVG text: promises kept, links of a chain, shares of a whole, age. Holds no words and reads no rows.

What is bad is told by lines over the bar and by a mark or a word beside it, never by its colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from servicedesk.web.charts import Bucket
from servicedesk.web.svg import LABELS, LETTER, WIDTH, box, drawing, hatch, label, stripes, text, told

Format = Callable[[float], str]
# Room behind a bar for a share and its counts.
TAIL = 128


@dataclass(frozen=True)
class Kept:
    label: str
    kept: int
    broken: int
    excused: int = 0


@dataclass(frozen=True)
class Link:
    """A part of a chain or of a whole: its time, its share, whether it broke the promise; `weak` is the word for the
    weakest one."""

    label: str
    seconds: float
    share: float
    broke: bool = False
    weak: str = ""


def kept_bars(rows: Sequence[Kept], title: str, desc: str = "", fmt: Format = "{:.0%}".format) -> Markup:
    """A bar a row, cut into kept, broken (hatched) and excused (striped; broken as well, and counted so)."""
    line, room = 34, WIDTH - LABELS - TAIL
    parts, said = [], []
    for index, row in enumerate(rows):
        y = index * line + 6
        counts = [("c-kept", row.kept), ("c-broken", row.broken), ("c-excused", row.excused)]
        whole = sum(count for _, count in counts)
        share = fmt(row.kept / whole) if whole else "–"
        parts += label(row.label, y + 15)
        parts.append(box(LABELS, y, room, 22, "c-track"))
        at = float(LABELS)
        for kind, count in counts:
            width = room * count / whole if whole else 0
            if width:
                parts.append(box(at, y, width, 22, kind, f"{row.label}: {count}"))
                parts += [hatch(at, y, width, 22)] if kind == "c-broken" else []
                parts += [stripes(at, y, width, 22)] if kind == "c-excused" else []
            at += width
        parts.append(text(WIDTH - TAIL + 12, y + 16, share, "c-strong", bold=True))
        parts.append(text(WIDTH, y + 16, f"{row.kept} / {whole}", "c-soft", "end"))
        said.append((row.label, f"{share}, {row.kept} / {whole}"))
    return drawing(parts, len(rows) * line + 6, title, desc or told(said))


def chain_bars(
    links: Sequence[Link],
    title: str,
    desc: str = "",
    fmt: Format = "{:.0f}".format,
    share_fmt: Format = "{:.0%}".format,
) -> Markup:
    """Each link below the other, beginning where the one before ended; what it took stands under its bar."""
    line, room = 46, WIDTH - LABELS - 8
    parts, said, at = [], [], 0.0
    for index, link in enumerate(links):
        y = index * line + 4
        share = min(max(link.share, 0), 1 - at)
        words = f"{fmt(link.seconds)} · {share_fmt(link.share)}" + (" · ✕" if link.broke else "")
        start, width = LABELS + room * at, max(2, room * share)
        parts += label(link.label, y + 15)
        parts.append(box(LABELS, y, room, 18, "c-track"))
        kind = "c-broken" if link.broke or link.weak else "c-bar"
        parts.append(box(start, y, width, 18, kind, f"{link.label}: {words}"))
        if link.weak:
            parts.append(hatch(start, y, width, 18))
            words += f" · {link.weak}"
        left = max(LABELS, min(start, WIDTH - len(words) * LETTER))
        parts.append(text(left, y + 33, words, "c-strong", bold=bool(link.weak)))
        said.append((link.label, words))
        at += share
    return drawing(parts, len(links) * line + 4, title, desc or told(said))


def share_bars(
    rows: Sequence[Link],
    title: str,
    desc: str = "",
    fmt: Format = "{:.0f}".format,
    share_fmt: Format = "{:.0%}".format,
) -> Markup:
    """A bar a row, all from the left; its share of the whole is its length."""
    line, room, parts, said = 34, WIDTH - LABELS - 8, [], []
    for index, row in enumerate(rows):
        y = index * line + 4
        words = f"{fmt(row.seconds)} · {share_fmt(row.share)}"
        width = max(2, room * min(1, row.share))
        parts += label(row.label, y + 16)
        parts.append(box(LABELS, y, room, 24, "c-track"))
        parts.append(box(LABELS, y, width, 24, "c-bar", f"{row.label}: {words}"))
        parts.append(beside(words, LABELS, width, y + 17))
        said.append((row.label, words))
    return drawing(parts, len(rows) * line + 4, title, desc or told(said))


def beside(words: str, start: float, width: float, y: float) -> str:
    """A bar's text stands after the bar, before it where there is no room, else inside in white."""
    need = len(words) * LETTER + 12
    if start + width + need <= WIDTH:
        return text(start + width + 6, y, words, "c-strong")
    if start - LABELS >= need:
        return text(start - 6, y, words, "c-strong", "end")
    return text(start + 8, y, words, "c-on-bar")


def backlog_by_age(buckets: Sequence[Bucket], title: str, desc: str = "", fmt: Format = "{:.0f}".format) -> Markup:
    """Rows from young to old; the last, oldest one hatched, in the colour of what is broken."""
    line, room = 34, WIDTH - LABELS - 70
    most = max((bucket.count or 0 for bucket in buckets), default=0)
    parts, said = [], []
    for index, bucket in enumerate(buckets):
        y = index * line + 4
        width = max(room * (bucket.count or 0) / most, 2) if most and bucket.count else 0
        shown = "–" if bucket.count is None else fmt(bucket.count)
        oldest = index == len(buckets) - 1 and len(buckets) > 1
        parts += label(bucket.label, y + 16)
        if width:
            kind = "c-broken" if oldest else "c-bar"
            parts.append(box(LABELS, y, width, 24, kind, f"{bucket.label}: {shown}"))
            parts += [hatch(LABELS, y, width, 24)] if oldest else []
        parts.append(text(LABELS + width + 8, y + 17, shown, "c-strong"))
        said.append((bucket.label, shown))
    return drawing(parts, len(buckets) * line + 4, title, desc or told(said))
