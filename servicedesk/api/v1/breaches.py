"""Broken promises and what their leads say of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from servicedesk.api import auth, bodies, lookup, report_answers, shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import lists, new_door, says
from servicedesk.api.errors import said, status_of
from servicedesk.api.gathering import names
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed
from servicedesk.api.shapes import Json
from servicedesk.kernel.errors import DeskError
from servicedesk.people import queries as people
from servicedesk.sla import access, actions
from servicedesk.sla import queries as sla

door = new_door("breaches", "Breaches")


@door.get("/breaches")
@lists(door, report_answers.Breach)
@auth.needs("tickets:read")
@query(door, bodies.BreachPage)
def breaches(asked: dict[str, Any]) -> Response:
    """Broken promises of the departments you lead, newest first

    With `department`, also of one in which you serve. A date in `from` and `to` is meant whole, in the company's zone.
    """
    key = asked.get("department")
    wanted = sla.BreachFilter(
        lookup.department(key, "department").id if key is not None else None,
        since=_instant(asked.get("since")), until=_instant(asked.get("until"), after=True), metric=asked.get("metric"),
        standing="unexplained" if asked["unexplained"] == "true" else None, reason=asked.get("reason"), ball=asked.get("ball"),
    )  # fmt: skip
    page = sla.breaches(me(), wanted, cursor=asked["cursor"], limit=asked["limit"])
    return listed(_as_json(page.items), page.next)


@door.put("/breaches/<int:clock_id>/reason")
@says(door, report_answers.Breach)
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


@door.post("/breaches/reasons")
@lists(door, report_answers.Explained)
@auth.needs("tickets:write")
@body(
    door, bodies.Reasons, {"ids": [17, 18], "code": "outage", "text": "No power in the server room.", "excused": True}
)
def explain_breaches(sent: dict[str, Any]) -> Response:
    """Give several breaches the same reason at once

    Those that are not yours to explain are left out and told of one by one; the others are saved together.
    """

    def make() -> Answer:
        ids = sent.pop("ids")
        found = access.breaches_for(me(), ids)
        clocks = [row for row in found.values() if not isinstance(row, DeskError)]
        reasons = actions.explain_breaches(stamp(), clocks, me(), **sent)
        finished()
        saved = [sla.Breach(clock, clock.ticket, reason) for clock, reason in zip(clocks, reasons, strict=True)]
        told = {row["id"]: row for row in _as_json(saved)}
        return Answer({"items": [_outcome(number, told.get(number), found[number]) for number in ids], "next": None})

    return change(make)


def _outcome(number: int, saved: Json | None, refusal: Any) -> Json:
    why = refusal if isinstance(refusal, DeskError) else None
    return {
        "id": number, "saved": why is None, "breach": saved, "status": status_of(why) if why else None,
        "detail": said(why) if why else None,
    }  # fmt: skip


def _as_json(found: Sequence[sla.Breach]) -> list[Json]:
    known = names(
        people_ids={row.reason.by_id for row in found if row.reason is not None},
        policy_versions={row.clock.policy_version_id for row in found},
    )
    at = stamp().at
    return [shapes.breach(row, sla.current(row.clock, at), at, known) for row in found]


def _instant(asked: date | datetime | None, *, after: bool = False) -> datetime | None:
    """The moment itself; of a date its beginning, or with `after` its end."""
    if asked is None or isinstance(asked, datetime):
        return asked
    company = people.company()
    zone = ZoneInfo(company.timezone if company else "UTC")
    return datetime.combine(asked + timedelta(days=after), time(), zone)
