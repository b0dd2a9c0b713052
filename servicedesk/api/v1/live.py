"""The running month: what may break this week, what broke and why, what waits. Never ratings."""

from __future__ import annotations

from typing import Any

from flask import Response

from servicedesk.api import auth, bodies, report_answers
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import new_door, says
from servicedesk.api.reading import query
from servicedesk.api.replying import Answer, reply
from servicedesk.api.shapes import Json, moment
from servicedesk.people import queries as people
from servicedesk.reports import access

door = new_door("live", "Reports")


@door.get("/reports/live")
@says(door, report_answers.Live)
@auth.needs("reports:read")
@query(door, bodies.LivePage)
def live(asked: dict[str, Any]) -> Response:
    """The running month of the departments you lead, or of one of them

    `limit` and `cursor` page through `at_risk`. Tickets are named to tokens that may read tickets.
    """
    found = access.live_for(me(), stamp().at, asked.get("department"), cursor=asked["cursor"], limit=asked["limit"])
    keys: dict[int | None, str | None] = {None: None} | {
        row.id: row.key for row in people.departments(active_only=False)
    }
    named = auth.may("tickets:read")
    return reply(Answer({
        "month": found.month, "same_day": moment(found.same_day),
        "at_risk_count": found.at_risk_count,
        "at_risk": {"items": [_at_risk(row, keys, named) for row in found.at_risk.items], "next": found.at_risk.next},
        "broken": [
            {"metric": row.metric, "reason": row.reason, "ball": row.ball, "count": row.count} for row in found.breaks
        ],
        "broken_before": found.broken_before,
        "backlog": [{"up_to_days": days, "tickets": count} for days, count in found.backlog_by_age],
        "load_by_customer": [
            {"customer": keys[key], "tickets": found.load_by_customer.get(key, 0), "before": found.load_before.get(key, 0)}
            for key in found.customers
        ],
    }))  # fmt: skip


def _at_risk(row: Any, keys: dict[int | None, str | None], named: bool) -> Json:
    return {
        "ticket": row.ticket_id if named else None, "department": keys[row.department_id], "metric": row.metric,
        "due_at": moment(row.due_at), "ball": row.ball,
    }  # fmt: skip
