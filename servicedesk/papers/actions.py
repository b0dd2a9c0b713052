"""What departments undertook, in words: state, deadline, what came of it. Figures are those of the stored document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import pgettext

from servicedesk.papers import saying
from servicedesk.papers.names import here, metric_name, score_name
from servicedesk.reports.figures import AIMS, METRICS

Json = Mapping[str, Any]


def state_name(row: Json) -> str:
    if row["state"] == "open" and row["overdue"]:
        return pgettext("action", "Overdue")
    return {
        "done": pgettext("action", "Done"), "dropped": pgettext("action", "Given up"), "open": pgettext("action", "Open"),
    }[row["state"]]  # fmt: skip


def aim_name(metric: str) -> str:
    """The figure an action aims at."""
    if metric in METRICS:
        return metric_name(metric)
    if AIMS[metric] == "score":
        return score_name(metric)
    return {
        "first_time_fix": _("Solved at first try"), "bounces": _("Bounced"), "backlog": _("Backlog"),
    }[metric]  # fmt: skip


def state_words(row: Json) -> str:
    """The state with its day: done on the 3rd, until the 30th."""
    for name, said in (
        ("done_on", _("done on %(day)s")), ("dropped_on", _("given up on %(day)s")), ("due_on", _("until %(day)s")),
    ):  # fmt: skip
        if row[name]:
            told = said % {"day": format_date(date.fromisoformat(row[name]), "d MMM y", locale=here())}
            return f"{told} ({state_name(row)})" if row["state"] == "open" and row["overdue"] else told
    return _("without a date")


def outcome_words(row: Json) -> str:
    """The figure before and after and whether that is a change; why there is none; empty where nothing was aimed at."""
    if row["metric"] is None or row["outcome"] is None:
        return _("aims at: %(figure)s", figure=aim_name(row["metric"])) if row["metric"] else ""
    aim = aim_name(row["metric"])
    if row["outcome"] == "pending":
        return f"{aim}: {_('will be measured when a whole month after it is closed')}"
    if row["outcome"] == "few":
        return f"{aim}: {_('not enough answers or decisions to compare')}"
    verdict = _("no clear change") if not row["clear"] else _("better") if row["better"] else _("worse")
    return f"{aim}: {_value(row['metric'], row['before'])} → {_value(row['metric'], row['after'])}, {verdict}"


def _value(metric: str, value: float) -> str:
    if AIMS[metric] == "count":
        return saying.number(round(value))
    return saying.score(value) if AIMS[metric] == "score" else saying.percent(value)
