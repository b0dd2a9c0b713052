"""What the departments of the demo company undertake because of what they heard, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from servicedesk.demo.arrivals import Frame
from servicedesk.demo.founding import Cast
from servicedesk.demo.texts import chains
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import settle
from servicedesk.reports import access as report_access
from servicedesk.reports import actions as reports


def undertakings(
    frame: Frame, cast: Cast, door: Callable[[datetime], str]
) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Deciding on each action and, days later, ending it. What would lie before the story is left out."""
    for key, rows in chains()["improvements"].items():
        for row in rows:
            made = frame.end - timedelta(days=row["made"])
            if made <= frame.begin:
                continue
            told: list[Any] = []
            yield made, partial(_decide, key, row, Stamp(None, made, door(made)), cast, frame, told)
            if "done" in row or "dropped" in row:
                ended = frame.end - timedelta(days=row.get("done", row.get("dropped")))
                yield ended, partial(_end, row, Stamp(None, ended, door(ended)), cast, frame, told)


def answer_low_ratings(stamp: Stamp, cast: Cast, month: str, *, publicly: bool) -> None:
    """The leads note something about what a month that has just been closed brought; `publicly` they answer the worst."""
    for key, lead in cast.leads.items():
        words = chains()["answers"].get(key)
        if words is None:
            continue
        page = report_access.cases_for(lead.row, key, standing="open", limit=200)
        found = sorted((row for row in page.items if row.month == month), key=lambda row: (row.score, row.comment))
        stamp = replace(stamp, actor_id=lead.row.id)
        for row in found[:1] if publicly else ():
            reports.answer_case(stamp, row, lead.row, title=words["title"], said=words["said"], did=words["did"])
        for row in found[int(publicly) :]:
            reports.close_case(stamp, row, lead.row, note=words["note"])
        settle()


def _decide(key: str, row: Mapping[str, Any], stamp: Stamp, cast: Cast, frame: Frame, told: list[Any]) -> None:
    lead = cast.leads[key].row
    due = (
        frame.day(frame.end + timedelta(days=row["due"])) if "due" in row else frame.day(stamp.at + timedelta(days=30))
    )
    told.append(
        reports.set_improvement(
            replace(stamp, actor_id=lead.id), cast.departments[key], lead, title=row["title"], said=row["said"],
            owner=cast.named(row["owner"]).row, due_on=due, metric=row["metric"], published=row.get("published", True),
        )
    )  # fmt: skip
    settle()


def _end(row: Mapping[str, Any], stamp: Stamp, cast: Cast, frame: Frame, told: list[Any]) -> None:
    owner = cast.named(row["owner"]).row
    if "done" in row:
        stamp = replace(stamp, actor_id=owner.id)
        reports.finish_improvement(stamp, told[0], owner, did=row["did"], done_on=frame.day(stamp.at))
    else:
        reports.drop_improvement(replace(stamp, actor_id=told[0].by_id), told[0], told[0].by, why=row["why"])
    settle()
