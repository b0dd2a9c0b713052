"""Charts as SVG text, drawn from plain numbers; the same drawing serves page, print and mail.

Never reads rows, never rounds away what a table beside it shows, and holds no words: labels come translated.
A hidden value is None and is drawn as hidden, never as zero.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from servicedesk.web.svg import (
    LABELS,
    LETTER,
    WIDTH,
    band_of,
    box,
    dot,
    drawing,
    label,
    line_through,
    rule,
    short,
    text,
)

Format = Callable[[float], str]


@dataclass(frozen=True)
class Point:
    """One month of a trend; mean is None where the group is too small to show."""

    label: str
    mean: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Kept:
    label: str
    kept: int
    broken: int
    excused: int = 0


@dataclass(frozen=True)
class Link:
    """A department's part of a chain: its time, its share of the whole, and whether it broke the promise."""

    label: str
    seconds: float
    share: float
    broke: bool = False


@dataclass(frozen=True)
class Bucket:
    label: str
    count: int | None


def trend(
    points: Sequence[Point],
    title: str,
    desc: str = "",
    fmt: Format = "{:.1f}".format,
    low: float = 1,
    high: float = 10,
) -> Markup:
    """A line of means with its interval as a band; breaks where a month is hidden."""
    left, right, top, bottom = 36, 16, 18, 30
    height = 240
    step = (WIDTH - left - right) / max(1, len(points) - 1)

    def x(index: int) -> float:
        return left + step * index if len(points) > 1 else WIDTH / 2

    def y(value: float) -> float:
        return top + (high - min(max(value, low), high)) / (high - low) * (height - top - bottom)

    parts = []
    for line in range(4):
        value = low + (high - low) * line / 3
        parts.append(rule(left, y(value), WIDTH - right, y(value)))
        parts.append(text(left - 6, y(value) + 4, fmt(value), anchor="end"))
    for run in runs(points):
        parts.append(band(points, run, x, y))
        if len(run) > 1:
            parts.append(line_through((x(i), y(points[i].mean or 0)) for i in run))
    # Only as many labels as fit side by side.
    every = max(1, -(-len(points) * label_room(points) // (WIDTH - left - right)))
    for index, point in enumerate(points):
        if point.mean is not None:
            parts.append(dot(x(index), y(point.mean), f"{point.label}: {fmt(point.mean)}"))
        if (len(points) - 1 - index) % every == 0:
            parts.append(text(x(index), height - 10, point.label, anchor=end_anchor(index, len(points))))
    shown = [i for i, point in enumerate(points) if point.mean is not None]
    if shown:
        last = shown[-1]
        mean = points[last].mean or 0
        above = max(12, y(mean) - 10)
        parts.append(text(x(last), above, fmt(mean), "c-strong", end_anchor(last, len(points)), bold=True))
    return drawing(parts, height, title, desc)


def runs(points: Sequence[Point]) -> list[list[int]]:
    """Indexes of neighbours that are all shown."""
    found: list[list[int]] = [[]]
    for index, point in enumerate(points):
        if point.mean is None:
            found.append([])
        else:
            found[-1].append(index)
    return [run for run in found if run]


def band(points: Sequence[Point], run: list[int], x: Callable[[int], float], y: Callable[[float], float]) -> str:
    known = [(i, low, high) for i in run if (low := points[i].low) is not None and (high := points[i].high) is not None]
    if not known:
        return ""
    if len(known) == 1:
        index, low, high = known[0]
        return rule(x(index), y(high), x(index), y(low), "c-axis")
    edge = [(x(i), y(high)) for i, _, high in known]
    return band_of(edge + [(x(i), y(low)) for i, low, _ in reversed(known)])


def label_room(points: Sequence[Point]) -> int:
    return int(max((len(point.label) for point in points), default=0) * LETTER) + 14


def end_anchor(index: int, count: int) -> str:
    """Texts at the rims grow inwards."""
    return "middle" if count == 1 or 0 < index < count - 1 else "start" if index == 0 else "end"


def kept_bars(rows: Sequence[Kept], title: str, desc: str = "", fmt: Format = "{:.0%}".format) -> Markup:
    """A bar a row, cut into kept, broken and excused (broken as well, and counted so); the share kept stands at the end."""
    line, room = 34, WIDTH - LABELS - 70
    parts = []
    for index, row in enumerate(rows):
        y = index * line + 6
        counts = [("c-kept", row.kept), ("c-broken", row.broken), ("c-excused", row.excused)]
        whole = sum(count for _, count in counts)
        parts += label(row.label, y + 15)
        parts.append(box(LABELS, y, room, 22, "c-track"))
        at = float(LABELS)
        for name, count in counts:
            width = room * count / whole if whole else 0
            if width:
                parts.append(box(at, y, width, 22, name, f"{row.label}: {count}"))
            at += width
        parts.append(text(WIDTH - 60, y + 16, fmt(row.kept / whole) if whole else "–", "c-strong", bold=True))
    return drawing(parts, len(rows) * line + 6, title, desc)


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[float | None]],
    title: str,
    desc: str = "",
    fmt: Format = "{:.1f}".format,
    steps: Sequence[float] = (6, 7, 8, 9),
) -> Markup:
    """Rows by columns, the value printed in each cell; steps part the five shades. None is a hidden cell."""
    # Long column heads stand slanted; they need height, not width.
    head = min(110, int(max((len(short(name, 18)) for name in columns), default=0) * LETTER * 0.75) + 18)
    tail = int(len(short(columns[-1], 18)) * LETTER * 0.77) + 12 if columns else 0
    # The last head leans out over the right rim.
    line, room = 34, (WIDTH - LABELS - tail) / max(0.5, len(columns) - 0.5)
    room = min(room, (WIDTH - LABELS) / max(1, len(columns)))
    parts = []
    for place, name in enumerate(columns):
        x = LABELS + room * (place + 0.5)
        parts.append(text(x, head - 8, short(name, 18), turn=-40, whole=name))
    for index, name in enumerate(rows):
        y = head + index * line
        parts += label(name, y + 20)
        for place, value in enumerate(cells[index]):
            x = LABELS + room * place
            shade = "c-hidden" if value is None else f"c-cell-{1 + sum(value >= step for step in steps)}"
            shown = "–" if value is None else fmt(value)
            parts.append(box(x + 1, y + 1, room - 2, line - 2, shade, f"{name} × {columns[place]}: {shown}"))
            parts.append(text(x + room / 2, y + 21, shown, "c-on-cell" if value is not None else "c-soft", "middle"))
    return drawing(parts, head + len(rows) * line + 4, title, desc)


