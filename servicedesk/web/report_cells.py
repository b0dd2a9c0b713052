"""The cells of a report's matrix as rows of words: hundreds of them, so the language is asked for once and not by each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _

from servicedesk.reports.figures import TOTAL
from servicedesk.web import present
from servicedesk.web.report_charts import department_name

Json = Mapping[str, Any]
# Rows that a page shows; the rest is in the stored document.
MOST_CELLS = 200


class CellRow(NamedTuple):
    """`score` is the index, `told` its interval and how many rated, or why there is none."""

    supplier: str
    customer: str
    tickets: str
    kept: str
    score: str
    told: str


def matrix_rows(document: Json) -> list[CellRow]:
    """The cells without totals, the busiest first."""
    inner = [cell for cell in document["matrix"]["cells"] if TOTAL not in (cell["supplier"], cell["customer"])]
    shown = sorted(inner, key=lambda cell: -(cell["tickets"] or 0))[:MOST_CELLS]
    keys = {cell[side] for cell in shown for side in ("supplier", "customer")}
    names = {key: department_name(document["names"], key) for key in keys}
    here, why_not = present.here(), (_("too few answers to show"), _("no ratings"))
    return [
        CellRow(
            names[cell["supplier"]], names[cell["customer"]],
            "–" if cell["tickets"] is None else present.number(cell["tickets"], here),
            present.percent(cell["kept"]["share"] if cell["kept"] else None, here),
            present.score(cell["index"]["value"], here), _told(cell["index"], here, why_not),
        )
        for cell in shown
    ]  # fmt: skip


def _told(index: Json, here: str, why_not: Sequence[str]) -> str:
    if index["value"] is None:
        return why_not[0] if index["hidden"] or index["n"] else why_not[1]
    count = present.number(index["n"], here)
    if index["low"] is None:
        return count
    return f"{present.score(index['low'], here)} – {present.score(index['high'], here)} · {count}"
