"""Drawings as numbers and words: where each bar begins, which shade a cell has. `charts.typ` draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _

from servicedesk.papers import saying
from servicedesk.papers.busiest import busiest_holders, busiest_in_matrix
from servicedesk.papers.names import age_name, department_name, here, holder_name, link_name, metric_name
from servicedesk.papers.pdf.blocks import Block, plain
from servicedesk.reports.figures import METRICS

Json = Mapping[str, Any]
# From these values on an index is a shade better.
STEPS = (6, 7, 8, 9)


def index_trend(points: Sequence[Json]) -> Block:
    rows = [(row["month"], row["index"]["value"], row["index"]["low"], row["index"]["high"]) for row in points]
    return _trend(
        _("Index by month with its 95-percent interval"), rows, 1, 10, (1, 4, 7, 10), saying.score, saying.number
    )


def kept_trend(points: Sequence[Json]) -> Block:
    rows = [(row["month"], row["kept"]["share"], row["kept"]["low"], row["kept"]["high"]) for row in points]
    title = _("Kept resolutions by month with their 95-percent interval")
    return _trend(title, rows, 0, 1, (0, 0.25, 0.5, 0.75, 1), saying.percent, saying.percent)


def kept(promises: Json) -> Block | None:
    """One bar a promise that was decided, with the share kept and its interval; None where none was."""
    rows = []
    for metric in METRICS:
        part = promises[metric]
        whole = part["kept"] + part["broken"]
        if whole:
            shares = [
                ("kept", part["kept"] / whole), ("broken", (part["broken"] - part["excused"]) / whole),
                ("excused", part["excused"] / whole),
            ]  # fmt: skip
            told = f"{saying.percent(part['share'])} · {saying.part_of(part['kept'], whole)}"
            rows.append({"label": metric_name(metric), "parts": _parts(shares), "shown": told, "strong": True})
    if not rows:
        return None
    legend = [("kept", _("kept")), ("broken", _("broken")), ("excused", _("broken, excused"))]
    return _bars(_("Promises kept, broken and excused"), rows) | {
        "legend": [{"kind": kind, "label": label} for kind, label in legend]
    }


def ball(holders: Sequence[Json], names: Json) -> Block:
    """One bar a holder, the busiest of a company of many departments."""
    rows = [
        {
            "label": plain(holder_name(row, names)), "parts": _parts([("bar", row["share"])]),
            "shown": f"{saying.percent(row['share'])} · {saying.duration(row['seconds'])}",
        }
        for row in busiest_holders(holders)
    ]  # fmt: skip
    return _bars(_("Working time by who held the ball"), rows, tail=3.2)


def backlog(bands: Sequence[Json]) -> Block:
    most = max((band["tickets"] for band in bands), default=0) or 1
    rows = [
        {
            "label": age_name(band["up_to_days"]), "shown": saying.number(band["tickets"]),
            "parts": _parts([("oldest" if band["up_to_days"] is None else "bar", band["tickets"] / most)]),
        }
        for band in bands
    ]  # fmt: skip
    return _bars(_("Requests not resolved, by age"), rows, tail=1.2)


def chain(found: Json, names: Json) -> Block:
    """Each link begins where the one before ended; the weakest says so, if it broke a promise."""
    rows, at = [], 0.0
    for place, link in enumerate(found["links"]):
        weak, share = place == found["weakest"] and bool(link["broke"]), min(link["share"] or 0.0, 1 - at)
        told = f"{saying.percent(link['share'])} · {saying.duration(link['seconds'])}"
        rows.append({
            "label": plain(link_name(link, names)), "start": at, "strong": weak,
            "parts": [{"kind": "broken" if weak else "bar", "share": share}],
            "shown": f"{told} · {_('weakest link')}" if weak else told,
        })  # fmt: skip
        at += share
    return _bars(_("Working time by link"), rows, tail=5.2)


def matrix(document: Json) -> Block | None:
    """The index of the busiest suppliers and customers; None where none of them is shown."""
    cells = {(cell["supplier"], cell["customer"]): cell["index"]["value"] for cell in document["matrix"]["cells"]}
    suppliers, customers = (busiest_in_matrix(document, side) for side in ("supplier", "customer"))
    names = document["names"]
    rows: list[dict[str, Any]] = [
        {
            "label": plain(department_name(names, supplier)),
            "cells": [_shade(cells.get((supplier, customer))) for customer in customers],
        }
        for supplier in suppliers
    ]
    if not any(cell["step"] is not None for row in rows for cell in row["cells"]):
        return None
    heads = [plain(department_name(names, key)) for key in customers]
    return {"kind": "heat", "corner": _("Supplier ↓ customer →"), "columns": heads, "rows": rows}


def _shade(value: float | None) -> dict[str, Any]:
    return {"shown": saying.score(value), "step": None if value is None else sum(value >= step for step in STEPS)}


def _trend(
    title: str,
    rows: Sequence[tuple[Any, ...]],
    low: float,
    high: float,
    ticks: Sequence[float],
    say: Any,
    say_tick: Any,
) -> Block:
    points = [
        {"label": _short_month(month), "value": value, "low": least, "high": most, "shown": say(value)}
        for month, value, least, most in rows
    ]
    told = "; ".join(f"{point['label']}: {point['shown']}" for point in points)
    return {
        "kind": "trend", "alt": f"{title}: {told}", "points": points, "low": low, "high": high,
        "ticks": [{"at": tick, "label": say_tick(tick)} for tick in ticks],
    }  # fmt: skip


def _bars(title: str, rows: Sequence[Json], *, tail: float = 2.7) -> Block:
    """`tail` is the room behind the bars in centimetres."""
    told = "; ".join(f"{row['label']}: {row['shown']}" for row in rows)
    return {"kind": "bars", "alt": f"{title}: {told}", "rows": list(rows), "tail": tail}


def _parts(shares: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    return [{"kind": kind, "share": share} for kind, share in shares if share > 0]


def _short_month(key: str) -> str:
    return format_date(date.fromisoformat(f"{key}-01"), "LLL y", locale=here())
