"""What a closing report says of actions: as they stood, measured, and kept with them for the pages. Called by closing."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.people.queries import departments_by_id
from servicedesk.reports import queries, rules
from servicedesk.reports.document import MEASURED_FOR, ActionRow, baseline_of
from servicedesk.reports.models import Improvement

Json = dict[str, Any]


def actions_by_department(month: str, closed_at: datetime) -> dict[str, list[ActionRow]]:
    """Each department's actions as they stood at `closed_at`, for the document of `month`."""
    zone = queries.company_zone()
    keys = {number: row.key for number, row in departments_by_id().items()}
    found: defaultdict[str, list[ActionRow]] = defaultdict(list)
    for row in queries.actions_told(rules.shifted(month, -MEASURED_FOR), closed_at):
        found[keys[row.department_id]].append(_as_it_stood(row, closed_at, zone))
    return dict(found)


def keep_outcomes(document: Json, closed_at: datetime) -> None:
    """Copy what the document says to the actions themselves: the outcome of those done, and what those decided on
    since the month are to be measured against."""
    month, zone = document["month"], queries.company_zone()
    parts = {part["key"]: part for part in document["departments"]}
    keys = {number: row.key for number, row in departments_by_id().items()}
    for row in queries.actions_told(rules.shifted(month, -MEASURED_FOR), closed_at):
        part = parts.get(keys[row.department_id])
        told = next((one for one in (part or {}).get("improvements", ()) if one["id"] == row.id), None)
        if told and told["outcome"] in ("measured", "few") and (row.outcome or {}).get("month", "") <= month:
            row.outcome = {key: told[key] for key in _KEPT} | {"month": month}
        known = row.baseline["month"] if row.baseline else ""
        if row.metric and known <= month < rules.month_of(row.made_at, zone):
            row.baseline = baseline_of(part, row.metric, month)


_KEPT = ("outcome", "since", "before", "after", "difference", "low", "high", "clear", "better")


def _as_it_stood(row: Improvement, at: datetime, zone: str) -> ActionRow:
    ended = row.ended_at is not None and row.ended_at <= at
    made = row.made_at.astimezone(ZoneInfo(zone))
    return ActionRow(
        id=row.id, title=row.title, owner=row.owner.name if row.owner else None, due_on=row.due_on, metric=row.metric,
        made_in=f"{made:%Y-%m}", done_on=row.done_on if ended else None, dropped_on=row.dropped_on if ended else None,
        published=row.published, did=row.did, baseline=row.baseline,
    )  # fmt: skip
