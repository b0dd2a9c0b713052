"""Broken promises and what their leads say of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from servicedesk.api import answers, auth, bodies, lookup, shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import lists, new_door, says
from servicedesk.api.gathering import names
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed
from servicedesk.api.shapes import Json
from servicedesk.people import queries as people
from servicedesk.sla import access, actions
from servicedesk.sla import queries as sla

door = new_door("breaches", "Breaches")


@door.get("/breaches")
@lists(door, answers.Breach)
@auth.needs("tickets:read")
@query(door, bodies.BreachPage)
def breaches(asked: dict[str, Any]) -> Response:
    """Broken promises of the departments you lead, newest first

    With `department`, also of one in which you serve. A date in `from` and `to` is meant whole, in the company's zone.
    """
    key = asked.get("department")
    page = sla.breaches(
        me(), department_id=lookup.department(key, "department").id if key is not None else None,
        since=_instant(asked.get("since")), until=_instant(asked.get("until"), after=True),
        unexplained=asked["unexplained"] == "true", cursor=asked["cursor"], limit=asked["limit"],
    )  # fmt: skip
    return listed(_as_json(page.items), page.next)


@door.put("/breaches/<int:clock_id>/reason")
@says(door, answers.Breach)
@auth.needs("tickets:write")
@body(door, bodies.Reason, {"code": "workload", "text": "Two colleagues were ill.", "excused": False})
def explain_breach(clock_id: int, sent: dict[str, Any]) -> Response:
    """Give or change the reason of a breach; for leads of the department that made the promise"""

    def make() -> Answer:
        clock = access.breach_for(me(), clock_id)
        reason = actions.explain_breach(stamp(), clock, me(), **sent)
        finished()
        return Answer(_as_json([sla.Breach(clock, clock.ticket, reason)])[0])

    return change(make)


def _as_json(found: Sequence[sla.Breach]) -> list[Json]:
    known = names(
        people_ids={row.reason.by_id for row in found if row.reason is not None},
        policy_versions={row.clock.policy_version_id for row in found},
    )
    return [shapes.breach(row, sla.current(row.clock, stamp().at), known) for row in found]


def _instant(asked: date | datetime | None, *, after: bool = False) -> datetime | None:
    """The moment itself; of a date its beginning, or with `after` its end."""
    if asked is None or isinstance(asked, datetime):
        return asked
    company = people.company()
    zone = ZoneInfo(company.timezone if company else "UTC")
    return datetime.combine(asked + timedelta(days=after), time(), zone)
