"""Trends and columns as SVG text, drawn from plain numbers; bars are in bars.py, heat maps in heat.py.

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
    told,
)

Format = Callable[[float], str]


@dataclass(frozen=True)
class Point:
    """One month of a trend, or one of several to compare; mean is None where there is none to show, `why` says why."""

    label: str
    mean: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Bucket:
    label: str
    count: int | None


def trend(
    points: Sequence[Point],
    title: str,
    desc: str = "",
    fmt: Format = "{:.1f}".format,
    ticks: Sequence[float] = (1, 4, 7, 10),
) -> Markup:
    """A line of means, each with its value and its interval as a band with whiskers; breaks where a month is hidden.

    `ticks` are the lines of the scale, from its lower to its upper end.
    """
    left, right, top, bottom = 66, 24, 22, 30
    height, low, high = 240, ticks[0], ticks[-1]
    step = (WIDTH - left - right) / max(1, len(points) - 1)

    def x(index: int) -> float:
        return left + step * index if len(points) > 1 else WIDTH / 2

    def y(value: float) -> float:
        return top + (high - min(max(value, low), high)) / (high - low) * (height - top - bottom)

    parts = []
    for tick in ticks:
        parts.append(rule(left - 14, y(tick), WIDTH - right / 2, y(tick)))
        parts.append(text(left - 20, y(tick) + 4, fmt(tick), anchor="end"))
    for run in runs(points):
        parts.append(band(points, run, x, y))
        if len(run) > 1:
            parts.append(line_through((x(i), y(points[i].mean or 0)) for i in run))
    # Only as many labels as fit side by side.
    every = max(1, -(-len(points) * label_room(points) // (WIDTH - left - right)))
    said, last = [], max((i for i, point in enumerate(points) if point.mean is not None), default=-1)
    for index, point in enumerate(points):
        shown = "–" if point.mean is None else fmt(point.mean)
        said.append((point.label, shown))
        if point.mean is not None:
            parts.append(whiskers(point, x(index), y))
            parts.append(dot(x(index), y(point.mean), f"{point.label}: {shown}"))
            if step >= len(shown) * LETTER + 4 or index == last:
                above = max(12, y(point.high if point.high is not None else point.mean) - 7)
                parts.append(text(x(index), above, shown, "c-strong", "middle", bold=index == last))
        if (len(points) - 1 - index) % every == 0:
            parts.append(text(x(index), height - 10, point.label, anchor=end_anchor(index, len(points))))
    return drawing(parts, height, title, desc or told(said))


def whiskers(point: Point, x: float, y: Callable[[float], float]) -> str:
    """The ends of a point's interval, which paper without colours shows better than a band."""
    if point.low is None or point.high is None:
        return ""
    ends = [rule(x - 4, y(end), x + 4, y(end), "c-axis") for end in (point.low, point.high)]
    return "".join([rule(x, y(point.high), x, y(point.low), "c-axis"), *ends])


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
        return ""
    edge = [(x(i), y(high)) for i, _, high in known]
    return band_of(edge + [(x(i), y(low)) for i, low, _ in reversed(known)])


def label_room(points: Sequence[Point]) -> int:
    return int(max((len(point.label) for point in points), default=0) * LETTER) + 14


def end_anchor(index: int, count: int) -> str:
    """Texts at the rims grow inwards."""
    return "middle" if count == 1 or 0 < index < count - 1 else "start" if index == 0 else "end"


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
    return drawing(parts, height, title, desc or told((bucket.label, str(bucket.count)) for bucket in buckets))


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


def intervals(
    points: Sequence[Point],
    title: str,
    desc: str = "",
    fmt: Format = "{:.1f}".format,
    ticks: Sequence[float] = (1, 4, 7, 10),
) -> Markup:
    """A row for each point: its mean as a dot within its interval, on one scale."""
    line, top, low, high = 30, 24, ticks[0], ticks[-1]
    room = WIDTH - LABELS - 60
    height = top + line * len(points) + 4

    def x(value: float) -> float:
        return LABELS + room * (min(max(value, low), high) - low) / (high - low)

    parts, said = [], []
    for tick in ticks:
        parts.append(rule(x(tick), top - 4, x(tick), height))
        parts.append(text(x(tick), 12, fmt(tick), anchor="middle"))
    for index, point in enumerate(points):
        y = top + line * index + line / 2
        shown = point.why if point.mean is None else fmt(point.mean)
        said.append((point.label, shown))
        parts += label(point.label, y + 4)
        if point.mean is None:
            parts.append(text(LABELS + 6, y + 4, shown))
            continue
        if point.low is not None and point.high is not None:
            parts.append(rule(x(point.low), y, x(point.high), y, "c-axis"))
            parts += [rule(x(end), y - 5, x(end), y + 5, "c-axis") for end in (point.low, point.high)]
        parts.append(dot(x(point.mean), y, f"{point.label}: {shown}"))
        parts.append(text(WIDTH, y + 4, shown, "c-strong", "end", bold=True))
    return drawing(parts, height, title, desc or told(said))
