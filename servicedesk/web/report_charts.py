"""Drawings of a report from its stored document. Reads the document alone; a hidden figure stays hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _
from markupsafe import Markup

from servicedesk.papers.names import age_name, department_name, holder_name, metric_name, waiting_name
from servicedesk.reports.figures import METRICS, TOTAL
from servicedesk.web import charts, present

Json = Mapping[str, Any]
# So many suppliers and customers can still be read side by side.
MOST_IN_A_DRAWING = 12


def index_trend(points: Sequence[Json]) -> Markup:
    rows = [
        charts.Point(_month(row["month"]), row["index"]["value"], row["index"]["low"], row["index"]["high"])
        for row in points
    ]
    return charts.trend(rows, _("Index by month with its 95-percent interval"), fmt=_score)


def kept_trend(points: Sequence[Json]) -> Markup:
    rows = [
        charts.Point(_month(row["month"]), row["kept"]["share"], row["kept"]["low"], row["kept"]["high"])
        for row in points
    ]
    return charts.trend(
        rows, _("Kept resolutions by month with their 95-percent interval"), fmt=_percent, low=0, high=1
    )


def kept(promises: Json) -> Markup:
    rows = [
        charts.Kept(metric_name(metric), part["kept"], part["broken"] - part["excused"], part["excused"])
        for metric in METRICS if (part := promises[metric])["kept"] + part["broken"]
    ]  # fmt: skip
    return charts.kept_bars(rows, _("Promises kept, broken and excused"), fmt=_percent)


def backlog(bands: Sequence[tuple[int | None, int]]) -> Markup:
    rows = [charts.Bucket(age_name(days), count) for days, count in bands]
    return charts.backlog_by_age(rows, _("Requests not resolved, by age"), fmt=_number)


def matrix(document: Json) -> Markup:
    """The index of the busiest suppliers and customers."""
    cells = {(cell["supplier"], cell["customer"]): cell["index"]["value"] for cell in document["matrix"]["cells"]}
    suppliers, customers = (_busiest(document, side) for side in ("supplier", "customer"))
    names = document["names"]
    return charts.heat_map(
        [department_name(names, key) for key in suppliers], [department_name(names, key) for key in customers],
        [[cells.get((supplier, customer)) for customer in customers] for supplier in suppliers],
        _("Index by supplier (rows) and customer (columns)"), fmt=_score,
    )  # fmt: skip


def chain(links: Sequence[Json], names: Json) -> Markup:
    rows = [
        charts.Link(
            department_name(names, link["department"]) if link["kind"] == "stay" else waiting_name(link["kind"]),
            link["seconds"], link["share"] or 0, bool(link["broke"]),
        )
        for link in links
    ]  # fmt: skip
    return charts.chain_bars(rows, _("Working time by link"), fmt=_duration, share_fmt=_percent)


def ball(holders: Sequence[Json], names: Json) -> Markup:
    """One bar a holder; a company of many departments shows the busiest, the table has them all."""
    rows = [charts.Link(holder_name(part, names), part["seconds"], part["share"]) for part in holders]
    shown = sorted(rows, key=lambda row: -row.share)[:MOST_IN_A_DRAWING]
    return charts.share_bars(
        [row for row in rows if row in shown], _("Working time by who held the ball"), fmt=_duration, share_fmt=_percent
    )


def _busiest(document: Json, side: str) -> list[str]:
    """Suppliers or customers with most tickets, then by name; hidden totals do not exist for tickets."""
    other = "customer" if side == "supplier" else "supplier"
    totals = {
        cell[side]: cell["tickets"] or 0
        for cell in document["matrix"]["cells"]
        if cell[other] == TOTAL and cell[side] != TOTAL
    }
    chosen = sorted(totals, key=lambda key: (-totals[key], key))[:MOST_IN_A_DRAWING]
    return sorted(chosen, key=lambda key: department_name(document["names"], key).casefold())


def _month(key: str) -> str:
    return format_date(date.fromisoformat(f"{key}-01"), "LLL y", locale=present.here())


def _score(value: float) -> str:
    return present.score(value, present.here())


def _percent(value: float) -> str:
    return present.percent(value, present.here())


def _number(value: float) -> str:
    return present.number(value, present.here())


def _duration(value: float) -> str:
    return present.duration(value, present.here())
