"""Drawings of a report from its stored document. Reads the document alone; a hidden figure stays hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, partial
from itertools import pairwise
from math import ceil, floor
from typing import Any, NamedTuple

from babel.dates import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from servicedesk.papers.busiest import busiest_holders, busiest_in_matrix
from servicedesk.papers.names import age_name, department_name, holder_name, metric_name, waiting_name
from servicedesk.reports.figures import METRICS, TOTAL
from servicedesk.web import bars, charts, heat, present, svg

Json = Mapping[str, Any]
# Where the shades of the heat maps change.
INDEX_STEPS = (6, 7, 8, 9)
KEPT_STEPS = (0.6, 0.7, 0.8, 0.9)


def index_trend(points: Sequence[Json]) -> Markup:
    rows = [
        charts.Point(_month(row["month"]), row["index"]["value"], row["index"]["low"], row["index"]["high"])
        for row in points
    ]
    return charts.trend(
        rows,
        _("Index by month with its 95-percent interval"),
        fmt=_formats().score,
        ticks=_ticks(rows, 1, 10, step=1, least=3),
    )


def indexes(departments: Sequence[Json]) -> Markup:
    """The index of each department within its interval, in the order given."""
    rows = []
    for part in departments:
        index = part["ratings"]["index"]
        why = _("no ratings") if index["n"] == 0 else _("too few answers")
        name = department_name({part["key"]: part["name"]}, part["key"])
        rows.append(charts.Point(name, index["value"], index["low"], index["high"], why))
    return charts.intervals(
        rows, _("Index of each department with its 95-percent interval"), fmt=_formats().score,
        ticks=_ticks(rows, 1, 10, step=1, least=3),
    )  # fmt: skip


def kept_trend(points: Sequence[Json]) -> Markup:
    rows = [
        charts.Point(_month(row["month"]), row["kept"]["share"], row["kept"]["low"], row["kept"]["high"])
        for row in points
    ]
    return charts.trend(
        rows, _("Kept resolutions by month with their 95-percent interval"), fmt=_formats().percent,
        ticks=_ticks(rows, 0, 1, step=0.1, least=4),
    )  # fmt: skip


def _ticks(rows: Sequence[charts.Point], lowest: float, highest: float, *, step: float, least: int) -> list[float]:
    """A scale in whole steps around what is shown, at least `least` of them long: changes of an index are small."""
    ends = [end for row in rows if row.mean is not None for end in (row.mean, row.low, row.high) if end is not None]
    low, high = min(ends, default=lowest) / step, max(ends, default=highest) / step
    first, last = round(lowest / step), round(highest / step)
    below, above = max(first, floor(low + 1e-9)), min(last, ceil(high - 1e-9))
    while above - below < least:
        # On the side where the line has less room.
        if below == first or (above < last and above - high <= low - below):
            above += 1
        else:
            below -= 1
    if above - below <= 6:
        return [round(tick * step, 4) for tick in range(below, above + 1)]
    return [round(tick * step, 4) for tick in range(first, last + 1, 3 if (last - first) % 3 == 0 else 2)]


def kept(promises: Json) -> Markup:
    rows = [
        bars.Kept(metric_name(metric), part["kept"], part["broken"] - part["excused"], part["excused"])
        for metric in METRICS if (part := promises[metric])["kept"] + part["broken"]
    ]  # fmt: skip
    return bars.kept_bars(rows, _("Promises kept, broken and excused"), fmt=_formats().percent)


def backlog(bands: Sequence[tuple[int | None, int]]) -> Markup:
    rows = [charts.Bucket(age_name(days), count) for days, count in bands]
    return bars.backlog_by_age(rows, _("Requests not resolved, by age"), fmt=_formats().number)


def times(distribution: Json) -> Markup:
    """How much of the promised time was used, promise by promise, one column a band."""
    rows = [
        heat.Spread(metric_name(metric), [band["count"] for band in distribution[metric]])
        for metric in METRICS if any(band["count"] for band in distribution.get(metric, ()))
    ]  # fmt: skip
    bands: Sequence[Json] = next((distribution[metric] for metric in METRICS if distribution.get(metric)), [])
    shares = [band["up_to_share"] for band in bands]
    return heat.spreads(
        rows, [share_name(share, shares) for share in shares], sum(share is not None and share <= 1 for share in shares),
        _("Time used as a share of the time promised"), _("promised"), fmt=_formats().number,
    )  # fmt: skip


def share_name(share: float | None, shares: Sequence[float | None] = ()) -> str:
    """ "≤ 25 %", and for the last band what it begins with."""
    if share is not None:
        return f"≤ {_formats().percent(share)}"
    known = [known for known in shares if known is not None]
    return f"> {_formats().percent(max(known))}" if known else ">"


def matrix(document: Json, figure: str = "index") -> Markup:
    """The index (or "kept", the share of resolutions in time) of the busiest suppliers and customers, with totals."""
    cells = {(cell["supplier"], cell["customer"]): _cell(cell, figure) for cell in document["matrix"]["cells"]}
    suppliers, customers = (busiest_in_matrix(document, side) for side in ("supplier", "customer"))
    names, total, nothing = document["names"], _("All"), heat.Cell()
    return heat.heat_map(
        (*(department_name(names, key) for key in suppliers), total),
        (*(department_name(names, key) for key in customers), total),
        tuple(
            tuple(cells.get((supplier, customer), nothing) for customer in [*customers, TOTAL])
            for supplier in [*suppliers, TOTAL]
        ),
        _("Index by supplier (rows) and customer (columns)") if figure == "index"
        else _("Resolutions in time by supplier (rows) and customer (columns)"),
        fmt=_formats().score if figure == "index" else _formats().percent, steps=INDEX_STEPS if figure == "index" else KEPT_STEPS, totals=True,
    )  # fmt: skip


def shades(figure: str = "index") -> list[tuple[Markup, str]]:
    """The legend of a heat map: each shade with the values it stands for."""
    steps, fmt = (INDEX_STEPS, _formats().score) if figure == "index" else (KEPT_STEPS, _formats().percent)
    words = [
        _("below %(value)s", value=fmt(steps[0])), *(f"{fmt(low)} – {fmt(high)}" for low, high in pairwise(steps)),
        _("%(value)s and more", value=fmt(steps[-1])),
    ]  # fmt: skip
    return [(svg.key_of(f"c-cell-{place}"), word) for place, word in enumerate(words, 1)]


def key(kind: str, over: str = "") -> Markup:
    """A box of a legend, as the drawings have it."""
    return svg.key_of(kind, over)


def chain(links: Sequence[Json], names: Json, weakest: int | None = None) -> Markup:
    rows = [
        bars.Link(
            department_name(names, link["department"]) if link["kind"] == "stay" else waiting_name(link["kind"]),
            link["seconds"], link["share"] or 0, bool(link["broke"]), _("weakest link") if place == weakest and link["broke"] else "",
        )
        for place, link in enumerate(links)
    ]  # fmt: skip
    return bars.chain_bars(rows, _("Working time by link"), fmt=_formats().duration, share_fmt=_formats().percent)


def ball(holders: Sequence[Json], names: Json) -> Markup:
    """One bar a holder; a company of many departments shows the busiest, the table has them all."""
    rows = [bars.Link(holder_name(part, names), part["seconds"], part["share"]) for part in busiest_holders(holders)]
    return bars.share_bars(
        rows, _("Working time by who held the ball"), fmt=_formats().duration, share_fmt=_formats().percent
    )


def _cell(cell: Json, figure: str) -> heat.Cell:
    """Ratings of nobody and promises that were not decided are nothing to show; what is hidden is said to be."""
    if figure == "index":
        return heat.Cell(cell["index"]["value"], cell["index"]["hidden"])
    return heat.Cell(cell["kept"]["share"] if cell["kept"] else None, cell["hidden"])


def _month(key: str) -> str:
    return format_date(date.fromisoformat(f"{key}-01"), "LLL y", locale=present.here())


class _Formats(NamedTuple):
    """How numbers look in one language; one object a language, so that a drawing can be told from another by it."""

    score: charts.Format
    percent: charts.Format
    number: charts.Format
    duration: charts.Format


@cache
def _formats_of(language: str) -> _Formats:
    kinds = (present.score, present.percent, present.number, present.duration)
    return _Formats(*(partial(kind, locale=language) for kind in kinds))


def _formats() -> _Formats:
    return _formats_of(present.here())
