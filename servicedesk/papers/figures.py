"""The main figures of a company's or a department's month as rows with a name, for summaries in every kind of file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from flask_babel import gettext as _

from servicedesk.papers.names import metric_name, score_name
from servicedesk.reports.figures import METRICS, SCORES

Json = Mapping[str, Any]


class Figure(NamedTuple):
    """`key` is for programs and never changes; `kind` says what value, low and high are (a cell's kind); `n` of how many,
    `people` from how many persons. A hidden value is None and `hidden` says so; `interval`: whether it can have one."""

    key: str
    name: str
    kind: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    people: int | None = None
    hidden: bool = False
    interval: bool = False


def figures_of(part: Json) -> Iterator[Figure]:
    """Scores, promises, times, answers, work: the same for a company and for a department."""
    for name in ("index", *SCORES):
        row = part["ratings"][name]
        yield Figure(
            name, score_name(name), "number", row["value"], row["low"], row["high"], row["n"], row["raters"], row["hidden"],
            interval=True,
        )  # fmt: skip
    answers = part["responses"]
    yield Figure(
        "response_rate", _("Response rate"), "percent", answers["rate"], n=answers["invited"],
        hidden=answers["answered"] is None,
    )  # fmt: skip
    for metric in METRICS:
        yield from _promise(metric, part)
    fix = part["first_time_fix"]
    yield Figure(
        "first_time_fix", _("Solved at first try"), "percent", fix["share"], n=fix["fixed"] + fix["reopened"]
    )  # fmt: skip
    yield Figure("tickets", _("Requests filed"), "whole", part["tickets"])
    yield Figure("bounces_given", _("Bounced: given away"), "whole", part["bounces"]["given"])
    yield Figure("bounces_received", _("Bounced: received"), "whole", part["bounces"]["received"])
    yield Figure("backlog", _("Not resolved at the end"), "whole", sum(band["tickets"] for band in part["backlog"]))


def _promise(metric: str, part: Json) -> Iterator[Figure]:
    kept, times = part["promises"][metric], part["times"][metric]
    decided = kept["kept"] + kept["broken"]
    name = metric_name(metric)
    yield Figure(
        f"{metric}_kept", _("%(promise)s: kept", promise=name), "percent", kept["share"], kept["low"], kept["high"], decided,
        interval=True,
    )  # fmt: skip
    yield Figure(f"{metric}_broken", _("%(promise)s: broken", promise=name), "whole", kept["broken"], n=decided)
    yield Figure(f"{metric}_excused", _("%(promise)s: excused", promise=name), "whole", kept["excused"], n=decided)
    yield Figure(
        f"{metric}_median", _("%(promise)s: half took at most", promise=name), "duration", times["median"], n=times["n"]
    )
    yield Figure(
        f"{metric}_p90",
        _("%(promise)s: nine of ten took at most", promise=name),
        "duration",
        times["p90"],
        n=times["n"],
    )
