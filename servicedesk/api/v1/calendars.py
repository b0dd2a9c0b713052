"""Calendars as the organisation file has them: hours, holidays, exceptions. For who may change them; others see none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from servicedesk.api import answers, auth, bodies, shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.bodies import Page
from servicedesk.api.doors import lists, new_door, says
from servicedesk.api.paging import page_by_key
from servicedesk.api.reading import body, query
from servicedesk.api.replying import Answer, change, finished, listed, must_match, reply
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.text import N_
from servicedesk.people import queries as people
from servicedesk.people.rules import is_admin, is_key
from servicedesk.sla import access, actions
from servicedesk.sla import queries as sla

door = new_door("calendars", "Calendars")
EXAMPLE = {
    "timezone": "Europe/Moscow",
    "week": {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": "RU",
    "exceptions": {"2026-08-14": []},
    "names": {"2026-08-14": {"ru": "День компании", "en": "Company day"}},
}


@door.get("/calendars")
@lists(door, answers.Calendar)
@auth.needs()
@query(door, Page)
def calendars(asked: dict[str, Any]) -> Response:
    """Calendars that you may change, by key"""
    found, following = page_by_key(access.calendars_for(me()), **asked)
    return listed(_as_json(found), following)


@door.get("/calendars/<key>")
@says(door, answers.Calendar)
@auth.needs()
def calendar(key: str) -> Response:
    """One calendar, in its newest version"""
    [shown] = _as_json([access.calendar_for(me(), key)])
    return reply(Answer(shown, version=shown["version"]))


@door.put("/calendars/<key>")
@says(door, answers.Calendar)
@auth.needs("setup:write")
@body(door, bodies.CalendarHours, EXAMPLE)
def set_calendar(key: str, sent: dict[str, Any]) -> Response:
    """Make or change a calendar

    A change is a new version for the future; running promises keep theirs. The same content makes none. A calendar
    that is not there yet is made, by administrators. What is left out is empty, but for `names`, which stay.
    """

    def make() -> Answer:
        before = sla.calendar_by_key(key) if is_key(key) else None
        if before is not None:
            access.calendar_for(me(), key)
            newest = sla.newest_version(before.id)
            must_match(newest.number if newest else 0)
        elif not is_admin(me()):
            raise NotFound(N_("There is no such calendar."))
        row = actions.set_calendar(stamp(), key=key, **sent)
        finished()
        [shown] = _as_json([row])
        return Answer(shown, status=200 if before else 201, version=shown["version"])

    return change(make)


def _as_json(rows: Sequence[Any]) -> list[dict[str, Any]]:
    keys = {department.id: department.key for department in people.departments()}
    versions, working = sla.newest_versions([row.id for row in rows]), sla.departments_by_calendar(rows)
    return [shapes.calendar(row, versions[row.id], sorted(keys[number] for number in working[row.id])) for row in rows]
