"""The few figures of a month that later months are compared with, so that none of them opens an old document."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
_FIGURES = ("ratings", "promises", "tickets", "first_time_fix", "bounces", "backlog")


def summary_of(document: Json) -> Json:
    """`company` and, by key, `departments`: each with the figures that trends and changes are made of."""
    return {
        "month": document["month"], "company": _figures(document),
        "departments": {part["key"]: _figures(part) for part in document["departments"]},
    }  # fmt: skip


def point_of(month: str, figures: Json) -> Json:
    """What a trend shows of a company's or a department's month."""
    kept = figures["promises"]["resolution"]
    return {
        "month": month, "index": figures["ratings"]["index"],
        "kept": {key: kept[key] for key in ("share", "low", "high")},
    }  # fmt: skip


def _figures(part: Json) -> Json:
    return {name: part[name] for name in _FIGURES if name in part}