def chain_bars(
    links: Sequence[Link],
    title: str,
    desc: str = "",
    fmt: Format = "{:.0f}".format,
    share_fmt: Format = "{:.0%}".format,
) -> Markup:
    """Each department's stay below the other, beginning where the one before ended; fmt prints seconds."""
    line, room = 40, WIDTH - LABELS - 8
    parts, at = [], 0.0
    for index, link in enumerate(links):
        y = index * line + 4
        share = min(max(link.share, 0), 1 - at)
        parts += label(link.label, y + 20)
        parts.append(box(LABELS, y, room, 30, "c-track"))
        told = f"{fmt(link.seconds)} · {share_fmt(link.share)}" + (" ✕" if link.broke else "")
        start, width = LABELS + room * at, max(2, room * share)
        parts.append(box(start, y, width, 30, "c-broken" if link.broke else "c-bar", f"{link.label}: {told}"))
        parts.append(beside(told, start, width, y + 20))
        at += share
    return drawing(parts, len(links) * line + 4, title, desc)


def share_bars(
    rows: Sequence[Link],
    title: str,
    desc: str = "",
    fmt: Format = "{:.0f}".format,
    share_fmt: Format = "{:.0%}".format,
) -> Markup:
    """A bar a row, all from the left; its share of the whole is its length."""
    line, room, parts = 34, WIDTH - LABELS - 8, []
    for index, row in enumerate(rows):
        y = index * line + 4
        told = f"{fmt(row.seconds)} · {share_fmt(row.share)}"
        width = max(2, room * min(1, row.share))
        parts += label(row.label, y + 16)
        parts.append(box(LABELS, y, room, 24, "c-track"))
        parts.append(box(LABELS, y, width, 24, "c-bar", f"{row.label}: {told}"))
        parts.append(beside(told, LABELS, width, y + 17))
    return drawing(parts, len(rows) * line + 4, title, desc)


