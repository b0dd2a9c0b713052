"""A heat map as SVG text: rows by columns with the value in each cell, and the spread of one figure over bands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from servicedesk.web.svg import LABELS, LETTER, WIDTH, box, drawing, hatch, label, rule, short, text, told

Format = Callable[[float], str]
# Between the cells and the totals of a row or column.
GAP = 6


class Cell(NamedTuple):
    """`value` is None where there is none to show: because it is `hidden`, or because nothing happened."""

    value: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Spread:
    """How many fell into each band, from small to large."""

    label: str
    counts: Sequence[int]


@lru_cache(maxsize=64)
def heat_map(
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    cells: tuple[tuple[Cell, ...], ...],
    title: str,
    desc: str = "",
    fmt: Format = "{:.1f}".format,
    steps: tuple[float, ...] = (6, 7, 8, 9),
    totals: bool = False,
) -> Markup:
    """Rows by columns, drawn once for everybody who looks: a closed month stays as it is.

    `steps` part the five shades. Hidden cells are hatched, those in which nothing happened empty.
    With `totals` the last row and column are those, and stand apart."""
    # Long column heads stand slanted; they need height, not width.
    head = min(110, int(max((len(short(name, 18)) for name in columns), default=0) * LETTER * 0.75) + 18)
    tail = int(len(short(columns[-1], 18)) * LETTER * 0.77) + 12 if columns else 0
    # The last head leans out over the right rim.
    line, whole = 34, WIDTH - LABELS - (GAP if totals else 0)
    room = min((whole - tail) / max(0.5, len(columns) - 0.5), whole / max(1, len(columns)), 96)
    last_row, last_column = len(rows) - 1 if totals else -1, len(columns) - 1 if totals else -1
    parts = []
    for place, name in enumerate(columns):
        x = LABELS + room * (place + 0.5) + (GAP if place == last_column else 0)
        parts.append(text(x, head - 8, short(name, 18), turn=-40, whole=name))
    for index, name in enumerate(rows):
        y = head + index * line + (GAP if index == last_row else 0)
        parts += label(name, y + 20)
        for place, cell in enumerate(cells[index]):
            x = LABELS + room * place + (GAP if place == last_column else 0)
            bold = index == last_row or place == last_column
            parts += _cell(cell, (x, y, room, line), f"{name} × {columns[place]}", fmt, steps, bold)
    return drawing(parts, head + len(rows) * line + GAP + 4, title, desc)


def spreads(
    rows: Sequence[Spread],
    bands: Sequence[str],
    within: int,
    title: str,
    limit: str,
    desc: str = "",
    fmt: Format = "{:.0f}".format,
) -> Markup:
    """For each row columns side by side, the first `within` of them inside the limit, whose line is called `limit`;
    those beyond it are hatched. Heights compare the bands of one row, not the rows."""
    line, top, bottom = 84, 24, 26
    room = (WIDTH - LABELS) / max(1, len(bands))
    height = top + line * len(rows) + bottom
    parts, said = [], []
    for index, row in enumerate(rows):
        base = top + line * (index + 1) - 6
        most = max(row.counts, default=0)
        parts += label(row.label, base - 20)
        parts.append(rule(LABELS, base, WIDTH, base, "c-axis"))
        for place, count in enumerate(row.counts):
            tall = max(2.0, (line - 30) * count / most) if most and count else 0.0
            x, late = LABELS + room * (place + 0.14), place >= within
            if tall:
                parts.append(
                    box(x, base - tall, room * 0.72, tall, "c-broken" if late else "c-bar", f"{bands[place]}: {count}")
                )
                parts += [hatch(x, base - tall, room * 0.72, tall)] if late else []
            parts.append(
                text(x + room * 0.36, base - tall - 5, fmt(count), "c-strong" if count else "c-soft", "middle")
            )
        told_counts = ", ".join(f"{band}: {fmt(count)}" for band, count in zip(bands, row.counts, strict=True))
        said.append((row.label, told_counts))
    x = LABELS + room * within
    parts.append(rule(x, top - 6, x, height - bottom, "c-axis"))
    parts.append(text(x, top - 10, limit, "c-strong", "middle", bold=True))
    for place, band in enumerate(bands):
        parts.append(text(LABELS + room * (place + 0.5), height - 8, band, anchor="middle"))
    return drawing(parts, height, title, desc or told(said))


def _cell(
    cell: Cell, place: tuple[float, float, float, float], name: str, fmt: Format, steps: Sequence[float], bold: bool
) -> list[str]:
    x, y, room, line = place
    inner = (x + 1, y + 1, room - 2, line - 2)
    if cell.hidden:
        return [box(*inner, "c-hidden", name), hatch(*inner, "c-veil")]
    if cell.value is None:
        return [box(*inner, "c-none", name)]
    shade = f"c-cell-{1 + sum(cell.value >= step for step in steps)}"
    shown = fmt(cell.value)
    return [
        box(*inner, shade, f"{name}: {shown}"),
        text(x + room / 2, y + 21, shown, "c-on-cell", "middle", bold=bold),
    ]
