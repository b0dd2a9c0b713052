"""The part of the document that tells what a department undertook and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from servicedesk.reports import rules
from servicedesk.reports.figures.outcomes import AIMS, Sample, outcome

Json = dict[str, Any]
# An action that was done is measured in the reports of so many months after it, newest against before.
MEASURED_FOR = 3
# Leads of a department have few actions at a time; who lists more in a report hides them.
MOST_IN_REPORT = 50

_UNMEASURED: Json = dict.fromkeys(("since", "before", "after", "difference", "low", "high", "clear", "better"))


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as it stood when the month was closed. `made_in` is the month in which it was decided on."""

    id: int
    title: str
    owner: str | None
    due_on: date | None
    metric: str | None
    made_in: str
    done_on: date | None = None
    dropped_on: date | None = None
    published: bool = False
    did: str = ""
    baseline: Mapping[str, Any] | None = None

    @property
    def state(self) -> str:
        return "done" if self.done_on else "dropped" if self.dropped_on else "open"


def improvements_of(actions: Sequence[ActionRow], part: Json, month: str, closed_on: date) -> list[Json]:
    """What came of the last months' actions, the newest first; then what is open, the longest overdue first.

    `part` are the department's figures of `month`: an action done before the month began is measured by them.
    """
    ended = sorted((row for row in actions if row.state != "open"), key=lambda row: row.id)
    ended.sort(key=lambda row: row.done_on or row.dropped_on or date.min, reverse=True)
    standing = [row for row in actions if row.state == "open"]
    standing.sort(key=lambda row: (row.due_on or date.max, row.id))
    return [_told(row, part, month, closed_on) for row in (*ended, *standing)][:MOST_IN_REPORT]


def sample_of(part: Json | None, metric: str) -> Sample | None:
    """The metric among a department's figures of a month; None where it is hidden or nothing was measured."""
    if part is None or (metric == "backlog" and "backlog" not in part):
        return None
    kind = AIMS[metric]
    if kind == "score":
        score = part["ratings"][metric]
        return Sample(score["value"], score["error"], score["raters"]) if score["error"] is not None else None
    if kind == "count":
        count = part["bounces"]["given"] if metric == "bounces" else sum(band["tickets"] for band in part["backlog"])
        return Sample(float(count))
    fix = metric == "first_time_fix"
    shown = part["first_time_fix"] if fix else part["promises"][metric]
    good, n = (
        (shown["fixed"], shown["fixed"] + shown["reopened"])
        if fix
        else (shown["kept"], shown["kept"] + shown["broken"])
    )
    return Sample(good / n, n=n, good=good) if n else None


def baseline_of(part: Json | None, metric: str, month: str) -> Json:
    """A sample as it is kept with the action until it can be compared."""
    found = sample_of(part, metric)
    return {
        "month": month, "value": _rounded(found.value) if found else None,
        "error": found.error if found else None, "n": found.n if found else None, "good": found.good if found else None,
    }  # fmt: skip


def _told(row: ActionRow, part: Json, month: str, closed_on: date) -> Json:
    return {
        "id": row.id, "title": row.title, "owner": row.owner, "due_on": _day(row.due_on), "state": row.state,
        "overdue": rules.is_overdue(row.due_on, row.state, closed_on), "done_on": _day(row.done_on),
        "dropped_on": _day(row.dropped_on), "metric": row.metric, "published": row.published,
        "did": row.did if row.published and row.done_on else None, **_measured(row, part, month),
    }  # fmt: skip


def _measured(row: ActionRow, part: Json, month: str) -> Json:
    """`outcome`: pending until a whole month lies after it, few where a figure is not shown, else measured."""
    if row.metric is None or row.done_on is None:
        return _UNMEASURED | {"outcome": None}
    if not f"{row.done_on:%Y-%m}" < month:
        return _UNMEASURED | {"outcome": "pending"}
    before, after = _kept_sample(row.baseline), sample_of(part, row.metric)
    if before is None or after is None:
        return _UNMEASURED | {"outcome": "few"}
    found = outcome(row.metric, before, after)
    return {
        "outcome": "measured", "since": (row.baseline or {})["month"], "before": _rounded(before.value),
        "after": _rounded(after.value), "difference": _rounded(found.difference), "low": _rounded(found.low),
        "high": _rounded(found.high), "clear": found.clear, "better": found.better,
    }  # fmt: skip


def _kept_sample(kept: Mapping[str, Any] | None) -> Sample | None:
    if kept is None or kept["value"] is None:
        return None
    return Sample(kept["value"], kept["error"], kept["n"], kept["good"])


def _rounded(number: float) -> float:
    return round(number, 4)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