def beside(told: str, start: float, width: float, y: float) -> str:
    """A bar's text stands after the bar, before it where there is no room, else inside in white."""
    need = len(told) * LETTER + 12
    if start + width + need <= WIDTH:
        return text(start + width + 6, y, told, "c-strong")
    if start - LABELS >= need:
        return text(start - 6, y, told, "c-strong", "end")
    return text(start + 8, y, told, "c-on-bar")


def histogram(buckets: Sequence[Bucket], title: str, desc: str = "", fmt: Format = "{:.0f}".format) -> Markup:
    """Columns side by side, as for the ten scores."""
    height, top, bottom = 200, 22, 26
    most = max((bucket.count or 0 for bucket in buckets), default=0)
    room = WIDTH / max(1, len(buckets))
    parts = [rule(0, height - bottom, WIDTH, height - bottom, "c-axis")]
    for index, bucket in enumerate(buckets):
        x = room * index
        tall = (bucket.count or 0) / most * (height - top - bottom) if most else 0
        shown = "–" if bucket.count is None else fmt(bucket.count)
        width = min(room * 0.72, 90)
        left = x + (room - width) / 2
        if tall:
            parts.append(box(left, height - bottom - tall, width, tall, "c-bar", f"{bucket.label}: {shown}"))
        parts.append(text(x + room / 2, height - bottom - tall - 6, shown, "c-strong", "middle"))
        fitting = short(bucket.label, max(3, int(room / LETTER)))
        parts.append(text(x + room / 2, height - 8, fitting, anchor="middle", whole=bucket.label))
    return drawing(parts, height, title, desc)


def backlog_by_age(buckets: Sequence[Bucket], title: str, desc: str = "", fmt: Format = "{:.0f}".format) -> Markup:
    """Rows from young to old; the last, oldest one in the colour of what is broken."""
    line, room = 34, WIDTH - LABELS - 70
    most = max((bucket.count or 0 for bucket in buckets), default=0)
    parts = []
    for index, bucket in enumerate(buckets):
        y = index * line + 4
        width = room * (bucket.count or 0) / most if most else 0
        shown = "–" if bucket.count is None else fmt(bucket.count)
        oldest = index == len(buckets) - 1 and len(buckets) > 1
        parts += label(bucket.label, y + 16)
        if width:
            parts.append(
                box(
                    LABELS,
                    y,
                    max(width, 2),
                    24,
                    "c-broken" if oldest else "c-bar",
                    f"{bucket.label}: {shown}",
                )
            )
        parts.append(text(LABELS + width + 8, y + 17, shown, "c-strong"))
    return drawing(parts, len(buckets) * line + 4, title, desc)


def sparkline(values: Sequence[float | None], title: str) -> Markup:
    """A line without axes, for a table cell that also prints its number."""
    shown = [value for value in values if value is not None]
    low, high = min(shown, default=0), max(shown, default=0)
    step = 100 / max(1, len(values) - 1)
    points = [
        (step * i if len(values) > 1 else 50, 24 - (value - low) / (high - low) * 20 if high > low else 14)
        for i, value in enumerate(values)
        if value is not None
    ]
    parts = [line_through((x + 4, y) for x, y in points)]
    if points:
        parts.append(dot(points[-1][0] + 4, points[-1][1], ""))
    return drawing(parts if points else [], 28, title, "", width=108, kind="graph spark")
